import type { Tx } from "../../platform/storage/postgres.ts";
import { forgetDates } from "./date.store.ts";

type Migrated = {
  readonly journeyId: string;
  readonly from: number;
  readonly to: number;
  readonly nodes: readonly string[];
  readonly goalDays: number | null;
};

/** Takes those who wait at some nodes from one version to another; nobody whose question is open. */
export async function migrateWaiting(tx: Tx, workspaceId: number, { journeyId, from, to, nodes, goalDays }: Migrated): Promise<void> {
  await tx`
    update journey_enrolment set version = ${to}, watched_until_ms = case when goal_ms is null then entered_ms + ${goalDays}::bigint * 86400000 end
    where workspace_id = ${workspaceId} and journey_id = ${journeyId} and version = ${from} and state = 1 and phase = 2 and node = any(${[...nodes]}::text[])`;
}

/** Takes everybody out of a journey where they are. */
export async function endEverybody(
  tx: Tx,
  workspaceId: number,
  { journeyId, atMs }: { readonly journeyId: string; readonly atMs: number },
): Promise<void> {
  await tx`
    with gone as (
      update journey_enrolment set state = 2, due_ms = null, asked_ms = null, ended_ms = ${atMs}, end_reason = 'archived', more = null, kept = null
      where workspace_id = ${workspaceId} and journey_id = ${journeyId} and state in (0, 1)
      returning enrolment_id, steps, node, since_ms)
    insert into journey_passage (workspace_id, enrolment_id, step, journey_id, node, came_ms, left_ms, out, why)
    select ${workspaceId}, enrolment_id, steps, ${journeyId}, node, since_ms, greatest(since_ms, ${atMs}::bigint), null, '{"kind":"ended","reason":"archived"}'::jsonb from gone`;
  await tx`
    delete from journey_heard where workspace_id = ${workspaceId}
      and enrolment_id in (select enrolment_id from journey_enrolment where workspace_id = ${workspaceId} and journey_id = ${journeyId})`;
}

/** Forgets people's ways through journeys, for an erasure; answers how many enrolments went. */
export async function forgetEnrolments(tx: Tx, workspaceId: number, originIds: readonly string[]): Promise<number> {
  await forgetDates(tx, workspaceId, originIds);
  const gone = await tx`delete from journey_enrolment where workspace_id = ${workspaceId} and origin_id = any(${[...originIds]}::bigint[])`;
  return gone.count;
}

import { numbers } from "../../platform/storage/bulk-values.ts";
import type { Tx } from "../../platform/storage/postgres.ts";
import type { StoredEnrolment } from "./enrolment-rows.ts";

export type Parked = Pick<StoredEnrolment, "id" | "workspaceId" | "journeyId">;

const PAUSE_MS = { first: 60_000, max: 6 * 3_600_000 };

/** Puts people off, each time for twice as long. */
export async function saveParked(
  tx: Tx,
  parked: readonly Parked[],
  { fault, nowMs }: { readonly fault: string; readonly nowMs: number },
): Promise<void> {
  const rows = parked.map(({ id, workspaceId, journeyId }) => ({ id, workspace: workspaceId, journey: journeyId }));
  await tx`
    with tried as (
      insert into journey_parked (enrolment_id, workspace_id, journey_id, tries, since_ms, fault)
      select id, workspace, journey, 1, ${nowMs}, ${fault} from jsonb_to_recordset(${JSON.stringify(rows)}::text::jsonb) as r (id bigint, workspace integer, journey bigint)
      on conflict (enrolment_id) do update set tries = journey_parked.tries + 1, fault = excluded.fault
      returning enrolment_id, workspace_id, ${nowMs}::bigint + least(${PAUSE_MS.first} * 2 ^ least(tries - 1, 20), ${PAUSE_MS.max})::bigint as next_ms)
    update journey_enrolment e set due_ms = case when e.due_ms is null then null else t.next_ms end, asked_ms = case when e.asked_ms is null then null else t.next_ms end
    from tried t where e.workspace_id = t.workspace_id and e.enrolment_id = t.enrolment_id`;
}

/** Those of some whose step was done after all are parked no more. */
export async function unpark(tx: Tx, workspaceId: number, ids: readonly string[]): Promise<void> {
  await tx`delete from journey_parked where workspace_id = ${workspaceId} and enrolment_id = any(${numbers(ids)}::bigint[])`;
}

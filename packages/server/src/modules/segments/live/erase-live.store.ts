import { numbers } from "../../../platform/storage/bulk-values.ts";
import type { Db, Tx } from "../../../platform/storage/postgres.ts";
import type { SegmentRow } from "../segment.store.ts";
import { keepFromEvaluating, lockEngine } from "./engine.store.ts";

export type StayRow = { readonly name: string; readonly kind: SegmentRow["kind"]; readonly enteredAt: Date; readonly leftAt: Date | null };

const STAYS_MAX = 10_000;

/** When some ids were in segments that have a history. */
export async function loadStays(db: Db, workspaceId: number, originIds: readonly string[]): Promise<readonly StayRow[]> {
  return db<StayRow[]>`
    select s.name, s.kind, h.entered_at as "enteredAt", h.left_at as "leftAt" from segment_stay h join segment s on s.segment_id = h.segment_id and s.kind <> 'snapshot'
    where h.workspace_id = ${workspaceId} and h.person_id = any(${numbers(originIds)}::bigint[]) and s.managed_by is distinct from 'population' order by h.stay_id limit ${STAYS_MAX}`;
}

/** Removes what is counted and noted of some ids, with nobody counting or evaluating them meanwhile; answers how many rows. */
export async function eraseLive(tx: Tx, workspaceId: number, originIds: readonly string[]): Promise<number> {
  await lockForErasure(tx, workspaceId);
  const ids = numbers(originIds);
  await tx`delete from former_person where workspace_id = ${workspaceId} and person_id = any(${ids}::bigint[])`;
  const counters = await tx`delete from segment_counter where workspace_id = ${workspaceId} and origin_id = any(${ids}::bigint[])`;
  const stays = await tx`delete from segment_history where workspace_id = ${workspaceId} and person_id = any(${ids}::bigint[])`;
  const touches = await tx`delete from segment_touch where workspace_id = ${workspaceId} and origin_id = any(${ids}::bigint[])`;
  const due = await tx`delete from segment_due where workspace_id = ${workspaceId} and person_id = any(${ids}::bigint[])`;
  const changes = await tx`delete from segment_change where workspace_id = ${workspaceId} and person_id = any(${ids}::bigint[])`;
  return counters.count + stays.count + touches.count + due.count + changes.count;
}

/** Who evaluates takes the same two locks in this order. */
async function lockForErasure(tx: Tx, workspaceId: number): Promise<void> {
  await keepFromEvaluating(tx, workspaceId);
  await lockEngine(tx, workspaceId);
}

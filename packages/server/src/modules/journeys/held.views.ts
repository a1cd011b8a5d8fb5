import type { Db } from "../../platform/storage/postgres.ts";

type HeldRow = { readonly name: string; readonly node: string; readonly enteredMs: string; readonly endReason: string | null };
const HELD_MAX = 500;

/** Enrolments of some ids, the newest first, and how many there are. */
export async function loadHeldEnrolments(
  db: Db,
  workspaceId: number,
  originIds: readonly string[],
): Promise<{ readonly total: number; readonly rows: readonly HeldRow[] }> {
  const rows = await db<(HeldRow & { total: number })[]>`
    select j.name, e.node, e.entered_ms as "enteredMs", e.end_reason as "endReason", count(*) over ()::int as total
    from journey_enrolment e join journey j on j.workspace_id = ${workspaceId} and j.journey_id = e.journey_id
    where e.workspace_id = ${workspaceId} and e.origin_id = any(${[...originIds]}::bigint[]) order by e.enrolment_id desc limit ${HELD_MAX}`;
  return { total: rows[0]?.total ?? 0, rows };
}

import type { Db, Tx } from "../../platform/storage/postgres.ts";

/** An id on the deny-list; events before `admittedFromMs` are refused, all of them when it is null. */
export type DenyChange = {
  readonly workspaceId: number;
  readonly originId: string;
  readonly changeSeq: string;
  readonly admittedFromMs: number | null;
};

/** Changes of the deny-list after one, oldest first. */
export async function loadDenyChanges(db: Db | Tx, afterSeq: string, limit: number): Promise<readonly DenyChange[]> {
  const rows = await db<(Omit<DenyChange, "admittedFromMs"> & { admittedFromMs: string | null })[]>`
    select workspace_id as "workspaceId", origin_id as "originId", change_seq as "changeSeq", admitted_from_ms as "admittedFromMs"
    from erased_id where change_seq > ${afterSeq} order by change_seq limit ${limit}`;
  return rows.map((row) => ({ ...row, admittedFromMs: row.admittedFromMs === null ? null : Number(row.admittedFromMs) }));
}

const DENY_LOCK = 7_261_006;

/** Waits for changes of the deny-list under way; until the transaction ends none begins. */
export async function holdDenyList(tx: Tx): Promise<void> {
  await tx`select pg_advisory_xact_lock_shared(${DENY_LOCK})`;
}

/** Waits until nobody settles events; until the transaction ends nobody does, and no other change begins. */
export async function lockDenyList(tx: Tx): Promise<void> {
  await tx`select pg_advisory_xact_lock(${DENY_LOCK})`;
}

/** Puts ids on the deny-list; call it with the list locked, so that changes become visible in their order. */
export async function insertErasedIds(
  tx: Tx,
  workspaceId: number,
  erasure: { readonly erasureId: string; readonly at: Date },
  ids: readonly { readonly originId: string; readonly personId: string }[],
): Promise<void> {
  await tx`
    insert into erased_id (workspace_id, origin_id, erasure_id, person_id, erased_at, change_seq)
    select ${workspaceId}, n.origin_id, ${erasure.erasureId}, n.person_id, ${erasure.at}, nextval('erased_id_seq')
    from unnest(${ids.map(({ originId }) => originId)}::bigint[], ${ids.map(({ personId }) => personId)}::bigint[]) as n (origin_id, person_id)
    on conflict (workspace_id, origin_id) do update set erasure_id = excluded.erasure_id, person_id = excluded.person_id, erased_at = excluded.erased_at,
      change_seq = excluded.change_seq, admitted_from_ms = null`;
}

/** Lets ids in again from a time on; answers how many: those that are refused, and whose erasure is done. Call it with the list locked. */
export async function admitErasedIds(tx: Tx, workspaceId: number, originIds: readonly string[], fromMs: number): Promise<number> {
  const admitted = await tx`
    update erased_id set admitted_from_ms = ${fromMs}, change_seq = nextval('erased_id_seq')
    where workspace_id = ${workspaceId} and origin_id = any(${originIds as string[]}::bigint[]) and admitted_from_ms is null
      and not exists (select from erasure e where e.workspace_id = ${workspaceId} and e.erasure_id = erased_id.erasure_id and e.state = 'running')`;
  return admitted.count;
}

/** Adds to the count of refused events. */
export async function addRefused(db: Db | Tx, day: string, counts: ReadonlyMap<number, number>): Promise<void> {
  const rows = [...counts].toSorted(([a], [b]) => a - b);
  if (rows.length === 0) return;
  await db`
    insert into refused_tally as t (workspace_id, day, events)
    select n.workspace_id, ${day}::date, n.events from unnest(${rows.map(([workspaceId]) => workspaceId)}::integer[], ${rows.map(([, events]) => events)}::bigint[]) as n (workspace_id, events)
    on conflict (workspace_id, day) do update set events = t.events + excluded.events`;
}

import type { Tx } from "../../platform/storage/postgres.ts";
import { linkKey, type LocatedOrigin, type PersonRow, type StoredLink } from "./person-row.ts";

/** The stored ids among those asked for, and their people, locked until the transaction ends. */
export type Located = { readonly origins: ReadonlyMap<string, LocatedOrigin>; readonly people: ReadonlyMap<string, PersonRow>; /** False when another transaction changed one of these people meanwhile: look again. */ readonly settled: boolean };

type LocatedRow = {
  origin_id: string; origin_first: string; origin_last: string | null; severed_ms: string | null;
  person_id: string; first_seen_ms: string; last_seen_ms: string; joined_at_ms: string; ids_count: number; kinds: number; waived: boolean; settled: boolean;
};

/**
 * Finds ids and locks their people in id order, so that transactions never wait for each other in a circle. While it waits for a lock
 * another transaction may move ids; then the snapshot of this statement is older than the person's last change, and `settled` is false.
 */
export async function lockPeople(tx: Tx, workspaceId: number, originIds: readonly string[]): Promise<Located> {
  const rows = await tx<LocatedRow[]>`
    select i.origin_id, i.first_seen_ms as origin_first, i.last_seen_ms as origin_last, i.severed_ms,
      p.person_id, p.first_seen_ms, p.last_seen_ms, p.joined_at_ms, p.ids_count, p.kinds, p.waived,
      (p.changed_txid = pg_current_xact_id() or pg_visible_in_snapshot(p.changed_txid, pg_current_snapshot())) as settled
    from unnest(${originIds}::bigint[]) as asked (origin_id)
    join identity i on i.workspace_id = ${workspaceId} and i.origin_id = asked.origin_id
    join person p on p.workspace_id = ${workspaceId} and p.person_id = i.person_id
    order by p.person_id for update of p`;
  const origins = new Map<string, LocatedOrigin>();
  const people = new Map<string, PersonRow>();
  for (const row of rows) {
    origins.set(row.origin_id, { originId: row.origin_id, personId: row.person_id, firstSeenMs: Number(row.origin_first), lastSeenMs: numberOrNull(row.origin_last), severedMs: numberOrNull(row.severed_ms) });
    if (people.has(row.person_id)) continue;
    people.set(row.person_id, {
      personId: row.person_id, kinds: row.kinds, idsCount: row.ids_count, joinedAtMs: Number(row.joined_at_ms), waived: row.waived,
      firstSeenMs: Number(row.first_seen_ms), lastSeenMs: Number(row.last_seen_ms),
    });
  }
  return { origins, people, settled: rows.every((row) => row.settled) };
}

/** Stored links among these pairs. */
export async function loadLinks(tx: Tx, workspaceId: number, pairs: readonly { readonly low: string; readonly high: string }[]): Promise<ReadonlyMap<string, StoredLink>> {
  if (pairs.length === 0) return new Map();
  const rows = await tx<{ low: string; high: string; first_at_ms: string; asserted_at_ms: string | null; refused: StoredLink["refused"]; kept_apart: boolean }[]>`
    select l.low, l.high, l.first_at_ms, l.asserted_at_ms, l.refused, l.kept_apart
    from unnest(${pairs.map(({ low }) => low)}::bigint[], ${pairs.map(({ high }) => high)}::bigint[]) as asked (low, high)
    join link l on l.workspace_id = ${workspaceId} and l.low = asked.low and l.high = asked.high`;
  return new Map(rows.map((row) => [linkKey(row), { low: row.low, high: row.high, firstAtMs: Number(row.first_at_ms), assertedAtMs: numberOrNull(row.asserted_at_ms), refused: row.refused, keptApart: row.kept_apart }]));
}

/** Bulk statements meet large tables with small arrays; a plan that reads a whole table, made while it was small, would stay for the session. */
export async function preferIndexes(tx: Tx): Promise<void> {
  await tx`select /* no workspace_id: settings of this transaction */ set_config('enable_seqscan', 'off', true), set_config('enable_hashjoin', 'off', true), set_config('enable_mergejoin', 'off', true), set_config('plan_cache_mode', 'force_generic_plan', true), set_config('jit', 'off', true)`;
}

/** Gives the planner its freedom back for whatever follows in the transaction. */
export async function restorePlanner(tx: Tx): Promise<void> {
  await tx`select /* no workspace_id: settings of this transaction */ set_config('enable_seqscan', 'on', true), set_config('enable_hashjoin', 'on', true), set_config('enable_mergejoin', 'on', true), set_config('plan_cache_mode', 'auto', true), set_config('jit', 'on', true)`;
}

function numberOrNull(text: string | null): number | null {
  return text === null ? null : Number(text);
}

import type { Tx } from "../../platform/storage/postgres.ts";
import { linkKey, type LocatedOrigin, type PersonRow, type StoredLink } from "./person-row.ts";
import { numbers } from "../../platform/storage/bulk-values.ts";

/** The stored ids among those asked for, and their people, locked until the transaction ends. */
export type Located = {
  readonly origins: ReadonlyMap<string, LocatedOrigin>;
  readonly people: ReadonlyMap<string, PersonRow>;
  /** False when another transaction changed one of these people meanwhile: look again. */ readonly settled: boolean;
};

/** Either an id (`origin_id` set) or a person. */
type LocatedRow = {
  readonly person_id: string;
  readonly first_ms: string;
  readonly last_ms: string | null;
  readonly origin_id: string | null;
  readonly severed_ms: string | null;
  readonly joined_at_ms: string | null;
  readonly ids_count: number | null;
  readonly kinds: number | null;
  readonly waived: boolean | null;
  readonly settled: boolean | null;
};

/**
 * Finds ids and locks their people in id order, so that transactions never wait for each other in a circle. While it waits for a lock
 * another transaction may move ids; then the snapshot of this statement is older than the person's last change, and `settled` is false.
 */
export async function lockPeople(tx: Tx, workspaceId: number, originIds: readonly string[]): Promise<Located> {
  const rows = await tx<LocatedRow[]>`
    with found as materialized (
      select i.* from unnest(${numbers(originIds)}::bigint[]) as asked (origin_id)
      cross join lateral (select origin_id, person_id, first_seen_ms, last_seen_ms, severed_ms from identity where workspace_id = ${workspaceId} and origin_id = asked.origin_id offset 0) as i),
    owners as materialized (select distinct person_id from found order by person_id),
    locked as materialized (
      select p.* from owners cross join lateral (
        select p.person_id, p.first_seen_ms, p.last_seen_ms, p.joined_at_ms, p.ids_count, p.kinds, p.waived,
          (p.changed_txid = pg_current_xact_id() or pg_visible_in_snapshot(p.changed_txid, pg_current_snapshot())) as settled
        from person p where p.workspace_id = ${workspaceId} and p.person_id = owners.person_id for update offset 0) as p)
    select person_id, first_seen_ms as first_ms, last_seen_ms as last_ms, origin_id, severed_ms, null::bigint as joined_at_ms, null::integer as ids_count, null::smallint as kinds, null::boolean as waived, null::boolean as settled from found
    union all
    select person_id, first_seen_ms, last_seen_ms, null, null, joined_at_ms, ids_count, kinds, waived, settled from locked`;
  const origins = new Map<string, LocatedOrigin>();
  const people = new Map<string, PersonRow>();
  for (const row of rows) {
    if (row.origin_id !== null) {
      origins.set(row.origin_id, {
        originId: row.origin_id,
        personId: row.person_id,
        firstSeenMs: Number(row.first_ms),
        lastSeenMs: numberOrNull(row.last_ms),
        severedMs: numberOrNull(row.severed_ms),
      });
      continue;
    }
    people.set(row.person_id, {
      personId: row.person_id,
      kinds: row.kinds ?? 0,
      idsCount: row.ids_count ?? 0,
      joinedAtMs: Number(row.joined_at_ms),
      waived: row.waived === true,
      firstSeenMs: Number(row.first_ms),
      lastSeenMs: Number(row.last_ms),
    });
  }
  // A person who is gone was joined to another one meanwhile.
  const settled = rows.every((row) => row.settled !== false) && [...origins.values()].every(({ personId }) => people.has(personId));
  return { origins, people, settled };
}

/** Stored links among these pairs. */
export async function loadLinks(
  tx: Tx,
  workspaceId: number,
  pairs: readonly { readonly low: string; readonly high: string }[],
): Promise<ReadonlyMap<string, StoredLink>> {
  if (pairs.length === 0) return new Map();
  const rows = await tx<
    { low: string; high: string; first_at_ms: string; asserted_at_ms: string | null; refused: StoredLink["refused"]; kept_apart: boolean }[]
  >`
    select l.* from unnest(${numbers(pairs.map(({ low }) => low))}::bigint[], ${numbers(pairs.map(({ high }) => high))}::bigint[]) as asked (low, high)
    cross join lateral (select low, high, first_at_ms, asserted_at_ms, refused, kept_apart from link where workspace_id = ${workspaceId} and low = asked.low and high = asked.high offset 0) as l`;
  return new Map(
    rows.map((row) => [
      linkKey(row),
      {
        low: row.low,
        high: row.high,
        firstAtMs: Number(row.first_at_ms),
        assertedAtMs: numberOrNull(row.asserted_at_ms),
        refused: row.refused,
        keptApart: row.kept_apart,
      },
    ]),
  );
}

/** First key of the advisory locks that let one transaction change people of a workspace alone. */
const PEOPLE_SPACE = 7_261_004;

/**
 * Begins a change of a workspace's people. Bulk statements look rows up one by one: lateral joins fence the order (`offset 0`), and these
 * settings the way. Left to itself the planner, guessing from a table that was small or never analysed, reads whole tables once per row,
 * and keeps that plan for the session. Until the transaction ends others change people beside this one, or not at all when it is `alone`.
 */
export async function beginChange(tx: Tx, workspaceId: number, alone: boolean): Promise<void> {
  const settings = tx`set_config('enable_seqscan', 'off', true), set_config('enable_hashjoin', 'off', true), set_config('enable_mergejoin', 'off', true), set_config('plan_cache_mode', 'force_generic_plan', true), set_config('jit', 'off', true)`;
  if (alone) await tx`select ${settings}, pg_advisory_xact_lock(${PEOPLE_SPACE}, ${workspaceId})`;
  else await tx`select ${settings}, pg_advisory_xact_lock_shared(${PEOPLE_SPACE}, ${workspaceId})`;
}

/** Gives the planner its freedom back for whatever follows in the transaction. */
export async function restorePlanner(tx: Tx): Promise<void> {
  await tx`select set_config('enable_seqscan', 'on', true), set_config('enable_hashjoin', 'on', true), set_config('enable_mergejoin', 'on', true), set_config('plan_cache_mode', 'auto', true)`;
}

function numberOrNull(text: string | null): number | null {
  return text === null ? null : Number(text);
}

import type { CounterState } from "@terrace/domain/segments/counter";
import { numbers } from "../../../platform/storage/bulk-values.ts";
import type { Tx } from "../../../platform/storage/postgres.ts";

/** What is counted of some ids. */
export async function loadStates(tx: Tx, workspaceId: number, originIds: readonly string[]): Promise<ReadonlyMap<string, CounterState>> {
  const rows = await tx<{ id: string; state: CounterState }[]>`
    select c.origin_id as id, c.state from unnest(${numbers(originIds)}::bigint[]) as asked (id)
    cross join lateral (select origin_id, state from segment_counter where workspace_id = ${workspaceId} and origin_id = asked.id offset 0) as c`;
  return new Map(rows.map(({ id, state }) => [id, state]));
}

type Counted = readonly (readonly [string, CounterState])[];

/**
 * Keeps what is counted of ids; of those for whom nothing is, no row stays. `stored` is what `loadStates` answered of them in this transaction: whoever counts
 * an id is alone with it, so rows that were there are changed where they stand, at half the cost of offering them as new.
 */
export async function saveStates(
  tx: Tx,
  workspaceId: number,
  states: ReadonlyMap<string, CounterState>,
  stored: ReadonlyMap<string, CounterState>,
): Promise<void> {
  const kept = [...states].filter(([, state]) => Object.keys(state).length > 0);
  const standing = kept.filter(([id]) => stored.has(id));
  const found = await changeStates(tx, workspaceId, standing);
  // Counters of a workspace in which nothing lived may just have been cleared away.
  await putStates(tx, workspaceId, found === standing.length ? kept.filter(([id]) => !stored.has(id)) : kept);
  const empty = [...states].filter(([id, state]) => stored.has(id) && Object.keys(state).length === 0).map(([id]) => id);
  if (empty.length > 0)
    await tx`delete from segment_counter where workspace_id = ${workspaceId} and origin_id = any(${numbers(empty)}::bigint[])`;
}

/** Answers how many rows there were. Each is looked up by itself (`offset 0`). */
async function changeStates(tx: Tx, workspaceId: number, states: Counted): Promise<number> {
  if (states.length === 0) return 0;
  const changed = await tx`
    with own as materialized (
      select c.place, n.state::json as state from ${asRows(tx, states)}
      cross join lateral (select ctid as place from segment_counter where workspace_id = ${workspaceId} and origin_id = n.id offset 0) c)
    update segment_counter c set state = own.state from own where c.ctid = own.place`;
  return changed.count;
}

async function putStates(tx: Tx, workspaceId: number, states: Counted): Promise<void> {
  if (states.length > 0)
    await tx`
      insert into segment_counter (workspace_id, origin_id, state)
      select ${workspaceId}, n.id, n.state::json from ${asRows(tx, states)}
      on conflict (workspace_id, origin_id) do update set state = excluded.state`;
}

/** JSON text has no line breaks, so lines carry it without being quoted and read once more. */
function asRows(tx: Tx, states: Counted) {
  const lines = states.map(([, state]) => JSON.stringify(state)).join("\n");
  return tx`unnest(${numbers(states.map(([id]) => id))}::bigint[], string_to_array(${lines}::text, chr(10))) as n (id, state)`;
}

/** What was counted of an id: for which trackers, and when the oldest event of it was received. */
export type Touch = { readonly sinceMs: number; readonly trackers: readonly string[] };

/** Has the people of some ids evaluated. */
export async function touchOrigins(tx: Tx, workspaceId: number, touches: ReadonlyMap<string, Touch>): Promise<void> {
  if (touches.size === 0) return;
  const all = [...touches.values()];
  await tx`
    insert into segment_touch (workspace_id, origin_id, why, at, trackers)
    select ${workspaceId}, n.id, 'event', to_timestamp(n.ms / 1000.0), n.trackers
    from unnest(${numbers([...touches.keys()])}::bigint[], ${numbers(all.map(({ sinceMs }) => sinceMs))}::bigint[], ${all.map(({ trackers }) => trackers.join(","))}::text[]) as n (id, ms, trackers)`;
}

/** Of a batch's places, by lane, the ends up to which events are counted already; notes that they are counted from now on. */
export async function passLanes(tx: Tx, ends: ReadonlyMap<number, string>): Promise<ReadonlyMap<number, string>> {
  const lanes = numbers([...ends.keys()]);
  const rows = await tx<
    { lane: number; seq: string }[]
  >`select lane, seq from segment_lane where lane = any(${lanes}::smallint[]) order by lane for update`;
  await tx`
    insert into segment_lane (lane, seq) select n.lane, n.seq from unnest(${lanes}::smallint[], ${numbers([...ends.values()])}::bigint[]) as n (lane, seq)
    on conflict (lane) do update set seq = greatest(segment_lane.seq, excluded.seq)`;
  return new Map(rows.map(({ lane, seq }) => [lane, seq]));
}

/** Those of some ids that are somebody's. */
export async function knownOrigins(tx: Tx, workspaceId: number, originIds: readonly string[]): Promise<ReadonlySet<string>> {
  const rows = await tx<{ id: string }[]>`
    select i.origin_id as id from unnest(${numbers(originIds)}::bigint[]) as asked (id)
    cross join lateral (select origin_id from identity where workspace_id = ${workspaceId} and origin_id = asked.id offset 0) as i`;
  return new Set(rows.map(({ id }) => id));
}

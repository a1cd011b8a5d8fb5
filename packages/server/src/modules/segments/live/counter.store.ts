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

/** Keeps what is counted of ids; of those for whom nothing is, no row stays. */
export async function saveStates(tx: Tx, workspaceId: number, states: ReadonlyMap<string, CounterState>): Promise<void> {
  const kept = [...states].filter(([, state]) => Object.keys(state).length > 0);
  const empty = [...states.keys()].filter((id) => Object.keys(states.get(id) ?? {}).length === 0);
  if (kept.length > 0)
    await tx`
      insert into segment_counter (workspace_id, origin_id, state)
      select ${workspaceId}, key::bigint, value from json_each(${JSON.stringify(Object.fromEntries(kept))}::text::json)
      on conflict (workspace_id, origin_id) do update set state = excluded.state`;
  if (empty.length > 0)
    await tx`delete from segment_counter where workspace_id = ${workspaceId} and origin_id = any(${numbers(empty)}::bigint[])`;
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

import type { PlacedEvent } from "../../platform/feed/resolver.ts";
import { numbers } from "../../platform/storage/bulk-values.ts";
import type { Tx } from "../../platform/storage/postgres.ts";

/** Those of some events that were not heard yet, noted as heard. Lanes are read in order, so the last one of each says it all. */
export async function passHeard(tx: Tx, events: readonly PlacedEvent[]): Promise<readonly PlacedEvent[]> {
  const lanes = Map.groupBy(events, ({ lane }) => lane);
  const ends = [...lanes].map(([lane, own]) => ({ lane, seq: own.reduce((max, { seq }) => (BigInt(seq) > max ? BigInt(seq) : max), 0n) }));
  const rows = await tx<{ lane: number; seq: string }[]>`
    /* no workspace_id: places in the feed */ select lane, seq from journey_mark where lane = any(${numbers([...lanes.keys()])}::smallint[])`;
  const marks = new Map(rows.map(({ lane, seq }) => [lane, BigInt(seq)]));
  await tx`
    /* no workspace_id: places in the feed */
    insert into journey_mark (lane, seq)
    select lane, seq from unnest(${numbers(ends.map(({ lane }) => lane))}::smallint[], ${numbers(ends.map(({ seq }) => String(seq)))}::bigint[]) as e (lane, seq) order by lane
    on conflict (lane) do update set seq = greatest(journey_mark.seq, excluded.seq)`;
  return events.filter(({ lane, seq }) => BigInt(seq) > (marks.get(lane) ?? 0n));
}

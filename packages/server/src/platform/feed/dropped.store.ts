import type { Db, Tx } from "../storage/postgres.ts";
import type { LaneRange } from "./batch.store.ts";

/** Positions within one feed row that consumers leave out. */
export type Dropped = { readonly lane: number; readonly seq: string; readonly indexes: readonly number[] };

/** Records events left out by the resolver; call it in the transaction that moves the cursors. */
export async function insertDropped(tx: Tx, dropped: readonly Dropped[]): Promise<void> {
  if (dropped.length === 0) return;
  await tx`
    insert into feed_dropped (lane, seq, indexes)
    select (d->>'lane')::smallint, (d->>'seq')::bigint, array(select jsonb_array_elements_text(d->'indexes')::integer)
    from jsonb_array_elements(${JSON.stringify(dropped)}::text::jsonb) as d`;
}

/** The positions left out in a closed range of a lane, as `seq-index`. */
export async function loadDropped(db: Db | Tx, range: LaneRange): Promise<ReadonlySet<string>> {
  const rows = await db<
    { seq: string; indexes: number[] }[]
  >`select seq, indexes from feed_dropped where lane = ${range.lane} and seq between ${range.from}::bigint and ${range.to}::bigint`;
  return new Set(rows.flatMap(({ seq, indexes }) => indexes.map((index) => `${seq}-${index}`)));
}

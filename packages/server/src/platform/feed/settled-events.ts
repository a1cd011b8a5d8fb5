import type { Db } from "../storage/postgres.ts";
import type { LaneRange } from "./batch.store.ts";
import { loadDropped } from "./dropped.store.ts";
import type { PayloadCipher } from "./feed-codec.ts";
import { readFeedRange } from "./feed.store.ts";
import { decodeRows, type PlacedEvent } from "./resolver.ts";

/** The settled events of a closed range of a lane, in order, without those the resolver left out. */
export async function readSettledEvents(db: Db, cipher: PayloadCipher, range: LaneRange): Promise<readonly PlacedEvent[]> {
  const [rows, dropped] = await Promise.all([readFeedRange(db, range.lane, range.from, range.to), loadDropped(db, range)]);
  const events = decodeRows(cipher, rows);
  return events.filter(({ seq, index }) => !dropped.has(`${seq}-${index}`));
}

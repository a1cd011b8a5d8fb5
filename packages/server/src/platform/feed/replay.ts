import { fail, ok, type Result } from "@terrace/domain/result";
import { inTransaction, type Db } from "../storage/postgres.ts";
import { reopenBatches } from "./batch.store.ts";
import { RESOLVER } from "./resolver.ts";

/** The consumer that fills the event engine; it works by batches, not by lane cursors. */
export const WAREHOUSE = "warehouse";

/**
 * Makes one consumer read again everything that was received since a time, as far as the feed still holds it.
 * The warehouse writes only what it lacks; a reactor sees the events again and must be built for that. The resolver cannot be
 * replayed: what it settled is the truth the others stand on. Answers the number of batches or lanes set back.
 */
export async function replayConsumer(db: Db, consumer: string, since: Date): Promise<Result<{ readonly setBack: number }>> {
  if (consumer === RESOLVER)
    return fail("feed.not_replayable", {
      field: "consumer",
      mend: "Replay the warehouse or a reactor; the resolver's decisions are final.",
    });
  return inTransaction(db, async (tx) => {
    if (consumer === WAREHOUSE) return ok({ setBack: await reopenBatches(tx, since) });
    const lanes = await tx`
      update feed_cursor c set seq = least(c.seq, coalesce((select min(f.seq) - 1 from feed f where f.lane = c.lane and f.received_at >= ${since}), c.seq))
      where c.consumer = ${consumer}`;
    return lanes.count === 0
      ? fail("feed.consumer_unknown", { field: "consumer", mend: "Name a consumer that the feed status lists." })
      : ok({ setBack: lanes.count });
  });
}

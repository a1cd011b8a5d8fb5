import { inTransaction, type Db, type Tx } from "../storage/postgres.ts";
import type { LaneRange } from "./batch.store.ts";
import type { PayloadCipher } from "./feed-codec.ts";
import { advanceCursors, loadCursors } from "./feed.store.ts";
import { RESOLVER, type PlacedEvent, type SettledBatch } from "./resolver.ts";
import { readSettledEvents } from "./settled-events.ts";

const ROWS_PER_STEP_MAX = 32n;

/** A reaction to settled events, as a module declares it. */
export type Reaction = {
  /** Name of its cursor; never reuse one for something else. */
  readonly name: string;
  /** Whether anybody waits for events now; while nobody does they are passed by unread. Asked once more before they are. */
  readonly wanted: () => Promise<boolean>;
  /** Its effects commit together with the cursor, so each event takes effect exactly once. */
  readonly react: (tx: Tx, events: readonly PlacedEvent[]) => Promise<void>;
};

/** A consumer whose effects live in the state engine. It reads behind the resolver, lane by lane, in order. */
export type Reactor = {
  readonly name: string;
  /** Reacts to a batch that was just settled, its events still in memory; false when the cursors do not stand right before it: then `step` catches up. */
  readonly take: (settled: SettledBatch) => Promise<boolean>;
  /** One step on the leased lanes, read from the feed; false when there is nothing new. */
  readonly step: (lanes: readonly number[]) => Promise<boolean>;
};

/** The cursors are not where they were thought to be. */
class OutOfStep extends Error {}

/** Makes a reactor of a reaction. */
export function createReactor(deps: { readonly db: Db; readonly cipher: PayloadCipher }, reaction: Reaction): Reactor {
  const { name } = reaction;

  /** Moves the cursors over the ranges and reacts, or does neither. Without events they are passed by, unless somebody began to wait for them. */
  async function pass(ranges: readonly LaneRange[], events: readonly PlacedEvent[] | undefined): Promise<boolean> {
    const moves = ranges.map(({ lane, from, to }) => ({ lane, from: String(BigInt(from) - 1n), to }));
    try {
      await inTransaction(deps.db, async (tx) => {
        if (!(await advanceCursors(tx, name, moves))) throw new OutOfStep();
        // Who begins to wait may hold the cursors meanwhile, so that what comes after them is theirs: it is asked with the cursors in hand.
        if (events === undefined && (await reaction.wanted())) throw new OutOfStep();
        if (events !== undefined && events.length > 0) await reaction.react(tx, events);
      });
      return true;
    } catch (error) {
      if (error instanceof OutOfStep) return false;
      throw error;
    }
  }

  return {
    name,
    take: async ({ batch, events }) => pass(batch.ranges, (await reaction.wanted()) ? events : undefined),
    step: async (lanes) => {
      if (lanes.length === 0) return false;
      const [own, settled] = await Promise.all([loadCursors(deps.db, name, lanes), loadCursors(deps.db, RESOLVER, lanes)]);
      const wanted = await reaction.wanted();
      let worked = false;
      for (const lane of lanes) {
        const from = BigInt(own.get(lane) ?? "0");
        const limit = BigInt(settled.get(lane) ?? "0");
        if (from >= limit) continue;
        const to = wanted && from + ROWS_PER_STEP_MAX < limit ? from + ROWS_PER_STEP_MAX : limit;
        const range = { lane, from: String(from + 1n), to: String(to) };
        await pass([range], wanted ? await readSettledEvents(deps.db, deps.cipher, range) : undefined);
        worked = true;
      }
      return worked;
    },
  };
}

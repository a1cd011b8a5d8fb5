import { inTransaction, type Db, type Tx } from "../storage/postgres.ts";
import type { PayloadCipher } from "./feed-codec.ts";
import { advanceCursors, loadCursors } from "./feed.store.ts";
import { RESOLVER, type PlacedEvent } from "./resolver.ts";
import { readSettledEvents } from "./settled-events.ts";

const ROWS_PER_STEP_MAX = 32n;

export type ReactorDeps = {
  readonly db: Db;
  readonly cipher: PayloadCipher;
  /** Name of its cursor; never reuse one for something else. */
  readonly name: string;
  /** The reaction. Its effects commit together with the cursor, so each event takes effect exactly once. */
  readonly react: (tx: Tx, events: readonly PlacedEvent[]) => Promise<void>;
};

/** A consumer whose effects live in the state engine. It reads behind the resolver, lane by lane, in order. */
export type Reactor = {
  readonly name: string;
  /** One step on the leased lanes; false when there is nothing new. */ readonly step: (lanes: readonly number[]) => Promise<boolean>;
};

/** Makes a reactor of a reaction. */
export function createReactor(deps: ReactorDeps): Reactor {
  return {
    name: deps.name,
    step: async (lanes) => {
      if (lanes.length === 0) return false;
      const [own, settled] = await Promise.all([loadCursors(deps.db, deps.name, lanes), loadCursors(deps.db, RESOLVER, lanes)]);
      let worked = false;
      for (const lane of lanes) {
        const from = BigInt(own.get(lane) ?? "0");
        const limit = BigInt(settled.get(lane) ?? "0");
        if (from >= limit) continue;
        const to = from + ROWS_PER_STEP_MAX < limit ? from + ROWS_PER_STEP_MAX : limit;
        const events = await readSettledEvents(deps.db, deps.cipher, { lane, from: String(from + 1n), to: String(to) });
        await inTransaction(deps.db, async (tx) => {
          if (await advanceCursors(tx, deps.name, [{ lane, from: String(from), to: String(to) }])) await deps.react(tx, events);
        });
        worked = true;
      }
      return worked;
    },
  };
}

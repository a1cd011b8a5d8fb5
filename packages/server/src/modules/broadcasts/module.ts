import type { RouteHandler } from "../../platform/http/handler.ts";
import type { Job } from "../../platform/jobs.ts";
import type { Loop } from "../../platform/loops.ts";
import { OutboundRefused } from "../../platform/outbound/outbound-refused.ts";
import type { PersonalDataHolder } from "../../platform/personal-data/holder.ts";
import type { TextPlace } from "../../platform/personal-data/text-place.store.ts";
import { createBroadcastHolder } from "./broadcast-holder.ts";
import type { BroadcastDeps } from "./broadcast-deps.ts";
import { broadcastRoutes } from "./broadcast.routes.ts";
import { goOn } from "./go-on.ts";
import { forgetOver } from "./recipient.store.ts";

export { broadcastsNaming } from "./broadcast-uses.ts";
export type { BroadcastDeps };

/** Broadcasts: one message to everybody in a segment. See docs/guides/broadcasts.md. */
export type Broadcasts = {
  readonly routes: readonly RouteHandler[];
  readonly loops: readonly Loop[];
  readonly jobs: readonly Job[];
  readonly holder: PersonalDataHolder;
};

const IDLE_MS = 500;
const HELD_IDLE_MS = 5_000;
const TIDY_EVERY_MS = 600_000;
const TIDY_ROWS = 10_000;
/** Longer than any message of a broadcast may wait. */
const AUDIENCE_KEPT_MS = 31 * 86_400_000;

export function createBroadcasts(deps: BroadcastDeps): Broadcasts {
  return {
    routes: broadcastRoutes(deps),
    loops: [
      {
        name: "broadcasts.ask",
        step: async () => {
          // While a restored installation is held nobody is asked about: the one that was may have told them.
          if (await isHeld(deps)) return HELD_IDLE_MS;
          return (await goOn(deps)) ? 0 : IDLE_MS;
        },
      },
    ],
    jobs: [
      {
        name: "broadcasts.tidy",
        everyMs: TIDY_EVERY_MS,
        run: async () => {
          const doneBeforeMs = deps.nowMs() - AUDIENCE_KEPT_MS;
          while ((await forgetOver(deps.db, { doneBeforeMs, limit: TIDY_ROWS })) === TIDY_ROWS);
        },
      },
    ],
    holder: createBroadcastHolder(deps),
  };
}

async function isHeld({ outbound }: BroadcastDeps): Promise<boolean> {
  try {
    await outbound.requireReleased();
    return false;
  } catch (error) {
    if (error instanceof OutboundRefused) return true;
    throw error;
  }
}

/** Where people may be named in what operators write. */
export const BROADCAST_TEXTS: readonly TextPlace[] = [
  { table: "broadcast", column: "name", keys: ["broadcast_id"], form: "clear" },
  { table: "broadcast", column: "definition", keys: ["broadcast_id"], form: "json" },
];

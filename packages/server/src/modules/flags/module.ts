import type { Use } from "@terrace/contract/api/segments";
import type { FastifyInstance } from "fastify";
import type { RouteHandler } from "../../platform/http/handler.ts";
import { dailyJob } from "../../platform/daily-job.ts";
import type { Job } from "../../platform/jobs.ts";
import type { PersonalDataHolder } from "../../platform/personal-data/holder.ts";
import type { TextPlace } from "../../platform/personal-data/text-place.store.ts";
import { createFlagEdge } from "./edge/flag-edge.ts";
import type { StreamCounts } from "./edge/subscriptions.ts";
import type { FlagDeps } from "./flag-deps.ts";
import { createFlagHolder } from "./flag-holder.ts";
import { deleteOldUses } from "./flag-use.store.ts";
import { createForgettingArms } from "./forget-arms.ts";
import { flagRoutes } from "./flags.routes.ts";
import { makeFlag, type Acting } from "./flag.commands.ts";
import { findFlag, loadStanding, lockFlags, raiseRevision } from "./flag.store.ts";
import { deleteUnknown } from "./live/assignment.store.ts";
import { createLiveFeatures } from "./live/live-features.ts";
import { createPersonFacts } from "./live/person-facts.ts";
import { createWrittenBehind } from "./live/written-behind.ts";
import { openDefinition } from "./sealed-definition.ts";

export type { FlagDeps };
export { checkStart } from "./experiment-checks.ts";
export { askForMove, raiseIfNamed, refuseHidden, refuseNamed, reviewedAt } from "./experiment-moves.ts";
export { deleteMoves } from "./flag-change.store.ts";
export { lockFlags, raiseRevision };

/** Feature flags, their delivery to clients, and which arms people were given. See docs/guides/flags.md. */
export type Flags = {
  /** Adds what clients call to an application, and begins to look for changes. */
  readonly register: (app: FastifyInstance) => Promise<void>;
  readonly routes: readonly RouteHandler[];
  readonly jobs: readonly Job[];
  readonly holder: PersonalDataHolder;
  /** Makes a flag as of an instant of the past, unless its key is taken. Throws what is wrong with it. */
  readonly makeInPast: (context: Acting, flag: Parameters<typeof makeFlag>[2], at: Date) => Promise<void>;
  /** Streams of clients that wait to hear of changes, in this process. */
  readonly streams: () => StreamCounts;
  readonly stop: () => Promise<void>;
};

/** Where people may be named in flags. */
export const FLAG_TEXTS: readonly TextPlace[] = [
  { table: "flag", column: "definition", keys: ["flag_id"], form: "json", before: lockFlags, changed: raiseRevision },
  { table: "flag_version", column: "definition", keys: ["version_id"], form: "json" },
  { table: "flag_change", column: "definition", keys: ["change_id"], form: "json" },
  { table: "flag_change", column: "learning", keys: ["change_id"], form: "clear" },
];

/** A change made in one process is in force in the others within this time and a query. */
const LOOK_MS = 1_000;
const FLUSH_MS = 1_000;
const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
const USES_KEPT_DAYS = 400;
/** Anybody can ask for ids that nobody has; whoever is somebody sends an event within this time. */
const UNKNOWN_KEPT_DAYS = 30;
const ROWS_AT_ONCE = 10_000;

export function createFlags(deps: FlagDeps): Flags {
  const live = createLiveFeatures(deps);
  const behind = createWrittenBehind(deps);
  const edge = createFlagEdge({ ...deps, live, behind, facts: createPersonFacts(deps) });
  const timers: NodeJS.Timeout[] = [];
  let looking: Promise<void> = Promise.resolve();
  const lookQuietly = (): Promise<void> =>
    live.look().catch((error: unknown) => deps.log.warn({ err: error }, "flags could not be looked at; those known stay in force"));
  const flushQuietly = (): Promise<void> =>
    behind.flush().catch((error: unknown) => deps.log.warn({ err: error }, "what flags gave could not be written down; it is tried again"));
  return {
    register: async (app) => {
      await edge.register(app);
      const look = (): void => {
        looking = lookQuietly();
      };
      timers.push(setInterval(look, LOOK_MS).unref(), setInterval(() => void flushQuietly(), FLUSH_MS).unref());
    },
    // A change that is committed is answered as one, whether or not it can be looked at right now.
    routes: flagRoutes({ ...deps, look: lookQuietly }),
    jobs: [
      {
        name: "flags.tidy",
        everyMs: HOUR_MS,
        run: () => deleteOldUses(deps.db, new Date(deps.nowMs() - USES_KEPT_DAYS * DAY_MS).toISOString().slice(0, 10)),
      },
      dailyJob(deps, {
        name: "flags.forget-unknown",
        run: async () => {
          const before = new Date(deps.nowMs() - UNKNOWN_KEPT_DAYS * DAY_MS);
          let deleted = ROWS_AT_ONCE;
          while (deleted === ROWS_AT_ONCE) deleted = await deleteUnknown(deps.db, before, ROWS_AT_ONCE);
        },
      }),
      { name: "flags.forget-unnamed", everyMs: HOUR_MS, run: createForgettingArms(deps) },
    ],
    holder: createFlagHolder(deps),
    makeInPast: async (context, flag, at) => {
      if ((await findFlag(deps.db, context.workspaceId, flag.key)) === undefined)
        await makeFlag({ ...deps, nowMs: () => at.getTime() }, context, flag);
    },
    streams: edge.streams,
    stop: async () => {
      for (const timer of timers) clearInterval(timer);
      edge.stop();
      await looking;
      await flushQuietly();
    },
  };
}

/** Flags that ask about a segment. */
export async function flagsNaming(deps: Pick<FlagDeps, "db" | "privacy">, workspaceId: number, segmentId: string): Promise<readonly Use[]> {
  const flags = await loadStanding(deps.db, workspaceId);
  return flags.flatMap(({ key, name, definition }): readonly Use[] => {
    const rules = Object.values(openDefinition(deps, definition).environments).flatMap((environment) => environment.rules);
    return rules.some(({ segments: { any, none } }) => [...any, ...none].includes(segmentId)) ? [{ kind: "flag", id: key, name }] : [];
  });
}

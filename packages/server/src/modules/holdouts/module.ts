import type { RouteHandler } from "../../platform/http/handler.ts";
import type { Job } from "../../platform/jobs.ts";
import type { PersonalDataHolder } from "../../platform/personal-data/holder.ts";
import type { Tx } from "../../platform/storage/postgres.ts";
import type { TextPlace } from "../../platform/personal-data/text-place.store.ts";
import { askHoldouts, askHoldoutsIn, peekHoldouts, type AskedIn, type Decision, type ProgramAsked } from "./ask.ts";
import { costRoutes } from "./cost.routes.ts";
import type { HoldoutDeps } from "./holdout-deps.ts";
import { createHoldoutHolder } from "./holdout-holder.ts";
import type { Acting } from "./holdout.commands.ts";
import { keepInPast, type PastHoldout } from "./keep-in-past.ts";
import { holdoutRoutes } from "./holdout.routes.ts";
import { createRotating } from "./turns.ts";

export type { Decision } from "./ask.ts";

/** Holdouts: shares of people who are kept from programs, so that what programs bring can be told. See docs/guides/holdouts.md. */
export type Holdouts = {
  readonly routes: readonly RouteHandler[];
  readonly jobs: readonly Job[];
  readonly holder: PersonalDataHolder;
  /** May these people (by any of their ids) get something? By id; ids nobody has are left out. */
  readonly ask: (workspaceId: number, asked: ProgramAsked) => Promise<ReadonlyMap<string, Decision>>;
  /** The same within a transaction, with what it has to append in the end. */
  readonly askIn: (tx: Tx, workspaceId: number, asked: ProgramAsked) => Promise<AskedIn>;
  /** What `ask` would answer; nobody is put into a group or logged by it. */
  readonly peek: (workspaceId: number, asked: ProgramAsked) => Promise<ReadonlyMap<string, Decision>>;
  /** Goes through a holdout of the past by its own commands; see `keepInPast`. */
  readonly keepInPast: (past: PastHoldout, context: Acting) => Promise<void>;
};

const ROTATE_EVERY_MS = 60_000;

export function createHoldouts(deps: HoldoutDeps): Holdouts {
  return {
    routes: [...holdoutRoutes(deps), ...costRoutes(deps)],
    jobs: [{ name: "holdouts.rotate", everyMs: ROTATE_EVERY_MS, run: createRotating(deps) }],
    holder: createHoldoutHolder(deps),
    keepInPast: (past, context) => keepInPast(deps, past, context),
    ask: (workspaceId, asked) => askHoldouts(deps, workspaceId, asked),
    askIn: (tx, workspaceId, asked) => askHoldoutsIn(deps, tx, workspaceId, asked),
    peek: (workspaceId, asked) => peekHoldouts(deps, workspaceId, asked),
  };
}

/** Where people may be named in what operators write. */
export const HOLDOUT_TEXTS: readonly TextPlace[] = [{ table: "holdout", column: "name", keys: ["holdout_id"], form: "clear" }];

import type { Program } from "@terrace/domain/holdouts/holdout";
import type { RouteHandler } from "../../platform/http/handler.ts";
import type { Job } from "../../platform/jobs.ts";
import type { PersonalDataHolder } from "../../platform/personal-data/holder.ts";
import type { TextPlace } from "../../platform/personal-data/text-place.store.ts";
import { askHoldouts, type Decision } from "./ask.ts";
import { costRoutes } from "./cost.routes.ts";
import type { HoldoutDeps } from "./holdout-deps.ts";
import { createHoldoutHolder } from "./holdout-holder.ts";
import { holdoutRoutes } from "./holdout.routes.ts";
import { createRotating } from "./turns.ts";

export type { Decision } from "./ask.ts";

/** Holdouts: shares of people who are kept from programs, so that what programs bring can be told. See docs/guides/holdouts.md. */
export type Holdouts = {
  readonly routes: readonly RouteHandler[];
  readonly jobs: readonly Job[];
  readonly holder: PersonalDataHolder;
  /** May these people (by any of their ids) get something? By id; ids nobody has are left out. */
  readonly ask: (
    workspaceId: number,
    asked: { readonly program: Program; readonly ids: readonly string[] },
  ) => Promise<ReadonlyMap<string, Decision>>;
};

const ROTATE_EVERY_MS = 60_000;

export function createHoldouts(deps: HoldoutDeps): Holdouts {
  return {
    routes: [...holdoutRoutes(deps), ...costRoutes(deps)],
    jobs: [{ name: "holdouts.rotate", everyMs: ROTATE_EVERY_MS, run: createRotating(deps) }],
    holder: createHoldoutHolder(deps),
    ask: (workspaceId, asked) => askHoldouts(deps, workspaceId, asked),
  };
}

/** Where people may be named in what operators write. */
export const HOLDOUT_TEXTS: readonly TextPlace[] = [{ table: "holdout", column: "name", keys: ["holdout_id"], form: "clear" }];

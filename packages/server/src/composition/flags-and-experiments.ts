import type { AccessModule } from "../modules/access/module.ts";
import { approvedMoves, loadStandings, saveSplit, variantsOf, type ExperimentDeps } from "../modules/experiments/module.ts";
import {
  askForMove,
  checkStart,
  deleteMoves,
  lockFlags,
  raiseIfNamed,
  raiseRevision,
  refuseHidden,
  refuseNamed,
  reviewedAt,
  type FlagDeps,
} from "../modules/flags/module.ts";
import type { Core } from "./core.ts";

type Ground = Pick<Core, "privacy" | "nowMs"> & Pick<AccessModule, "audit" | "workspace">;

/** What flags ask of experiments. */
export function experimentsFor(ground: Ground): Pick<FlagDeps, "standings" | "variantsOf" | "holdSplit" | "moves"> {
  return {
    ...readingsFor(ground),
    holdSplit: saveSplit,
    moves: (workspaceId) => approvedMoves({ ...ground, flags: flagsFor(ground) }, workspaceId),
  };
}

/** What experiments ask of flags. */
export function flagsFor(core: Pick<Core, "privacy">): ExperimentDeps["flags"] {
  const both = { ...core, ...readingsFor(core) };
  return {
    lock: lockFlags,
    changed: raiseRevision,
    changedIfNamed: (tx, workspaceId, keys) => raiseIfNamed(both, tx, workspaceId, keys),
    checkStart: (tx, workspaceId, starting) => checkStart(both, tx, workspaceId, starting),
    refuseNamed: (tx, workspaceId, key) => refuseNamed(both, tx, workspaceId, key),
    refuseHidden: (tx, workspaceId, taken) => refuseHidden(both, tx, workspaceId, taken),
    reviewedAt: (tx, workspaceId, key) => reviewedAt(both, tx, workspaceId, key),
    askForMove,
    deleteMoves,
  };
}

function readingsFor(core: Pick<Core, "privacy">): Pick<FlagDeps, "standings" | "variantsOf"> {
  return { standings: loadStandings, variantsOf: (sql, workspaceId, keys) => variantsOf(core, sql, workspaceId, keys) };
}

import { loadStandings, saveSplit, variantsOf, type ExperimentDeps } from "../modules/experiments/module.ts";
import { checkStart, lockFlags, raiseRevision, refuseHidden, refuseKeys, refuseNamed, type FlagDeps } from "../modules/flags/module.ts";
import type { Core } from "./core.ts";

/** What flags ask of experiments. */
export function experimentsFor(core: Pick<Core, "privacy">): Pick<FlagDeps, "standings" | "variantsOf" | "holdSplit"> {
  return {
    standings: loadStandings,
    holdSplit: saveSplit,
    variantsOf: (sql, workspaceId, keys) => variantsOf(core, sql, workspaceId, keys),
  };
}

/** What experiments ask of flags. */
export function flagsFor(core: Pick<Core, "privacy">): ExperimentDeps["flags"] {
  const both = { ...core, ...experimentsFor(core) };
  return {
    lock: lockFlags,
    changed: raiseRevision,
    checkStart: (tx, workspaceId, starting) => checkStart(both, tx, workspaceId, starting),
    refuseNamed: (tx, workspaceId, key) => refuseNamed(both, tx, workspaceId, key),
    refuseHidden: (tx, workspaceId, taken) => refuseHidden(both, tx, workspaceId, taken),
    refuseKeys: (tx, context, key) => refuseKeys(both, tx, context, key),
  };
}

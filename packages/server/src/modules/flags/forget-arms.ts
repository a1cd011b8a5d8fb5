import { inTransaction, type Tx } from "../../platform/storage/postgres.ts";
import { createTurns } from "../../platform/turns.ts";
import { loadExperimentRules } from "./experiment-checks.ts";
import type { FlagDeps } from "./flag-deps.ts";
import { lockFlags } from "./flag.store.ts";
import { deleteArmsOf, deleteNamed, findUnnamed, insertUnnamed, loadRemembered, loadRememberingWorkspaces } from "./unnamed-arms.store.ts";

type Deps = Pick<FlagDeps, "db" | "privacy" | "standings" | "nowMs" | "log">;

const DAY_MS = 86_400_000;
/** A flag that was put away, or lost its rule, can come back within this time, and everyone has the arm they had. */
const UNNAMED_KEPT_DAYS = 30;

/** How much is taken at once, so that no statement is long and no change of a flag waits for long. */
export type PageSizes = { readonly workspaces: number; readonly experiments: number; readonly rows: number };
const SIZES: PageSizes = { workspaces: 1_000, experiments: 1_000, rows: 10_000 };

/**
 * Forgets the arms of experiments that no standing flag has named for some time, and that are not kept as a draft or under way. A workspace where that fails holds
 * up no other.
 */
export function createForgettingArms(deps: Deps, sizes: PageSizes = SIZES): () => Promise<void> {
  const turns = createTurns<number>(deps, "flags.forget-unnamed");
  return async () => {
    let page = await loadRememberingWorkspaces(deps.db, 0, sizes.workspaces);
    while (page.length > 0) {
      const workspaces = page;
      await turns(workspaces, (workspaceId) => markUnnamed(deps, workspaceId, sizes.experiments));
      let isForgetting = true;
      while (isForgetting) isForgetting = await turns(workspaces, (workspaceId) => forgetSome(deps, workspaceId, sizes.rows));
      page = await loadRememberingWorkspaces(deps.db, workspaces.at(-1) ?? 0, sizes.workspaces);
    }
  };
}

/** Writes down what came to be named no more; answers false, since nothing is left to do. */
async function markUnnamed(deps: Deps, workspaceId: number, atOnce: number): Promise<boolean> {
  let after: string | undefined = "";
  while (after !== undefined) {
    const from: string = after;
    after = await inTransaction(deps.db, async (tx) => {
      const needed = await lockNeeded(deps, tx, workspaceId);
      const remembered = await loadRemembered(tx, workspaceId, from, atOnce);
      const unnamed = remembered.filter((experiment) => !needed.has(experiment));
      await insertUnnamed(tx, workspaceId, unnamed, new Date(deps.nowMs()));
      return remembered.length < atOnce ? undefined : remembered.at(-1);
    });
  }
  return false;
}

/** Forgets some rows of what was named too long ago; answers whether there were any. */
async function forgetSome(deps: Deps, workspaceId: number, atOnce: number): Promise<boolean> {
  return inTransaction(deps.db, async (tx) => {
    await lockNeeded(deps, tx, workspaceId);
    const experiment = await findUnnamed(tx, workspaceId, new Date(deps.nowMs() - UNNAMED_KEPT_DAYS * DAY_MS));
    if (experiment === undefined) return false;
    await deleteArmsOf(tx, workspaceId, experiment, atOnce);
    return true;
  });
}

/** Experiments whose arms are needed, under the lock that flags and the standings of experiments change under; what is needed again is no more known as unnamed. */
async function lockNeeded(deps: Deps, tx: Tx, workspaceId: number): Promise<ReadonlySet<string>> {
  await lockFlags(tx, workspaceId);
  const named = (await loadExperimentRules(deps, tx, workspaceId)).map(({ rule }) => rule.experiment);
  const kept = [...(await deps.standings(tx, workspaceId))].flatMap(([key, { state }]) => (isOver(state) ? [] : [key]));
  const needed = new Set([...named, ...kept]);
  await deleteNamed(tx, workspaceId, [...needed]);
  return needed;
}

function isOver(state: string): boolean {
  return state === "stopped" || state === "archived";
}

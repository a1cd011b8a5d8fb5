import type { Loop } from "../../../platform/loops.ts";
import { inTransaction, type Tx } from "../../../platform/storage/postgres.ts";
import { createTurns } from "../../../platform/turns.ts";
import { facetsOf } from "../../people/module.ts";
import { keepFromEvaluating, loadEngine } from "../live/engine.store.ts";
import type { LiveDeps } from "../live/live-deps.ts";
import { retrack, stopEngine } from "../live/retrack.ts";
import { saveDecided } from "./class-values.store.ts";
import {
  endDropped,
  loadDropped,
  loadDroppingWorkspaces,
  loadHaving,
  lockComputed,
  passDropped,
  type DroppedTrait,
} from "./dropped-trait.store.ts";

/** People of one transaction: nobody is evaluated meanwhile. */
const PEOPLE_MAX = 2_000;
const IDLE_MS = 1_000;

/** Takes traits that are reckoned no more away from everyone. What is reckoned anew by the same name waits until that is done. */
export function createDropping(deps: LiveDeps): Loop {
  const turns = createTurns<number>(deps, "segments.drop");
  return {
    name: "segments.drop",
    step: async (signal) => {
      const workspaces = await loadDroppingWorkspaces(deps.db);
      return (await turns(workspaces, (workspaceId) => stepDrop(deps, workspaceId), signal)) ? 0 : IDLE_MS;
    },
  };
}

async function stepDrop(deps: LiveDeps, workspaceId: number): Promise<boolean> {
  const [dropped] = await loadDropped(deps.db, workspaceId);
  if (dropped === undefined) return false;
  const people = await loadHaving(deps.db, workspaceId, dropped, PEOPLE_MAX);
  await inTransaction(deps.db, (tx) =>
    people.length === 0 ? end(deps, tx, workspaceId, dropped) : take(tx, workspaceId, dropped, people),
  );
  return true;
}

async function take(tx: Tx, workspaceId: number, dropped: DroppedTrait, people: readonly string[]): Promise<void> {
  // Whoever evaluates writes what it read before.
  await keepFromEvaluating(tx, workspaceId);
  const having = await lockComputed(tx, workspaceId, people);
  const rows = having.map(({ personId, computed }) => {
    const traits = Object.fromEntries(Object.entries(computed).filter(([trait]) => trait !== dropped.trait));
    return { personId, traits, facets: facetsOf(workspaceId, traits) };
  });
  await saveDecided(tx, workspaceId, rows);
  await passDropped(tx, workspaceId, dropped, people.at(-1) ?? dropped.passed);
}

/** What was made by the same name meanwhile goes on. */
async function end(deps: LiveDeps, tx: Tx, workspaceId: number, dropped: DroppedTrait): Promise<void> {
  await stopEngine(tx, workspaceId);
  await endDropped(tx, workspaceId, dropped);
  const engine = await loadEngine(tx, workspaceId);
  if (engine !== undefined) await retrack(deps, tx, workspaceId, { place: engine.place });
}

import type { SimulationView } from "@terrace/contract/api/simulations";
import type { Result } from "@terrace/domain/result";
import type { RouteHandler } from "../../platform/http/handler.ts";
import type { Db } from "../../platform/storage/postgres.ts";
import { orderSimulation, setLife, type SimulationActor, type SimulationDeps, type SimulationOrder } from "./simulation.commands.ts";
import { presentSimulation, simulationRoutes } from "./simulation.routes.ts";
import { listSimulationRows, loadPlayable } from "./simulation.store.ts";

export { runSimulations, type RunDeps } from "./run-simulations.ts";
export type { Simulation } from "../../../../simulator/src/simulation.ts";
export { plantedHoldout } from "./planted-holdout.ts";
export { plantedExperiments } from "./planted-experiments.ts";
export { SIMULATED_PYRAMID } from "./simulated-pyramid.ts";
export { FIRST_SIMULATION, type SimulationActor, type SimulationOrder } from "./simulation.commands.ts";

/** Simulated businesses in labelled workspaces of their own: made, filled, and let live. */
export type Simulations = {
  readonly routes: readonly RouteHandler[];
  readonly order: (who: SimulationActor, order: SimulationOrder) => Promise<Result<SimulationView>>;
  readonly setLife: (
    who: SimulationActor,
    simulation: number,
    life: { readonly live: boolean; readonly speed?: number | undefined },
  ) => Promise<Result<SimulationView>>;
  readonly list: (workspaceId: number) => Promise<readonly SimulationView[]>;
};

/** `changed` is told that there may be something to play. */
export function createSimulations(deps: SimulationDeps & { readonly changed: () => void }): Simulations {
  return {
    routes: simulationRoutes(deps),
    order: async (who, order) => {
      const ordered = await orderSimulation(deps, who, order);
      if (!ordered.ok) return ordered;
      deps.changed();
      return { ok: true, value: presentSimulation(ordered.value) };
    },
    setLife: async (who, simulation, life) => {
      const changed = await setLife(deps, who, simulation, life);
      if (!changed.ok) return changed;
      deps.changed();
      return { ok: true, value: presentSimulation(changed.value) };
    },
    list: async (workspaceId) => (await listSimulationRows(deps.db, workspaceId)).map(presentSimulation),
  };
}

/** Whether any simulation waits to be played on. */
export async function isAnythingToPlay(db: Db, isLifeAllowed: boolean): Promise<boolean> {
  return (await loadPlayable(db, isLifeAllowed)).length > 0;
}

import { listSimulations, startSimulation, updateSimulation, type SimulationView } from "@terrace/contract/api/simulations";
import { valueOrThrow } from "../../platform/http/fault-error.ts";
import { handle, type RouteHandler } from "../../platform/http/handler.ts";
import { orderSimulation, setLife, type SimulationDeps } from "./simulation.commands.ts";
import { shareFilled } from "./play-simulation.ts";
import { listSimulationRows, type SimulationRow } from "./simulation.store.ts";

const DAY_MS = 86_400_000;

export function simulationRoutes(deps: SimulationDeps & { readonly changed: () => void }): readonly RouteHandler[] {
  return [
    handle(listSimulations, async (_input, { workspaceId }) => ({
      items: (await listSimulationRows(deps.db, workspaceId)).map(presentSimulation),
    })),
    handle(startSimulation, async ({ body }, { workspaceId, actor, ip }) => {
      const row = valueOrThrow(await orderSimulation(deps, { workspaceId, actor, ip }, body));
      deps.changed();
      return presentSimulation(row);
    }),
    handle(updateSimulation, async ({ params, body }, { workspaceId, actor, ip }) => {
      const simulation = /^[1-9]\d{0,8}$/.test(params.simulation) ? Number(params.simulation) : 0;
      const row = valueOrThrow(await setLife(deps, { workspaceId, actor, ip }, simulation, body));
      deps.changed();
      return presentSimulation(row);
    }),
  ];
}

/** A simulation as the API shows it. */
export function presentSimulation(row: SimulationRow): SimulationView {
  return {
    workspace: String(row.workspaceId),
    name: row.name,
    people: row.people,
    days: row.days,
    seed: row.seed,
    state: row.state,
    filled: shareFilled(row),
    live: row.live,
    speed: row.speed,
    events: row.eventsSent,
    through: new Date(row.modelMs).toISOString(),
    from: new Date(row.endMs - row.days * DAY_MS).toISOString(),
    to: new Date(row.endMs).toISOString(),
  };
}

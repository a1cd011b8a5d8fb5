import * as api from "@terrace/contract/api/experiments";
import { DONE } from "@terrace/contract/route";
import { decodeCursor, encodeCursor } from "../../platform/http/cursor.ts";
import { handle, type RouteContext, type RouteHandler } from "../../platform/http/handler.ts";
import { banditRoutes } from "./bandit/bandit.routes.ts";
import type { ExperimentDeps } from "./experiment-deps.ts";
import { changeExperiment, makeExperiment, removeExperiment } from "./experiment.commands.ts";
import { loadExperiments, type Decided } from "./experiment.store.ts";
import { moveExperiment } from "./move.commands.ts";
import { planRoutes } from "./plan.routes.ts";
import { readingRoutes } from "./reading.routes.ts";
import { readDays, readResults } from "./read-results.ts";
import { experimentView, requireExperiment, requireStarted } from "./stored-experiment.ts";

/** Managing experiments, and reading them. */
export function experimentRoutes(deps: ExperimentDeps): readonly RouteHandler[] {
  return [
    ...planRoutes(),
    ...listing(deps),
    ...managing(deps),
    ...moving(deps),
    ...reading(deps),
    ...readingRoutes(deps),
    ...banditRoutes(deps),
  ];
}

function listing(deps: ExperimentDeps): readonly RouteHandler[] {
  return [
    handle(api.listExperiments, async ({ query }, { workspaceId }) => {
      const beforeId = query.cursor === undefined ? undefined : String(decodeCursor(query.cursor, ["id"])[0]);
      const rows = await loadExperiments(deps.db, workspaceId, {
        state: query.state,
        search: query.search,
        besideId: query.beside,
        beforeId,
        limit: query.limit + 1,
      });
      const page = rows.slice(0, query.limit);
      const last = page.at(-1);
      return {
        items: page.map((row) => experimentView(deps, row)),
        ...(rows.length > page.length && last !== undefined ? { nextCursor: encodeCursor([last.id]) } : {}),
      };
    }),
    handle(api.getExperiment, async ({ params }, context) => viewOf(deps, context, params.experiment)),
  ];
}

function managing(deps: ExperimentDeps): readonly RouteHandler[] {
  return [
    handle(api.createExperiment, async ({ body }, context) => viewOf(deps, context, await makeExperiment(deps, body, context))),
    handle(api.updateExperiment, async ({ params, body }, context) => {
      await changeExperiment(deps, params.experiment, body, context);
      return viewOf(deps, context, params.experiment);
    }),
    handle(api.deleteExperiment, async ({ params }, context) => {
      await removeExperiment(deps, params.experiment, context);
      return DONE;
    }),
  ];
}

function moving(deps: ExperimentDeps): readonly RouteHandler[] {
  return [
    handle(api.moveExperiment, async ({ params, body }, context) => {
      await moveExperiment(deps, params.experiment, body, context);
      return viewOf(deps, context, params.experiment);
    }),
    handle(api.stopExperiment, async ({ params, body }, context) => {
      await moveExperiment(deps, params.experiment, { action: "stop", ...decidedIn(body) }, context);
      return viewOf(deps, context, params.experiment);
    }),
    handle(api.decideExperiment, async ({ params, body }, context) => {
      await moveExperiment(deps, params.experiment, { action: "decide", ...decidedIn(body) }, context);
      return viewOf(deps, context, params.experiment);
    }),
  ];
}

function decidedIn({ note, ...decided }: Decided & { readonly note: string }) {
  return { decided, note };
}

function reading(deps: ExperimentDeps): readonly RouteHandler[] {
  return [
    handle(api.experimentResults, async ({ params, body, query }, context) => {
      const asked = await requireStarted(deps, context.workspaceId, params.experiment);
      return readResults(deps, asked, { breakdown: body.breakdown, wanted: query }, context);
    }),
    handle(api.listExperimentDays, async ({ params }, { workspaceId }) => ({ days: await readDays(deps, workspaceId, params.experiment) })),
  ];
}

async function viewOf(deps: ExperimentDeps, { workspaceId }: RouteContext, id: string) {
  return experimentView(deps, await requireExperiment(deps, workspaceId, id));
}

import * as api from "@terrace/contract/api/pyramids";
import type { PyramidView } from "@terrace/contract/api/pyramids";
import { DONE } from "@terrace/contract/route";
import { PYRAMID_TEMPLATE_KINDS, pyramidTemplate } from "@terrace/domain/pyramids/pyramid-templates";
import { MAIN_PYRAMID } from "@terrace/domain/traits/computed-traits";
import { handle, type RouteHandler } from "../../../platform/http/handler.ts";
import type { SegmentDeps } from "../segment-deps.ts";
import { removePyramid, replacePyramid } from "./pyramid.commands.ts";
import { appointmentRoutes } from "./appointment.routes.ts";
import { careRoutes } from "./care.routes.ts";
import { layerRoutes } from "./layer.routes.ts";
import { pyramidFigureRoutes } from "./figure.routes.ts";
import { loadPyramids } from "./pyramid.store.ts";
import { loadOwners, pyramidOrThrow, pyramidViews } from "./pyramid-view.ts";

/** Pyramids of people: their layers, and who is in them. */
export function pyramidRoutes(deps: SegmentDeps): readonly RouteHandler[] {
  return [...definitions(deps), ...appointmentRoutes(deps), ...careRoutes(deps), ...layerRoutes(deps), ...pyramidFigureRoutes(deps)];
}

function definitions(deps: SegmentDeps): readonly RouteHandler[] {
  const { db } = deps;
  return [
    handle(api.listPyramids, async (_input, { workspaceId }) => ({
      items: [...(await pyramidViews(deps, workspaceId, await loadPyramids(db, workspaceId)))],
    })),
    handle(api.listPyramidTemplates, async ({ query }, { workspaceId }) => {
      const business = await deps.businessEvents(workspaceId);
      const items = PYRAMID_TEMPLATE_KINDS.map((kind) => ({
        kind,
        key: MAIN_PYRAMID,
        body: pyramidTemplate(kind, business, query.language),
      }));
      return { items };
    }),
    handle(api.listPyramidOwners, async (_input, { workspaceId }) => ({ items: [...(await loadOwners(deps, workspaceId)).values()] })),
    handle(api.getPyramid, async ({ params }, { workspaceId }) => viewOf(deps, workspaceId, params.pyramid)),
    handle(api.putPyramid, async ({ params, body }, context) => {
      await replacePyramid(deps, context, params.pyramid, body);
      return viewOf(deps, context.workspaceId, params.pyramid);
    }),
    handle(api.deletePyramid, async ({ params }, context) => {
      await removePyramid(deps, context, await pyramidOrThrow(db, context.workspaceId, params.pyramid));
      return DONE;
    }),
  ];
}

async function viewOf(deps: SegmentDeps, workspaceId: number, key: string): Promise<PyramidView> {
  const [view] = await pyramidViews(deps, workspaceId, [await pyramidOrThrow(deps.db, workspaceId, key)]);
  if (view === undefined) throw new Error("a pyramid has a view");
  return view;
}

import * as api from "@terrace/contract/api/segment-figures";
import { handle, type RouteHandler } from "../../platform/http/handler.ts";
import { estimate } from "./estimate.ts";
import { overlap, overlapPage } from "./overlap.ts";
import type { SegmentDeps } from "./segment-deps.ts";

/** Figures about segments: whom a rule would hold, and who is in several. */
export function figureRoutes(deps: SegmentDeps): readonly RouteHandler[] {
  return [
    handle(api.estimateSegment, ({ body, query }, context) => estimate(deps, context, body, query.queryId)),
    handle(api.overlapSegments, ({ body, query }, context) => overlap(deps, context, body.segments, query.queryId)),
    handle(api.listOverlapPeople, ({ body, query }, context) => overlapPage(deps, context, body, query)),
  ];
}

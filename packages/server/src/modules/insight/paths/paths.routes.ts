import { getPaths, listPathPeople } from "@terrace/contract/api/insight-paths";
import { readPaths } from "@terrace/domain/insight/paths/paths-plan";
import { hideTokens } from "@terrace/domain/personal/hide-tokens";
import { isoInstant } from "@terrace/domain/time/zoned-time";
import { valueOrThrow } from "../../../platform/http/fault-error.ts";
import { handle, type RouteHandler } from "../../../platform/http/handler.ts";
import { peoplePage } from "../sequence/people-page.ts";
import { queryGround } from "../sequence/query-ground.ts";
import type { AnalysisDeps } from "../time/asking.ts";
import { pathFigures, pathPeople } from "./paths.views.ts";

/** Counting paths, and naming the people behind their edges. */
export function pathRoutes(deps: AnalysisDeps): readonly RouteHandler[] {
  const { warehouse } = deps;
  return [
    handle(getPaths, async ({ body }, context) => {
      const { signal } = context;
      const { period, tools } = await queryGround(deps, context, body);
      const plan = valueOrThrow(readPaths(body, period));
      const { sessions, people, edges, allEdges, ends } = await pathFigures(warehouse, plan, tools, { limit: body.limit, signal });
      const shown = edges.reduce((sum, edge) => sum + edge.sessions, 0);
      return {
        from: isoInstant(plan.fromMs),
        to: isoInstant(plan.toMs),
        sessions,
        people,
        edges: edges.map((edge) => ({
          step: edge.step,
          source: hideTokens(edge.source),
          target: hideTokens(edge.target),
          sessions: edge.sessions,
          people: edge.people,
        })),
        rest: { edges: allEdges.kinds - edges.length, sessions: allEdges.sessions - shown },
        ends: ends.map((end) => ({ step: end.step, node: hideTokens(end.source), sessions: end.sessions, people: end.people })),
      };
    }),
    handle(listPathPeople, async ({ body, query }, context) => {
      const { period, tools } = await queryGround(deps, context, body);
      const plan = valueOrThrow(readPaths(body, period));
      const { step, source, target } = body.cell;
      const cell = { step, source, target: target ?? "" };
      return peoplePage(deps, context, query, (page) => pathPeople(warehouse, plan, tools, { cell, ...page }));
    }),
  ];
}

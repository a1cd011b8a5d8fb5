import { getPaths, listPathPeople } from "@terrace/contract/api/insight-paths";
import { readPaths } from "@terrace/domain/insight/paths/paths-plan";
import { hideTokens } from "@terrace/domain/personal/hide-tokens";
import { isoInstant } from "@terrace/domain/time/zoned-time";
import { valueOrThrow } from "../../../platform/http/fault-error.ts";
import { analysis } from "../analysis.ts";
import { periodOf } from "../time/asking.ts";
import { pathFigures, pathPeople } from "./paths.views.ts";

/** Paths, and the people behind their edges. */
export const paths = analysis({
  kind: "paths",
  route: getPaths,
  groups: { events: (body) => body.events ?? [], narrows: "all" },
  answer: async (asking, body) => {
    const plan = valueOrThrow(readPaths(body, periodOf(asking, body.period)));
    const { sessions, people, edges, allEdges, ends } = await pathFigures(asking, plan, body.limit);
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
  },
  people: {
    route: listPathPeople,
    behind: async (asking, body) => {
      const plan = valueOrThrow(readPaths(body, periodOf(asking, body.period)));
      const { step, source, target } = body.cell;
      return pathPeople(plan, asking.tools, { step, source, target: target === null ? "" : target });
    },
  },
});

import { cancelQuery, getQuery, listQueries } from "@terrace/contract/api/insight-queries";
import { DONE } from "@terrace/contract/route";
import { faultError } from "../../../platform/http/fault-error.ts";
import { handle, type RouteHandler } from "../../../platform/http/handler.ts";
import type { RunningQueries } from "./running-queries.ts";

/** Where queries stand, and ending them. */
export function queryRoutes(queries: RunningQueries): readonly RouteHandler[] {
  return [
    handle(listQueries, async (_, { workspaceId }) => ({ items: [...queries.list(workspaceId)] })),
    handle(getQuery, async ({ params }, { workspaceId }) => (await queries.state(workspaceId, params.query)) ?? nobody()),
    handle(cancelQuery, async ({ params }, { workspaceId }) => ((await queries.cancel(workspaceId, params.query)) ? DONE : nobody())),
  ];
}

function nobody(): never {
  throw faultError("insight.no_such_query", { field: "query", mend: "It was answered, ended, or never asked" });
}

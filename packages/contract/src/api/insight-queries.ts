import { z } from "zod";
import { doneResponse, route, workspaceParams } from "../route.ts";

const queryParams = workspaceParams.extend({ query: z.uuid().describe("The `queryId` that the analysis was asked with") });
const count = z.number().int();
const queryStateSchema = z.object({
  queryId: z.string(),
  kind: z.string().describe("Of analysis; empty when another server runs it"),
  state: z.enum(["waiting", "running"]).describe("waiting: for its turn"),
  elapsedMs: count.describe("In this state"),
  rowsRead: count,
  rowsTotal: count.describe("That the engine expects to read, as far as it knows"),
  bytesRead: count,
  memoryBytes: count.describe("The most at once"),
});

export const listQueries = route({
  id: "listQueries",
  tag: "Insight",
  summary: "Analyses that this server is answering or that wait for their turn",
  method: "GET",
  path: "/api/workspaces/:workspace/insight/queries",
  access: "events:read",
  params: workspaceParams,
  response: z.object({ items: z.array(queryStateSchema) }),
});
export const getQuery = route({
  id: "getQuery",
  tag: "Insight",
  summary: "How far an analysis has come",
  method: "GET",
  path: "/api/workspaces/:workspace/insight/queries/:query",
  access: "events:read",
  params: queryParams,
  response: queryStateSchema,
});
export const cancelQuery = route({
  id: "cancelQuery",
  tag: "Insight",
  summary: "End an analysis that is running or waiting",
  method: "DELETE",
  path: "/api/workspaces/:workspace/insight/queries/:query",
  access: "events:read",
  params: queryParams,
  response: doneResponse,
});

export const queryRoutes = [listQueries, getQuery, cancelQuery] as const;

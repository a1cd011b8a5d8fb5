import { BUSINESS_EVENTS } from "@terrace/domain/insight/metrics/business-events";
import { METRIC_DIRECTIONS, METRIC_UNITS } from "@terrace/domain/insight/metrics/metric";
import { z } from "zod";
import { route, workspaceParams } from "../route.ts";
import { useSchema } from "./segments.ts";
import { metricDefinitionSchema, metricEventsSchema, metricIdSchema, metricSchema } from "./metric-parts.ts";

/** Own metrics of a workspace, archived ones among them. */
export const OWN_METRICS_MAX = 200;

const metricParams = workspaceParams.extend({ metric: metricIdSchema });
const nameSchema = z.string().trim().min(1).max(80);
const contentSchema = z.strictObject({
  name: nameSchema,
  nameEn: nameSchema.optional().describe("Without it the name in both languages"),
  description: z.string().max(2_000).default(""),
  unit: z.enum(METRIC_UNITS),
  better: z.enum(METRIC_DIRECTIONS),
  definition: metricDefinitionSchema,
});

export const listMetrics = route({
  id: "listMetrics",
  tag: "Metrics",
  summary: "All metrics: those of the catalogue and the workspace's own",
  method: "GET",
  path: "/api/workspaces/:workspace/metrics",
  access: "events:read",
  params: workspaceParams,
  query: z.object({ archived: z.enum(["true", "false"]).default("false").describe("Own ones that were archived, too") }),
  response: z.object({ items: z.array(metricSchema) }),
});
export const getMetric = route({
  id: "getMetric",
  tag: "Metrics",
  summary: "One metric with its versions and what uses it",
  method: "GET",
  path: "/api/workspaces/:workspace/metrics/:metric",
  access: "events:read",
  params: metricParams,
  response: metricSchema.extend({
    versions: z
      .array(
        z.object({
          version: z.number().int(),
          at: z.string(),
          by: z.string(),
          name: z.string(),
          unit: z.enum(METRIC_UNITS),
          definition: metricDefinitionSchema,
        }),
      )
      .describe("The newest first; empty for metrics of the catalogue, whose history is that of Terrace"),
    usedBy: z.array(useSchema),
    outdated: z.boolean().describe("A copy of a version that the catalogue has replaced"),
  }),
});
export const createMetric = route({
  id: "createMetric",
  tag: "Metrics",
  summary: "Make an own metric: a copy of one of the catalogue with other choices, a measure, a quotient or a formula",
  method: "POST",
  path: "/api/workspaces/:workspace/metrics",
  access: "metrics:write",
  params: workspaceParams,
  body: contentSchema,
  response: metricSchema,
});
export const changeMetric = route({
  id: "changeMetric",
  tag: "Metrics",
  summary: "Change an own metric; the definition before is kept as a version",
  method: "PUT",
  path: "/api/workspaces/:workspace/metrics/:metric",
  access: "metrics:write",
  params: metricParams,
  body: contentSchema.extend({
    version: z.number().int().min(1).describe("The version that was looked at; another one meanwhile is a conflict"),
  }),
  response: metricSchema,
});
export const archiveMetric = route({
  id: "archiveMetric",
  tag: "Metrics",
  summary: "Archive an own metric, or bring it back",
  method: "POST",
  path: "/api/workspaces/:workspace/metrics/:metric/archive",
  access: "metrics:write",
  params: metricParams,
  body: z.strictObject({ archived: z.boolean() }),
  response: metricSchema,
});

const businessEventsSchema = z.object(
  // The keys of an object made from the list of them.
  Object.fromEntries(BUSINESS_EVENTS.map((role) => [role, metricEventsSchema])) as Record<
    (typeof BUSINESS_EVENTS)[number],
    typeof metricEventsSchema
  >,
);
const namedMetrics = z.array(z.object({ id: metricIdSchema, name: z.object({ zh: z.string(), en: z.string() }) }));
const businessView = z.object({
  events: businessEventsSchema,
  automatic: z.boolean().describe("Nobody has decided: the usual names that occur in the workspace"),
  changedBy: z.string().nullable(),
  changedAt: z.string().nullable(),
  usedBy: z
    // As above.
    .object(
      Object.fromEntries(BUSINESS_EVENTS.map((role) => [role, namedMetrics])) as Record<
        (typeof BUSINESS_EVENTS)[number],
        typeof namedMetrics
      >,
    )
    .describe("The metrics whose figures change with each of them"),
});

export const getBusinessEvents = route({
  id: "getBusinessEvents",
  tag: "Metrics",
  summary: "Which events count as registration, login, use, order …",
  method: "GET",
  path: "/api/workspaces/:workspace/business-events",
  access: "events:read",
  params: workspaceParams,
  response: businessView,
});
export const setBusinessEvents = route({
  id: "setBusinessEvents",
  tag: "Metrics",
  summary: "Decide which events count as what; metrics follow at once, also for the past",
  method: "PUT",
  path: "/api/workspaces/:workspace/business-events",
  access: "metrics:write",
  params: workspaceParams,
  body: z.strictObject({ events: businessEventsSchema.strict().nullable().describe("null: the usual names again") }),
  response: businessView,
});

export const metricRoutes = [
  listMetrics,
  getMetric,
  createMetric,
  changeMetric,
  archiveMetric,
  getBusinessEvents,
  setBusinessEvents,
] as const;

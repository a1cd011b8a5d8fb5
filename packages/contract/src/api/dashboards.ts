import { ANALYSIS_KINDS } from "@terrace/domain/insight/analysis-kind";
import { DASHBOARD_TEMPLATES } from "@terrace/domain/insight/boards/templates";
import { GRID_COLUMNS, TILE_ROWS_MAX, TILES_MAX } from "@terrace/domain/insight/boards/tile";
import { z } from "zod";
import { doneResponse, pageOf, pageQuery, route, workspaceParams } from "../route.ts";
import { periodSchema } from "./insight-parts.ts";
import { jsonObjectSchema } from "./insight-saved.ts";
import { basedOn, ownedShape, sharingSchema } from "./sharing.ts";

/** Seconds between two refreshes; 0 is none. */
export const REFRESH_SECONDS = [0, 60, 300, 900, 3600] as const;

const name = z.string().trim().min(1).max(80);
const description = z.string().trim().max(500);
const column = z
  .number()
  .int()
  .min(0)
  .max(GRID_COLUMNS - 1);

export const tileSchema = z.strictObject({
  id: z.string().min(1).max(20),
  place: z.strictObject({
    x: column,
    y: z.number().int().min(0).max(1_000),
    w: z.number().int().min(1).max(GRID_COLUMNS),
    h: z.number().int().min(1).max(TILE_ROWS_MAX),
  }),
  title: z.string().trim().max(80).default("").describe("Empty: the name of what it shows"),
  content: z.discriminatedUnion("kind", [
    z.strictObject({ kind: z.literal("analysis"), analysis: z.string().max(20).describe("Id of a saved analysis") }),
    z.strictObject({
      kind: z.literal("question"),
      ask: z.strictObject({ kind: z.enum(ANALYSIS_KINDS), query: jsonObjectSchema }),
      display: jsonObjectSchema.default({}),
    }),
    z.strictObject({
      kind: z.literal("metric"),
      metric: z.string().min(1).max(80).describe("Id of a metric; its goal of the period is shown with it"),
      as: z.enum(["figure", "line"]).default("figure"),
    }),
    z.strictObject({ kind: z.literal("heading"), text: z.string().trim().min(1).max(80) }),
    z.strictObject({ kind: z.literal("text"), text: z.string().trim().min(1).max(2_000) }),
  ]),
});
export const boardSettingsSchema = z.strictObject({
  period: periodSchema.optional().describe("Instead of the periods of the tiles"),
  filters: z
    .strictObject({ events: jsonObjectSchema.optional(), people: jsonObjectSchema.optional() })
    .default({})
    .describe("Conditions that hold in every tile besides its own"),
  refreshSeconds: z.union(REFRESH_SECONDS.map((seconds) => z.literal(seconds))).default(0),
});
const tiles = z.array(tileSchema).max(TILES_MAX);

export const dashboardRowSchema = z.object({
  id: z.string(),
  name: z.string(),
  description: z.string(),
  tileCount: z.number().int(),
  ...ownedShape,
});
export type DashboardRow = z.infer<typeof dashboardRowSchema>;
const dashboardSchema = dashboardRowSchema.extend({ tiles: z.array(tileSchema), settings: boardSettingsSchema });
export type Dashboard = z.infer<typeof dashboardSchema>;
export type DashboardTile = z.infer<typeof tileSchema>;
export type BoardSettings = z.infer<typeof boardSettingsSchema>;
const params = workspaceParams.extend({ dashboard: z.string().max(20) });

export const listDashboards = route({
  id: "listDashboards",
  tag: "Dashboards",
  summary: "Dashboards that the caller may see, the last changed first",
  method: "GET",
  path: "/api/workspaces/:workspace/dashboards",
  access: "events:read",
  params: workspaceParams,
  query: pageQuery.extend({ search: z.string().max(80).optional(), mine: z.enum(["true", "false"]).default("false") }),
  response: pageOf(dashboardRowSchema),
});
export const createDashboard = route({
  id: "createDashboard",
  tag: "Dashboards",
  summary: "Make a dashboard, empty, with tiles, or from a template",
  method: "POST",
  path: "/api/workspaces/:workspace/dashboards",
  access: "insight:write",
  params: workspaceParams,
  body: z.strictObject({
    name,
    description: description.default(""),
    template: z.enum(DASHBOARD_TEMPLATES).optional().describe("Fills it with tiles, of the events that this workspace has"),
    language: z.enum(["zh-CN", "en"]).default("zh-CN").describe("Of the words in the template's tiles"),
    tiles: tiles.default([]),
    settings: boardSettingsSchema.default({ filters: {}, refreshSeconds: 0 }),
    sharing: sharingSchema.default({ with: "everyone", may: "view" }),
  }),
  response: dashboardSchema,
});
export const getDashboard = route({
  id: "getDashboard",
  tag: "Dashboards",
  summary: "One dashboard with its tiles; each is answered by the analysis it asks",
  method: "GET",
  path: "/api/workspaces/:workspace/dashboards/:dashboard",
  access: "events:read",
  params,
  response: dashboardSchema,
});
export const updateDashboard = route({
  id: "updateDashboard",
  tag: "Dashboards",
  summary: "Change a dashboard; what is left out stays",
  method: "PATCH",
  path: "/api/workspaces/:workspace/dashboards/:dashboard",
  access: "insight:write",
  params,
  body: z.strictObject({ name, description, tiles, settings: boardSettingsSchema, sharing: sharingSchema }).partial().extend({ basedOn }),
  response: dashboardSchema,
});
export const duplicateDashboard = route({
  id: "duplicateDashboard",
  tag: "Dashboards",
  summary: "Make a copy of a dashboard, which is the caller's",
  method: "POST",
  path: "/api/workspaces/:workspace/dashboards/:dashboard/duplicate",
  access: "insight:write",
  params,
  body: z.strictObject({ name }),
  response: dashboardSchema,
});
export const deleteDashboard = route({
  id: "deleteDashboard",
  tag: "Dashboards",
  summary: "Delete a dashboard; saved analyses on it stay",
  method: "DELETE",
  path: "/api/workspaces/:workspace/dashboards/:dashboard",
  access: "insight:write",
  params,
  response: doneResponse,
});

export const dashboardRoutes = [
  listDashboards,
  createDashboard,
  getDashboard,
  updateDashboard,
  duplicateDashboard,
  deleteDashboard,
] as const;

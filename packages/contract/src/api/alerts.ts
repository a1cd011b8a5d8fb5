import { ALERT_UNITS } from "@terrace/domain/insight/alerts/alert-rule";
import { z } from "zod";
import { doneResponse, pageOf, pageQuery, route, workspaceParams } from "../route.ts";

const figure = z.number().nullable();
const limit = z.number().min(-1e15).max(1e15);
const consecutive = z.number().int().min(1).max(20).default(1).describe("So many intervals in a row");
const eitherSide = z.enum(["up", "down", "either"]);

export const alertRuleSchema = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("threshold"),
    side: z.enum(["above", "below"]),
    value: limit,
    until: limit.optional().describe("The alarm ends when the value has come back past this; without it past the threshold"),
    consecutive,
  }),
  z.strictObject({
    kind: z.literal("change"),
    side: eitherSide,
    against: z.enum(["previous", "week_before"]).describe("The interval before, or the same hour or weekday of the week before"),
    share: z.number().min(0.001).max(1_000).describe("0.3 is 30 %"),
    consecutive,
  }),
  z.strictObject({
    kind: z.literal("anomaly"),
    side: eitherSide,
    falseAlarms: z
      .number()
      .min(0.000_001)
      .max(0.1)
      .optional()
      .describe("How often a value that is none may be taken for one; default 0.001"),
    consecutive,
  }),
]);

const questionSchema = z.strictObject({
  kind: z.enum(["trends", "metric"]),
  body: z
    .record(z.string(), z.json())
    .describe("As the analysis takes it, without period, interval, breakdown and comparison; the formula or the first line is watched"),
});
const watched = {
  question: questionSchema,
  rule: alertRuleSchema,
  interval: z.enum(ALERT_UNITS),
};
const FIGURE_UNITS = ["count", "people", "share", "money", "seconds", "number", "points"] as const;
const editable = z.strictObject({
  name: z.string().trim().min(1).max(80),
  ...watched,
  unit: z
    .enum(FIGURE_UNITS)
    .optional()
    .describe("How its values are written; money in minor units. That of the metric watched, or `number`, when left out"),
  targetIds: z
    .array(z.string().regex(/^[1-9]\d{0,17}$/))
    .max(50)
    .default([]),
  paused: z.boolean().default(false),
});

export const alertEventSchema = z.object({
  id: z.string(),
  alertId: z.string(),
  alertName: z.string(),
  intervalFrom: z.string(),
  value: figure,
  low: figure,
  high: figure,
  unit: z.enum(FIGURE_UNITS),
  beganAt: z.string(),
  endedAt: z.string().nullable(),
  muted: z.boolean().describe("Nobody was told"),
  failure: z.string().describe("The code of a fault: in this time it could not be looked at; empty: an alarm"),
  acknowledgedBy: z.string().nullable(),
  acknowledgedAt: z.string().nullable(),
});
export type AlertEventView = z.infer<typeof alertEventSchema>;

export const alertSchema = z.object({
  id: z.string(),
  name: z.string(),
  question: questionSchema,
  rule: alertRuleSchema,
  interval: z.enum(ALERT_UNITS),
  unit: z.enum(FIGURE_UNITS),
  targetIds: z.array(z.string()),
  paused: z.boolean(),
  mutedUntil: z.string().nullable(),
  state: z.enum(["ok", "alarm", "waiting", "failing"]).describe("`waiting`: not looked at yet; `failing`: it could not be looked at"),
  lastValue: figure,
  evaluatedAt: z.string().nullable(),
  failure: z.string().describe("The code of a fault; empty when there was none"),
  createdBy: z.string(),
  createdAt: z.string(),
});
export type AlertView = z.infer<typeof alertSchema>;
export type AlertBody = z.input<typeof editable>;
const alertParams = workspaceParams.extend({ alert: z.string().max(20) });
const BASE = "/api/workspaces/:workspace/alerts";

export const listAlerts = route({
  id: "listAlerts",
  tag: "Alerts",
  summary: "Figures that are watched",
  method: "GET",
  path: BASE,
  access: "events:read",
  params: workspaceParams,
  response: pageOf(alertSchema),
});
export const createAlert = route({
  id: "createAlert",
  tag: "Alerts",
  summary: "Watch a figure",
  method: "POST",
  path: BASE,
  access: "reports:manage",
  params: workspaceParams,
  body: editable,
  response: alertSchema,
});
export const updateAlert = route({
  id: "updateAlert",
  tag: "Alerts",
  summary: "Change an alert; its history stays",
  method: "PUT",
  path: `${BASE}/:alert`,
  access: "reports:manage",
  params: alertParams,
  body: editable,
  response: alertSchema,
});
export const deleteAlert = route({
  id: "deleteAlert",
  tag: "Alerts",
  summary: "Delete an alert with its history",
  method: "DELETE",
  path: `${BASE}/:alert`,
  access: "reports:manage",
  params: alertParams,
  response: doneResponse,
});
export const muteAlert = route({
  id: "muteAlert",
  tag: "Alerts",
  summary: "Tell nobody until a time, or tell again",
  method: "POST",
  path: `${BASE}/:alert/mute`,
  access: "reports:manage",
  params: alertParams,
  body: z.strictObject({ until: z.iso.datetime({ offset: true }).nullable() }),
  response: alertSchema,
});
export const previewAlert = route({
  id: "previewAlert",
  tag: "Alerts",
  summary: "When a rule would have given alarm lately, without keeping it",
  method: "POST",
  path: `${BASE}/preview`,
  access: "reports:manage",
  params: workspaceParams,
  body: z.strictObject(watched),
  response: z.object({
    points: z.array(
      z.object({
        from: z.string(),
        label: z.string(),
        value: figure,
        low: figure,
        high: figure,
        complete: z.boolean(),
        alarm: z.boolean().describe("Within a time of alarm"),
      }),
    ),
    alarms: z.number().int().describe("Times of alarm that would have begun: in the last 30 days, 12 weeks or 12 months"),
    unit: z.enum(FIGURE_UNITS).nullable().describe("Of a metric; null where the question does not say"),
  }),
});
export const listAlertEvents = route({
  id: "listAlertEvents",
  tag: "Alerts",
  summary: "Times of alarm, newest first",
  method: "GET",
  path: "/api/workspaces/:workspace/alert-events",
  access: "events:read",
  params: workspaceParams,
  query: pageQuery.extend({ alert: z.string().max(20).optional(), state: z.enum(["open", "unacknowledged"]).optional() }),
  response: pageOf(alertEventSchema),
});
export const acknowledgeAlert = route({
  id: "acknowledgeAlert",
  tag: "Alerts",
  summary: "Say that somebody looks after it",
  method: "POST",
  path: "/api/workspaces/:workspace/alert-events/:event/acknowledge",
  access: "reports:manage",
  params: workspaceParams.extend({ event: z.string().max(20) }),
  response: alertEventSchema,
});

export const alertRoutes = [
  listAlerts,
  createAlert,
  updateAlert,
  deleteAlert,
  muteAlert,
  previewAlert,
  listAlertEvents,
  acknowledgeAlert,
] as const;

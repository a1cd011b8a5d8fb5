import { REPORT_KINDS } from "@terrace/domain/insight/reports/report-period";
import { z } from "zod";
import { doneResponse, pageOf, pageQuery, route, workspaceParams } from "../route.ts";

const kind = z.enum(REPORT_KINDS);
const date = z.string().regex(/^\d{4}-\d{2}-\d{2}$/, "Write a calendar date as 2026-03-31");
const figure = z.number().nullable();
const words = z.object({ zh: z.string(), en: z.string() });
const span = z.object({ from: z.string(), to: z.string() }).describe("Local dates: from the first up to and without the second");
const level = z.enum(["good", "bad", "neutral"]);
const targetIds = z.array(z.string().regex(/^[1-9]\d{0,17}$/)).max(50);

export const reportContentSchema = z.object({
  version: z.literal(1),
  kind,
  period: span,
  previous: span,
  lastYear: span.nullable(),
  next: span.describe("The period that follows"),
  zone: z.string(),
  currency: z.string(),
  workspace: z.string(),
  figures: z.array(
    z.object({
      id: z.string(),
      name: words,
      unit: z
        .enum(["count", "people", "share", "money", "seconds", "number", "points"])
        .describe("Money is whole minor units, shares parts of 1"),
      better: z.enum(["up", "down", "neutral"]),
      section: z.enum(["main", "service"]),
      value: figure,
      previous: figure,
      lastYear: figure,
      usual: z.object({ low: z.number(), high: z.number() }).nullable().describe("Where it was to be expected, by what it was before"),
      goal: figure,
      steps: z.array(z.object({ date: z.string(), value: figure })),
      previousSteps: z.array(figure),
    }),
  ),
  tables: z.array(
    z.object({
      figure: z.string(),
      by: z.string(),
      rows: z.array(z.object({ value: z.string().nullable(), other: z.boolean(), now: z.number(), before: z.number(), delta: z.number() })),
      overlap: z.number().describe("What the rows tell too much or too little: people stand under several values"),
    }),
  ),
  findings: z.array(
    z.discriminatedUnion("kind", [
      z.object({
        kind: z.literal("moved"),
        figure: z.string(),
        change: z.number(),
        range: z.enum(["above", "below", "within", "unknown"]),
        level,
      }),
      z.object({
        kind: z.literal("explained"),
        figure: z.string(),
        by: z.string(),
        value: z.string().nullable(),
        delta: z.number(),
        share: z.number(),
      }),
      z.object({ kind: z.literal("last_year"), figure: z.string(), change: z.number(), level }),
      z.object({ kind: z.literal("goal"), figure: z.string(), reached: z.number(), level }),
      z.object({ kind: z.literal("quiet") }),
    ]),
  ),
  outlook: z
    .array(
      z.object({
        figure: z.string(),
        value: z.number(),
        low: z.number(),
        high: z.number(),
        level: z.number().describe("The share of cases that the interval is to hold"),
        method: z.enum(["holt_winters", "naive"]),
        error: z
          .object({ mae: z.number(), mape: figure, tried: z.number().int(), within: z.number() })
          .describe("How far the same way of telling was off on periods that are over, and how often within its interval"),
        goal: figure,
      }),
    )
    .describe("What figures are expected to come to in the period that follows"),
  outlookUntold: z
    .array(
      z.discriminatedUnion("why", [
        z.object({
          figure: z.string(),
          why: z.literal("too_short"),
          step: z.enum(["day", "week", "month", "quarter", "year"]).describe("In which steps the past was looked at"),
          known: z.number().int().describe("Of which there are data"),
          needed: z.number().int().describe("With which it could be tried on the past"),
        }),
        z.object({ figure: z.string(), why: z.literal("counted_once") }),
      ]),
    )
    .describe("Of which figures nothing is told, and why; counted_once: a year does not come to the sum of its months"),
  effects: z
    .array(
      z.object({
        kind: z.enum(["note", "decision", "campaign"]),
        id: z.string(),
        day: z.string(),
        text: z.string(),
        before: span,
        after: span,
        figures: z.array(z.object({ id: z.string(), before: figure, after: figure })),
      }),
    )
    .describe("Figures before and after what was done in the period; it does not say that one is because of the other"),
  effectsLeft: z.number().int().describe("What was done besides and is not told of"),
});

export const reportSchema = z.object({
  id: z.string(),
  kind,
  from: z.string(),
  to: z.string(),
  edition: z.number().int().describe("Another look at the same period is another edition; none ever changes"),
  state: z.enum(["waiting", "running", "done", "failed"]),
  askedBy: z.string().describe("Empty: by schedule"),
  failure: z.string().describe("The code of a fault; empty when there was none"),
  createdAt: z.string(),
  finishedAt: z.string().nullable(),
});
export type ReportView = z.infer<typeof reportSchema>;
const reportParams = workspaceParams.extend({ report: z.string().max(20) });
const languageQuery = z.object({ language: z.enum(["zh", "en"]).default("zh") });

export const listReports = route({
  id: "listReports",
  tag: "Reports",
  summary: "Reports, newest first",
  method: "GET",
  path: "/api/workspaces/:workspace/reports",
  access: "events:read",
  params: workspaceParams,
  query: pageQuery.extend({ kind: kind.optional() }),
  response: pageOf(reportSchema),
});
export const makeReport = route({
  id: "makeReport",
  tag: "Reports",
  summary: "Have the report of a past period made; one that is there already is answered as it is",
  method: "POST",
  path: "/api/workspaces/:workspace/reports",
  access: "reports:manage",
  params: workspaceParams,
  body: z.strictObject({
    kind,
    date: date.describe("Any day of the period"),
    again: z.boolean().default(false).describe("Make another edition even if there is one"),
  }),
  response: reportSchema,
});
export const getReport = route({
  id: "getReport",
  tag: "Reports",
  summary: "A report with its content",
  method: "GET",
  path: "/api/workspaces/:workspace/reports/:report",
  access: "events:read",
  params: reportParams,
  response: reportSchema.extend({ content: reportContentSchema.nullable() }),
});
export const downloadReportHtml = route({
  id: "downloadReportHtml",
  tag: "Reports",
  summary: "A report as one HTML file",
  method: "GET",
  path: "/api/workspaces/:workspace/reports/:report/html",
  access: "events:read",
  params: reportParams,
  query: languageQuery,
  response: z.string(),
});
export const downloadReportPdf = route({
  id: "downloadReportPdf",
  tag: "Reports",
  summary: "A report as PDF",
  method: "GET",
  path: "/api/workspaces/:workspace/reports/:report/pdf",
  access: "events:read",
  params: reportParams,
  query: languageQuery,
  response: z.string(),
});
export const sendReport = route({
  id: "sendReport",
  tag: "Reports",
  summary: "Send a report to targets; each is told of it once",
  method: "POST",
  path: "/api/workspaces/:workspace/reports/:report/send",
  access: "reports:manage",
  params: reportParams,
  body: z.strictObject({ targetIds: targetIds.min(1) }),
  response: z.object({ queued: z.number().int() }),
});

const scheduleSchema = z.object({
  kind,
  madeAt: z.string(),
  targetIds: z.array(z.string()),
  paused: z.boolean(),
  updatedBy: z.string(),
  nextAt: z.string().nullable().describe("When the next one is made; null while it is paused"),
});
export type ReportSchedule = z.infer<typeof scheduleSchema>;
export const listReportSchedules = route({
  id: "listReportSchedules",
  tag: "Reports",
  summary: "Which reports are made by themselves",
  method: "GET",
  path: "/api/workspaces/:workspace/report-schedules",
  access: "events:read",
  params: workspaceParams,
  response: pageOf(scheduleSchema),
});
export const setReportSchedule = route({
  id: "setReportSchedule",
  tag: "Reports",
  summary: "Have reports of a kind made by themselves; the first one is made at once",
  method: "PUT",
  path: "/api/workspaces/:workspace/report-schedules/:kind",
  access: "reports:manage",
  params: workspaceParams.extend({ kind }),
  body: z.strictObject({
    madeAt: z
      .string()
      .regex(/^([01]\d|2[0-3]):[0-5]\d$/, "Give a time as HH:MM")
      .default("08:00")
      .describe("Local time of the day after the period"),
    targetIds: targetIds.default([]),
    paused: z.boolean().default(false),
  }),
  response: scheduleSchema,
});
export const deleteReportSchedule = route({
  id: "deleteReportSchedule",
  tag: "Reports",
  summary: "Make reports of a kind no more; those made stay",
  method: "DELETE",
  path: "/api/workspaces/:workspace/report-schedules/:kind",
  access: "reports:manage",
  params: workspaceParams.extend({ kind }),
  response: doneResponse,
});

export const DECISION_OUTCOMES = ["worked", "partly", "failed", "unclear"] as const;
export const decisionSchema = z.object({
  id: z.string(),
  reportId: z.string().nullable(),
  kind,
  figure: z.string().describe("The id of the figure it is to move; empty when none"),
  decided: z.string(),
  expected: z.string(),
  figureThen: figure,
  decidedBy: z.string(),
  decidedAt: z.string(),
  reviewOn: z.string(),
  due: z.boolean().describe("Its day of review has come"),
  outcome: z.enum(DECISION_OUTCOMES).nullable(),
  result: z.string(),
  figureAtReview: figure,
  reviewedBy: z.string().nullable(),
  reviewedAt: z.string().nullable(),
});
export type DecisionView = z.infer<typeof decisionSchema>;
const text = z.string().trim().max(4_000);
export const listDecisions = route({
  id: "listDecisions",
  tag: "Reports",
  summary: "What was decided from reports and what came of it, newest first",
  method: "GET",
  path: "/api/workspaces/:workspace/decisions",
  access: "events:read",
  params: workspaceParams,
  query: pageQuery.extend({ report: z.string().max(20).optional(), state: z.enum(["open", "due", "reviewed"]).optional() }),
  response: pageOf(decisionSchema),
});
export const recordDecision = route({
  id: "recordDecision",
  tag: "Reports",
  summary: "Write down what was decided from a report",
  method: "POST",
  path: "/api/workspaces/:workspace/reports/:report/decisions",
  access: "reports:manage",
  params: reportParams,
  body: z.strictObject({
    decided: text.min(1),
    expected: text.default(""),
    figure: z.string().max(100).default("").describe("The id of a figure of the report"),
    reviewOn: date.describe("The local day on which to look at what came of it"),
  }),
  response: decisionSchema,
});
export const reviewDecision = route({
  id: "reviewDecision",
  tag: "Reports",
  summary: "Write down what came of a decision; the figure of the last whole period is kept beside it",
  method: "POST",
  path: "/api/workspaces/:workspace/decisions/:decision/review",
  access: "reports:manage",
  params: workspaceParams.extend({ decision: z.string().max(20) }),
  body: z.strictObject({ outcome: z.enum(DECISION_OUTCOMES), result: text.default("") }),
  response: decisionSchema,
});

export const reportRoutes = [
  listReports,
  makeReport,
  getReport,
  downloadReportHtml,
  downloadReportPdf,
  sendReport,
  listReportSchedules,
  setReportSchedule,
  deleteReportSchedule,
  listDecisions,
  recordDecision,
  reviewDecision,
] as const;

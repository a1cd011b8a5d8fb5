import { z } from "zod";
import { doneResponse, pageOf, pageQuery, route, workspaceParams } from "../route.ts";

export const PULL_FORMATS = ["csv", "jsonl", "xlsx", "parquet"] as const;
const HEADERS_MAX = 20;
/** Made by the connection itself. */
const OWN_HEADERS = new Set(["host", "connection", "content-length", "transfer-encoding", "upgrade", "accept-encoding"]);

const pullParams = workspaceParams.extend({ pull: z.string().max(20) });

const httpPlace = z.object({
  kind: z.literal("http"),
  url: z
    .string()
    .trim()
    .min(1)
    .max(2_000)
    .describe("`{since}` stands for the time of the last run that succeeded. Given as it was shown, it stays as it is"),
  format: z.enum(PULL_FORMATS),
  headers: z
    .record(
      z.string().regex(/^[\w!#$%&'*+.^|~-]{1,100}$/, "Give the name of a header"),
      z.string().regex(/^[\t\x20-\x7e\x80-\xff]{0,2000}$/),
    )
    .refine((headers) => Object.keys(headers).length <= HEADERS_MAX, `At most ${HEADERS_MAX} headers`)
    .refine((headers) => !Object.keys(headers).some((name) => OWN_HEADERS.has(name.toLowerCase())), "Leave out headers of the connection")
    .optional()
    .describe("E.g. authorization; never shown again. Left out in a change: as before"),
});
const databasePlace = z.object({
  host: z.string().trim().min(1).max(255),
  database: z.string().trim().min(1).max(128),
  user: z.string().min(1).max(128),
  password: z.string().max(1_000).optional().describe("Never shown again. Left out in a change: as before"),
  tls: z.enum(["off", "on", "verify"]).default("on").describe("`on` encrypts, `verify` checks the certificate too"),
  query: z.string().trim().min(1).max(20_000).describe("A SELECT; `:since` is what the next run is to be newer than"),
  sinceColumn: z
    .string()
    .max(128)
    .default("")
    .describe("The column whose last value is the next `:since`, and by which the query orders; empty: the time of the last run"),
});
const portSchema = z.number().int().min(1).max(65_535);
const postgresPlace = databasePlace.extend({ kind: z.literal("postgres"), port: portSchema.default(5432) });
const mysqlPlace = databasePlace.extend({ kind: z.literal("mysql"), port: portSchema.default(3306) });
const scheduleSchema = z.union([
  z.object({ everyMinutes: z.number().int().min(5).max(10_080) }),
  z.object({ dailyAt: z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, "Give a time as HH:MM") }),
]);

export const pullRunSchema = z.object({
  id: z.string(),
  state: z.enum(["running", "done", "failed"]),
  askedBy: z.string().describe("Empty: by schedule"),
  rows: z.number().int(),
  bytes: z.number().int(),
  importId: z.string().nullable(),
  failure: z.object({ code: z.string(), mend: z.string() }).nullable(),
  startedAt: z.string(),
  finishedAt: z.string().nullable(),
});
export const pullSchema = z.object({
  id: z.string(),
  name: z.string(),
  place: z.discriminatedUnion("kind", [
    httpPlace.omit({ headers: true }).extend({ headerNames: z.array(z.string()) }),
    postgresPlace.omit({ password: true }).extend({ hasPassword: z.boolean() }),
    mysqlPlace.omit({ password: true }).extend({ hasPassword: z.boolean() }),
  ]),
  mapping: z.json(),
  schedule: scheduleSchema,
  paused: z.boolean(),
  asked: z.boolean().describe("A run out of turn was asked for and has not begun"),
  nextRunAt: z.string(),
  lastRun: pullRunSchema.nullable(),
});
export type PullView = z.infer<typeof pullSchema>;

const pullBody = z.object({
  name: z.string().trim().min(1).max(80),
  place: z.discriminatedUnion("kind", [httpPlace, postgresPlace, mysqlPlace]),
  mapping: z.json().describe("As in docs/guides/import.md"),
  schedule: scheduleSchema,
  since: z.string().max(255).optional().describe("Where the first run begins; in a change, where the next one does"),
});

export const listPulls = route({
  id: "listPulls",
  tag: "Pulls",
  summary: "What is fetched by itself, with the last run of each",
  method: "GET",
  path: "/api/workspaces/:workspace/pulls",
  access: "imports:write",
  params: workspaceParams,
  response: pageOf(pullSchema),
});
export const createPull = route({
  id: "createPull",
  tag: "Pulls",
  summary: "Fetch a file or a query result by schedule and import it; the first run begins at once",
  method: "POST",
  path: "/api/workspaces/:workspace/pulls",
  access: "imports:write",
  params: workspaceParams,
  body: pullBody,
  response: pullSchema,
});
export const updatePull = route({
  id: "updatePull",
  tag: "Pulls",
  summary: "Change what is fetched, and when; what is left out of the place's secrets stays",
  method: "PUT",
  path: "/api/workspaces/:workspace/pulls/:pull",
  access: "imports:write",
  params: pullParams,
  body: pullBody,
  response: pullSchema,
});
export const steerPull = route({
  id: "steerPull",
  tag: "Pulls",
  summary: "Run now, pause, or go on",
  method: "POST",
  path: "/api/workspaces/:workspace/pulls/:pull/steer",
  access: "imports:write",
  params: pullParams,
  body: z.object({ to: z.enum(["run", "pause", "resume"]) }),
  response: pullSchema,
});
export const deletePull = route({
  id: "deletePull",
  tag: "Pulls",
  summary: "Fetch no more; what was imported stays",
  method: "DELETE",
  path: "/api/workspaces/:workspace/pulls/:pull",
  access: "imports:write",
  params: pullParams,
  response: doneResponse,
});
export const listPullRuns = route({
  id: "listPullRuns",
  tag: "Pulls",
  summary: "Runs of a pull, newest first",
  method: "GET",
  path: "/api/workspaces/:workspace/pulls/:pull/runs",
  access: "imports:write",
  params: pullParams,
  query: pageQuery,
  response: pageOf(pullRunSchema),
});

export const pullRoutes = [listPulls, createPull, updatePull, steerPull, deletePull, listPullRuns] as const;

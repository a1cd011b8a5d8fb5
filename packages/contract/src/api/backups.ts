import { z } from "zod";
import { doneResponse, route, workspaceParams } from "../route.ts";

export const backupPlanSchema = z.object({
  enabled: z.boolean(),
  folder: z.string().trim().max(1000).describe("An existing folder on the machine of the worker"),
  time: z
    .string()
    .regex(/^([01]\d|2[0-3]):[0-5]\d$/)
    .describe("Time of day, e.g. 03:00"),
  timeZone: z.string().max(60).describe("IANA zone of the time"),
  keepDaily: z.int().min(0).max(365),
  keepWeekly: z.int().min(0).max(260),
  keepMonthly: z.int().min(0).max(120),
});

export const backupRunSchema = z.object({
  id: z.string(),
  planned: z.boolean().describe("Made by the plan, which also takes it away again"),
  askedBy: z.string(),
  state: z.enum(["asked", "running", "done", "failed"]),
  file: z.string(),
  startedAt: z.string(),
  finishedAt: z.string().nullable(),
  progress: z.number().describe("0 to 1"),
  sizeBytes: z.number().nullable(),
  events: z.number().nullable(),
  people: z.number().nullable(),
  verified: z.boolean().describe("Read from end to end after it was made"),
  fault: z.string().describe("Why it failed"),
  removedAt: z.string().nullable().describe("When the plan took the file away"),
});

export const getBackups = route({
  id: "getBackups",
  tag: "Backups",
  summary: "The plan for backups of the whole installation, and the newest 100",
  method: "GET",
  path: "/api/workspaces/:workspace/backups",
  access: "workspace:manage",
  params: workspaceParams,
  response: z.object({ plan: backupPlanSchema.extend({ hasPassphrase: z.boolean() }), items: z.array(backupRunSchema) }),
});

export const updateBackupPlan = route({
  id: "updateBackupPlan",
  tag: "Backups",
  summary: "Change when and where backups are made",
  method: "PUT",
  path: "/api/workspaces/:workspace/backups/plan",
  access: "workspace:manage",
  params: workspaceParams,
  body: backupPlanSchema.extend({
    passphrase: z.string().max(1024).optional().describe("At least 12 characters; left out, the one that is set stays"),
  }),
  response: doneResponse,
});

export const runBackup = route({
  id: "runBackup",
  tag: "Backups",
  summary: "Make a backup now, into the folder of the plan",
  method: "POST",
  path: "/api/workspaces/:workspace/backups",
  access: "workspace:manage",
  params: workspaceParams,
  response: doneResponse,
});

export const getOutwardHold = route({
  id: "getOutwardHold",
  tag: "Backups",
  summary: "Whether everything that goes out is held since a restore",
  method: "GET",
  path: "/api/workspaces/:workspace/outward-hold",
  access: "events:read",
  params: workspaceParams,
  response: z.object({ hold: z.object({ since: z.string(), reason: z.string() }).nullable() }),
});

export const releaseOutward = route({
  id: "releaseOutward",
  tag: "Backups",
  summary: "Let things go out again after a restore; owners only",
  method: "DELETE",
  path: "/api/workspaces/:workspace/outward-hold",
  access: "workspace:manage",
  params: workspaceParams,
  response: doneResponse,
});

export const backupRoutes = [getBackups, updateBackupPlan, runBackup, getOutwardHold, releaseOutward] as const;

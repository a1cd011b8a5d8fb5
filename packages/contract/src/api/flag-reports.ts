import { z } from "zod";
import { route, workspaceParams } from "../route.ts";
import { flagKeySchema } from "./flag-parts.ts";

export const STALE_DAYS_MAX = 365;

export const STALE_REASONS = ["expired", "one_value", "never_evaluated"] as const;

export const listStaleFlags = route({
  id: "listStaleFlags",
  tag: "Flags",
  summary:
    "Flags that may go: past their date, unchanged and the same for everyone for some days, or asked for by nobody. Evaluations on clients of their own are not seen",
  method: "GET",
  path: "/api/workspaces/:workspace/stale-flags",
  access: "events:read",
  params: workspaceParams,
  query: z.object({ days: z.coerce.number().int().min(1).max(STALE_DAYS_MAX).default(30) }),
  response: z.object({
    items: z.array(
      z.object({
        key: z.string(),
        name: z.string(),
        reasons: z.array(z.enum(STALE_REASONS)),
        value: z.json().describe("The one value, where there is one; else null"),
        changedAt: z.string(),
        evaluations: z.number().int().describe("By the server in these days"),
        lastEvaluatedOn: z.string().nullable().describe("Day in UTC"),
      }),
    ),
  }),
});
export const getAssignmentConflicts = route({
  id: "getAssignmentConflicts",
  tag: "Flags",
  summary: "People whose ids were given different arms of an experiment; the arm given first holds for them",
  method: "GET",
  path: "/api/workspaces/:workspace/assignments/:experiment/conflicts",
  access: "people:read",
  params: workspaceParams.extend({ experiment: flagKeySchema }),
  query: z.object({ limit: z.coerce.number().int().min(1).max(200).default(50) }),
  response: z.object({
    people: z.number().int().describe("All who have an arm"),
    conflicts: z.number().int().describe("Of these, with more than one"),
    items: z
      .array(z.object({ person: z.string(), arms: z.array(z.string()), holds: z.string() }))
      .describe("Some of them, the earliest first"),
  }),
});

export const flagReportRoutes = [listStaleFlags, getAssignmentConflicts] as const;

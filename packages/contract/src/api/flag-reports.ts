import { EXPERIMENT_STATES } from "@terrace/domain/experiments/experiment";
import { z } from "zod";
import { route, workspaceParams } from "../route.ts";
import { ruleExperimentKeySchema } from "./experiment-keys.ts";

export const STALE_DAYS_MAX = 365;

export const STALE_REASONS = ["expired", "one_value", "use_not_known"] as const;

export const listStaleFlags = route({
  id: "listStaleFlags",
  tag: "Flags",
  summary:
    "Flags that may go: past their date, unchanged and the same for everyone for some days, or of which no use is known: the server was not asked, and what clients evaluate by themselves it does not see",
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
  params: workspaceParams.extend({ experiment: ruleExperimentKeySchema }),
  query: z.object({ limit: z.coerce.number().int().min(1).max(200).default(50) }),
  response: z.object({
    people: z.number().int().describe("All who have an arm"),
    conflicts: z.number().int().describe("Of these, with more than one"),
    items: z
      .array(z.object({ person: z.string(), arms: z.array(z.string()), holds: z.string() }))
      .describe("Some of them, the earliest first"),
  }),
});

export const listExperimentRules = route({
  id: "listExperimentRules",
  tag: "Flags",
  summary: "Rules of standing flags that name experiments, where these stand, and which share of a namespace each rule holds",
  method: "GET",
  path: "/api/workspaces/:workspace/experiment-rules",
  access: "events:read",
  params: workspaceParams,
  response: z.object({
    items: z.array(
      z.object({
        flag: z.string().describe("Its key"),
        environment: z.string(),
        rule: z.string(),
        on: z.boolean().describe("The rule is on, and so is the flag in the environment"),
        splits: z.boolean().describe("It puts people into arms, and is not for named ids alone"),
        reviewed: z
          .boolean()
          .describe("It splits, and changes wait for approval there: so do moves of the experiment that change what it gives"),
        remembers: z.boolean().describe("People keep the arm that they were given while the experiment is paused"),
        coverage: z.number().int().describe("As it is now, in parts of 10,000"),
        growsAt: z.string().nullable().describe("When the next step of its coverage comes"),
        experiment: z.string().describe("Its key"),
        kept: z
          .object({ id: z.string(), state: z.enum(EXPERIMENT_STATES) })
          .nullable()
          .describe("null: no experiment of the key is kept, and the rule does as it says"),
        namespace: z
          .object({ key: z.string(), from: z.number().int(), to: z.number().int(), held: z.boolean() })
          .nullable()
          .describe("held: no other experiment gets people of this range in this environment"),
      }),
    ),
  }),
});

export const flagReportRoutes = [listStaleFlags, getAssignmentConflicts, listExperimentRules] as const;

import { z } from "zod";
import { pageOf, pageQuery, route, workspaceParams } from "../route.ts";
import { DECISIONS } from "./experiments.ts";
import { flagDefinitionSchema, flagKeySchema } from "./flag-parts.ts";

/** What of an experiment waits for somebody else where it changes what flags give. */
export const REVIEWED_ACTIONS = ["start", "resume", "stop", "decide"] as const;

export const flagChangeSchema = z.object({
  id: z.string(),
  flag: z.string().nullable().describe("Its key; null: a change of an experiment"),
  baseVersion: z.number().int().describe("What it was made of: a version of the flag, or how many steps the experiment had"),
  definition: flagDefinitionSchema.nullable().describe("What the flag would be"),
  before: flagDefinitionSchema.nullable().describe("What the flag was in the version it was made of"),
  experiment: z
    .object({
      id: z.string(),
      key: z.string(),
      action: z.enum(REVIEWED_ACTIONS),
      decision: z.enum(DECISIONS).nullable(),
      variant: z.string().nullable().describe("The one that would be taken"),
      learning: z.string().nullable(),
    })
    .nullable()
    .describe("What would be done with an experiment, and so with what flags give that name it"),
  environments: z.array(z.string()).describe("Those that ask for a review and are touched"),
  state: z.enum(["open", "approved", "rejected", "withdrawn"]),
  note: z.string(),
  askedAt: z.string(),
  askedBy: z.string(),
  decidedAt: z.string().nullable(),
  decidedBy: z.string().nullable(),
  reason: z.string(),
});
export type FlagChangeView = z.infer<typeof flagChangeSchema>;
/** What somebody asked to do with an experiment. */
export type MoveAsked = NonNullable<FlagChangeView["experiment"]>;
const changeParams = workspaceParams.extend({ change: z.string().max(20) });
export const listFlagChanges = route({
  id: "listFlagChanges",
  tag: "Flags",
  summary: "Changes of flags and moves of experiments that wait for approval or did, the newest first",
  method: "GET",
  path: "/api/workspaces/:workspace/flag-changes",
  access: "events:read",
  params: workspaceParams,
  query: pageQuery.extend({
    state: flagChangeSchema.shape.state.optional(),
    flag: flagKeySchema.optional(),
    experiment: z.string().max(20).optional().describe("Its id"),
  }),
  response: pageOf(flagChangeSchema),
});
export const approveFlagChange = route({
  id: "approveFlagChange",
  tag: "Flags",
  summary: "Approve a change that somebody else asked for: it is in force from now on",
  method: "POST",
  path: "/api/workspaces/:workspace/flag-changes/:change/approve",
  access: "experiments:write",
  params: changeParams,
  body: z.strictObject({ reason: z.string().trim().max(500).default("") }),
  response: flagChangeSchema,
});
export const rejectFlagChange = route({
  id: "rejectFlagChange",
  tag: "Flags",
  summary: "Reject a change with a reason",
  method: "POST",
  path: "/api/workspaces/:workspace/flag-changes/:change/reject",
  access: "experiments:write",
  params: changeParams,
  body: z.strictObject({ reason: z.string().trim().min(1).max(500) }),
  response: flagChangeSchema,
});
export const withdrawFlagChange = route({
  id: "withdrawFlagChange",
  tag: "Flags",
  summary: "Take one's own change back",
  method: "POST",
  path: "/api/workspaces/:workspace/flag-changes/:change/withdraw",
  access: "experiments:write",
  params: changeParams,
  response: flagChangeSchema,
});

export const flagChangeRoutes = [listFlagChanges, approveFlagChange, rejectFlagChange, withdrawFlagChange] as const;

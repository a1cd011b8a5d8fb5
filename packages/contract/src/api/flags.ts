import { z } from "zod";
import { doneResponse, pageOf, pageQuery, route, workspaceParams } from "../route.ts";
import { flagDefinitionSchema, flagEnvironmentKeySchema, flagKeySchema } from "./flag-parts.ts";

export const STALE_DAYS_MAX = 365;

const described = {
  name: z.string().trim().min(1).max(100),
  description: z.string().trim().max(1_000).default(""),
  expiresAt: z.iso
    .datetime({ offset: true })
    .transform((text) => new Date(text).toISOString())
    .nullable()
    .default(null)
    .describe("By when it should be gone; it goes on working and is reported"),
};
const baseVersion = z.number().int().describe("The version that was changed: if another one is in force by now, nothing is overwritten");
const note = z.string().trim().max(500).default("").describe("Why");

export const flagSchema = z.object({
  key: z.string(),
  name: z.string(),
  description: z.string(),
  expiresAt: z.string().nullable(),
  version: z.number().int().describe("Goes up with every change; a change names the version it was made of"),
  killed: z.boolean(),
  archived: z.boolean(),
  definition: flagDefinitionSchema,
  openChange: z.string().nullable().describe("Number of the change that waits for approval"),
  createdAt: z.string(),
  createdBy: z.string(),
  changedAt: z.string(),
  changedBy: z.string(),
});
export type FlagView = z.infer<typeof flagSchema>;
export const flagVersionSchema = z.object({
  version: z.number().int(),
  definition: flagDefinitionSchema,
  note: z.string(),
  at: z.string(),
  by: z.string(),
});
export const flagChangeSchema = z.object({
  id: z.string(),
  flag: z.string().describe("Its key"),
  baseVersion: z.number().int(),
  definition: flagDefinitionSchema,
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
export const flagEnvironmentRowSchema = z.object({
  key: z.string(),
  name: z.string(),
  review: z.boolean().describe("A change here waits for the approval of somebody else"),
});
export const flagClientKeySchema = z.object({
  id: z.string(),
  name: z.string(),
  hint: z.string(),
  environment: z.string().describe("Which environment whoever has this write key gets"),
});
const evaluationSchema = z.object({
  value: z.json(),
  reason: z.string(),
  variant: z.string().nullable(),
  rule: z.string().nullable().describe("Id of the rule that spoke"),
  experiment: z.object({ key: z.string(), arm: z.string(), bucket: z.number().int(), remembered: z.boolean() }).nullable(),
});
export const STALE_REASONS = ["expired", "one_value", "never_evaluated"] as const;

const flagParams = workspaceParams.extend({ flag: flagKeySchema });
const changeParams = workspaceParams.extend({ change: z.string().max(20) });
const environmentParams = workspaceParams.extend({ environment: flagEnvironmentKeySchema });

export const listFlags = route({
  id: "listFlags",
  tag: "Flags",
  summary: "Feature flags by their keys",
  method: "GET",
  path: "/api/workspaces/:workspace/flags",
  access: "events:read",
  params: workspaceParams,
  query: pageQuery.extend({
    archived: z.enum(["true", "false"]).default("false"),
    search: z.string().trim().max(100).optional().describe("In keys and names"),
  }),
  response: pageOf(flagSchema),
});
export const getFlag = route({
  id: "getFlag",
  tag: "Flags",
  summary: "One flag",
  method: "GET",
  path: "/api/workspaces/:workspace/flags/:flag",
  access: "events:read",
  params: flagParams,
  response: flagSchema,
});
export const createFlag = route({
  id: "createFlag",
  tag: "Flags",
  summary: "Make a flag; where an environment asks for a review it begins off there, and what was asked waits for approval",
  method: "POST",
  path: "/api/workspaces/:workspace/flags",
  access: "experiments:write",
  params: workspaceParams,
  body: z.strictObject({ key: flagKeySchema, ...described, definition: flagDefinitionSchema, note }),
  response: flagSchema,
});
export const updateFlag = route({
  id: "updateFlag",
  tag: "Flags",
  summary: "Change a flag; what touches an environment that asks for a review waits for the approval of somebody else",
  method: "PUT",
  path: "/api/workspaces/:workspace/flags/:flag",
  access: "experiments:write",
  params: flagParams,
  body: z.strictObject({
    ...described,
    definition: flagDefinitionSchema,
    baseVersion,
    note,
  }),
  response: flagSchema,
});
export const killFlag = route({
  id: "killFlag",
  tag: "Flags",
  summary: "Give everyone the off value at once, in every environment and without a review",
  method: "POST",
  path: "/api/workspaces/:workspace/flags/:flag/kill",
  access: "experiments:write",
  params: flagParams,
  body: z.strictObject({ note }),
  response: flagSchema,
});
export const reviveFlag = route({
  id: "reviveFlag",
  tag: "Flags",
  summary: "End a kill: the flag is what its environments say again",
  method: "POST",
  path: "/api/workspaces/:workspace/flags/:flag/revive",
  access: "experiments:write",
  params: flagParams,
  body: z.strictObject({ note }),
  response: flagSchema,
});
export const archiveFlag = route({
  id: "archiveFlag",
  tag: "Flags",
  summary: "Put a flag away: clients no longer know it and take the default in their code",
  method: "POST",
  path: "/api/workspaces/:workspace/flags/:flag/archive",
  access: "experiments:write",
  params: flagParams,
  response: flagSchema,
});
export const unarchiveFlag = route({
  id: "unarchiveFlag",
  tag: "Flags",
  summary: "Bring a flag back that was put away",
  method: "POST",
  path: "/api/workspaces/:workspace/flags/:flag/unarchive",
  access: "experiments:write",
  params: flagParams,
  response: flagSchema,
});
export const listFlagVersions = route({
  id: "listFlagVersions",
  tag: "Flags",
  summary: "What a flag was, the newest first",
  method: "GET",
  path: "/api/workspaces/:workspace/flags/:flag/versions",
  access: "events:read",
  params: flagParams,
  query: pageQuery,
  response: pageOf(flagVersionSchema),
});
export const restoreFlagVersion = route({
  id: "restoreFlagVersion",
  tag: "Flags",
  summary:
    "Make a flag what it was in an older version, as a new one; what touches an environment that asks for a review waits for the approval of somebody else",
  method: "POST",
  path: "/api/workspaces/:workspace/flags/:flag/versions/:version/restore",
  access: "experiments:write",
  params: flagParams.extend({ version: z.coerce.number().int().min(1).max(2_147_483_647) }),
  body: z.strictObject({ baseVersion, note }),
  response: flagSchema,
});
export const tryFlag = route({
  id: "tryFlag",
  tag: "Flags",
  summary: "What a flag gives for some attributes, and why; nothing is counted or remembered",
  method: "POST",
  path: "/api/workspaces/:workspace/flags/:flag/try",
  access: "events:read",
  params: flagParams,
  body: z.strictObject({ environment: flagEnvironmentKeySchema, attributes: z.record(z.string().max(200), z.json()) }),
  response: evaluationSchema,
});
export const listFlagChanges = route({
  id: "listFlagChanges",
  tag: "Flags",
  summary: "Changes that wait for approval or did, the newest first",
  method: "GET",
  path: "/api/workspaces/:workspace/flag-changes",
  access: "events:read",
  params: workspaceParams,
  query: pageQuery.extend({ state: flagChangeSchema.shape.state.optional(), flag: flagKeySchema.optional() }),
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
export const listFlagEnvironments = route({
  id: "listFlagEnvironments",
  tag: "Flags",
  summary: "Environments of flags; production and development are there from the beginning",
  method: "GET",
  path: "/api/workspaces/:workspace/flag-environments",
  access: "events:read",
  params: workspaceParams,
  response: z.object({ items: z.array(flagEnvironmentRowSchema) }),
});
export const putFlagEnvironment = route({
  id: "putFlagEnvironment",
  tag: "Flags",
  summary: "Make an environment or change it",
  method: "PUT",
  path: "/api/workspaces/:workspace/flag-environments/:environment",
  access: "workspace:manage",
  params: environmentParams,
  body: z.strictObject({ name: z.string().trim().min(1).max(60), review: z.boolean() }),
  response: flagEnvironmentRowSchema,
});
export const deleteFlagEnvironment = route({
  id: "deleteFlagEnvironment",
  tag: "Flags",
  summary: "Delete an environment that no key leads to",
  method: "DELETE",
  path: "/api/workspaces/:workspace/flag-environments/:environment",
  access: "workspace:manage",
  params: environmentParams,
  response: doneResponse,
});
export const listFlagKeys = route({
  id: "listFlagKeys",
  tag: "Flags",
  summary: "Live write keys with the environment whose flags they get; without a choice it is production",
  method: "GET",
  path: "/api/workspaces/:workspace/flag-keys",
  access: "keys:manage",
  params: workspaceParams,
  response: z.object({ items: z.array(flagClientKeySchema) }),
});
export const putFlagKey = route({
  id: "putFlagKey",
  tag: "Flags",
  summary: "Choose the environment of a write key",
  method: "PUT",
  path: "/api/workspaces/:workspace/flag-keys/:key",
  access: "keys:manage",
  params: workspaceParams.extend({ key: z.string().max(20) }),
  body: z.strictObject({ environment: flagEnvironmentKeySchema }),
  response: flagClientKeySchema,
});
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

export const flagRoutes = [
  listFlags,
  getFlag,
  createFlag,
  updateFlag,
  killFlag,
  reviveFlag,
  archiveFlag,
  unarchiveFlag,
  listFlagVersions,
  restoreFlagVersion,
  tryFlag,
  listFlagChanges,
  approveFlagChange,
  rejectFlagChange,
  withdrawFlagChange,
  listFlagEnvironments,
  putFlagEnvironment,
  deleteFlagEnvironment,
  listFlagKeys,
  putFlagKey,
  listStaleFlags,
  getAssignmentConflicts,
] as const;

import { z } from "zod";
import { pageOf, pageQuery, route, workspaceParams } from "../route.ts";
import { flagDefinitionSchema, flagEnvironmentKeySchema, flagKeySchema } from "./flag-parts.ts";

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
  /** A rule of it says who somebody is, from before that was refused: clients do not get that part. */
  namesPeople: z.boolean(),
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
const evaluationSchema = z.object({
  value: z.json(),
  reason: z.string(),
  variant: z.string().nullable(),
  rule: z.string().nullable().describe("Id of the rule that spoke"),
  experiment: z.object({ key: z.string(), arm: z.string(), bucket: z.number().int(), remembered: z.boolean() }).nullable(),
});
const flagParams = workspaceParams.extend({ flag: flagKeySchema });
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
] as const;

import { z } from "zod";
import { doneResponse, route, workspaceParams } from "../route.ts";
import { flagEnvironmentKeySchema } from "./flag-parts.ts";

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
const environmentParams = workspaceParams.extend({ environment: flagEnvironmentKeySchema });

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

export const flagEnvironmentRoutes = [listFlagEnvironments, putFlagEnvironment, deleteFlagEnvironment, listFlagKeys, putFlagKey] as const;

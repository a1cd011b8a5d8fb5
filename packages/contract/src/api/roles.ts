import { FIELD_VISIBILITIES, PERSONAL_CLASSES } from "@terrace/domain/access/field-view";
import { PERMISSIONS } from "@terrace/domain/access/permissions";
import { ROLE_KEY, type RoleKey } from "@terrace/domain/access/roles";
import { z } from "zod";
import { doneResponse, pageOf, route, workspaceParams } from "../route.ts";

/** A built-in role, or `custom:<number>` for a role of the workspace. */
export const roleKeySchema = z
  .string()
  .regex(ROLE_KEY, "must be a role of the workspace")
  // The expression admits nothing else.
  .describe("owner, admin, operator, analyst, support, or `custom:<number>`") as unknown as z.ZodType<RoleKey, RoleKey>;

const visibility = z.enum(FIELD_VISIBILITIES);
const byName = z.record(z.string().min(1).max(255), visibility).refine((rules) => Object.keys(rules).length <= 200, "at most 200 names");
export const fieldRulesSchema = z.object({
  classes: z.partialRecord(z.enum(PERSONAL_CLASSES), visibility).default({}),
  traits: byName.default({}),
  properties: byName.default({}),
});

export const customRoleSchema = z.object({
  key: roleKeySchema,
  name: z.string(),
  permissions: z.array(z.enum(PERMISSIONS)),
  fields: fieldRulesSchema.describe("What the role sees beyond the default (masked; clear for a stated reason with people:unmask)"),
  members: z.number().int().describe("Members and open invitations with this role"),
  createdAt: z.string(),
});
export type CustomRoleView = z.infer<typeof customRoleSchema>;

const roleBody = z.object({
  name: z.string().trim().min(1).max(60),
  permissions: z.array(z.enum(PERMISSIONS)).min(1).max(50),
  fields: fieldRulesSchema.default({ classes: {}, traits: {}, properties: {} }),
});
const roleParams = workspaceParams.extend({ role: z.string().max(40).describe("`custom:<number>`") });

export const listRoles = route({
  id: "listRoles",
  tag: "Roles",
  summary: "Roles of this workspace besides the built-in ones",
  method: "GET",
  path: "/api/workspaces/:workspace/roles",
  access: "members:manage",
  params: workspaceParams,
  response: pageOf(customRoleSchema),
});
export const createRole = route({
  id: "createRole",
  tag: "Roles",
  summary: "Make a role; it can hold what its maker holds",
  method: "POST",
  path: "/api/workspaces/:workspace/roles",
  access: "members:manage",
  params: workspaceParams,
  body: roleBody,
  response: customRoleSchema,
});
export const updateRole = route({
  id: "updateRole",
  tag: "Roles",
  summary: "Change a role; its members have the change with their next request",
  method: "PUT",
  path: "/api/workspaces/:workspace/roles/:role",
  access: "members:manage",
  params: roleParams,
  body: roleBody,
  response: customRoleSchema,
});
export const deleteRole = route({
  id: "deleteRole",
  tag: "Roles",
  summary: "Delete a role; one in use needs a replacement for its members and invitations",
  method: "DELETE",
  path: "/api/workspaces/:workspace/roles/:role",
  access: "members:manage",
  params: roleParams,
  query: z.object({ replacement: roleKeySchema.optional() }),
  response: doneResponse,
});

export const roleRoutes = [listRoles, createRole, updateRole, deleteRole] as const;

import { PERMISSIONS } from "@terrace/domain/access/permissions";
import { z } from "zod";
import { doneResponse, pageOf, pageQuery, route, workspaceParams } from "../route.ts";
import { memberRoutes } from "./members.ts";
import { roleKeySchema, roleRoutes } from "./roles.ts";
import { securityRoutes } from "./security.ts";
import { signInRoutes } from "./sign-in.ts";

export const workspaceSchema = z.object({
  id: z.string(),
  name: z.string(),
  timeZone: z.string().describe("IANA zone; days are cut in it"),
  currency: z.string().describe("ISO 4217"),
  label: z.enum(["", "sample", "simulated"]).describe("Where its data comes from; shown beside the name"),
  role: roleKeySchema,
  roleName: z.string().describe("Name of a custom role, else empty"),
  permissions: z.array(z.enum(PERMISSIONS)).describe("What you may do here"),
  secondFactorMissing: z.boolean().describe("It asks for a second factor and you have none: set one up, until then nothing opens here"),
});
export type WorkspaceView = z.infer<typeof workspaceSchema>;

export const sessionSchema = z.object({
  operator: z.object({
    id: z.string(),
    email: z.string(),
    name: z.string(),
    hasPassword: z.boolean().describe("False until a password is set in a session opened by a one-time link"),
  }),
  workspaces: z.array(workspaceSchema),
  csrfToken: z.string().describe("Send as the x-terrace-csrf header with every change"),
});
export type SessionView = z.infer<typeof sessionSchema>;

/** The first half of signing in is done; the session does nothing until `giveSecondFactor`. */
export const secondFactorDueSchema = z.object({ secondFactorDue: z.literal(true) });

export const signIn = route({
  id: "signIn",
  tag: "Session",
  summary: "Sign in with e-mail and password, or with a one-time token",
  method: "POST",
  path: "/api/session",
  access: "public",
  body: z.union([z.object({ email: z.string().max(320), password: z.string().max(1024) }), z.object({ token: z.string().max(200) })]),
  response: z.union([sessionSchema, secondFactorDueSchema]),
});
export const getSession = route({
  id: "getSession",
  tag: "Session",
  summary: "Who is signed in",
  method: "GET",
  path: "/api/session",
  access: "session",
  response: sessionSchema,
});
export const signOut = route({
  id: "signOut",
  tag: "Session",
  summary: "Sign out",
  method: "DELETE",
  path: "/api/session",
  access: "session",
  response: doneResponse,
});
export const changeOwnPassword = route({
  id: "changeOwnPassword",
  tag: "Session",
  summary: "Set your own password",
  method: "PUT",
  path: "/api/session/password",
  access: "session",
  body: z.object({
    current: z.string().max(1024).optional().describe("Not needed in the session opened by a one-time token"),
    next: z.string().min(10).max(1024),
  }),
  response: doneResponse,
});

export const updateOwnProfile = route({
  id: "updateOwnProfile",
  tag: "Session",
  summary: "Change your own name or e-mail",
  method: "PATCH",
  path: "/api/session",
  access: "session",
  body: z
    .object({
      name: z.string().trim().max(80),
      email: z.email().max(320),
      password: z
        .string()
        .max(1024)
        .describe("Your password; needed to change the e-mail, except in the session opened by a one-time link"),
    })
    .partial(),
  response: sessionSchema,
});

export const updateWorkspace = route({
  id: "updateWorkspace",
  tag: "Workspace",
  summary: "Change the workspace's name, time zone or currency",
  method: "PATCH",
  path: "/api/workspaces/:workspace",
  access: "workspace:manage",
  params: workspaceParams,
  body: z.object({ name: z.string().trim().min(1).max(80), timeZone: z.string().max(60), currency: z.string().length(3) }).partial(),
  response: workspaceSchema.omit({ role: true, roleName: true, permissions: true, secondFactorMissing: true }),
});
export const createWorkspace = route({
  id: "createWorkspace",
  tag: "Workspace",
  summary: "Make a new, empty workspace",
  method: "POST",
  path: "/api/workspaces",
  access: "session",
  body: z.object({
    name: z.string().trim().min(1).max(80),
    timeZone: z.string().max(60).default("Asia/Shanghai"),
    currency: z.string().length(3).default("CNY"),
  }),
  response: workspaceSchema,
});

export const memberSchema = z.object({
  operatorId: z.string(),
  email: z.string(),
  name: z.string(),
  role: roleKeySchema,
  roleName: z.string().describe("Name of a custom role, else empty"),
  secondFactor: z.boolean(),
  active: z.boolean().describe("False: deactivated by provisioning"),
  lastSeenAt: z.string().nullable(),
  createdAt: z.string(),
});
export const listMembers = route({
  id: "listMembers",
  tag: "Members",
  summary: "Operators of the workspace",
  method: "GET",
  path: "/api/workspaces/:workspace/members",
  access: "members:manage",
  params: workspaceParams,
  response: pageOf(memberSchema),
});
export const addMember = route({
  id: "addMember",
  tag: "Members",
  summary:
    "Add an operator; answers a one-time sign-in link to hand over, or the plain sign-in page when the operator already works in another workspace",
  method: "POST",
  path: "/api/workspaces/:workspace/members",
  access: "members:manage",
  params: workspaceParams,
  body: z.object({ email: z.email().max(320), name: z.string().trim().max(80).default(""), role: roleKeySchema }),
  response: z.object({ member: memberSchema, signInPath: z.string() }),
});
const memberParams = workspaceParams.extend({ operator: z.string().max(40) });
export const changeMemberRole = route({
  id: "changeMemberRole",
  tag: "Members",
  summary: "Change an operator's role",
  method: "PATCH",
  path: "/api/workspaces/:workspace/members/:operator",
  access: "members:manage",
  params: memberParams,
  body: z.object({ role: roleKeySchema }),
  response: memberSchema,
});
export const removeMember = route({
  id: "removeMember",
  tag: "Members",
  summary: "Take an operator out of the workspace",
  method: "DELETE",
  path: "/api/workspaces/:workspace/members/:operator",
  access: "members:manage",
  params: memberParams,
  response: doneResponse,
});
export const createSignInLink = route({
  id: "createSignInLink",
  tag: "Members",
  summary: "Make a one-time sign-in link for an operator who has lost theirs; only for operators who work in this workspace alone",
  method: "POST",
  path: "/api/workspaces/:workspace/members/:operator/sign-in-link",
  access: "members:manage",
  params: memberParams,
  response: z.object({ signInPath: z.string() }),
});

export const keySchema = z.object({
  id: z.string(),
  kind: z.enum(["write", "secret"]),
  name: z.string(),
  hint: z.string().describe("First and last characters"),
  scopes: z.array(z.enum(PERMISSIONS)),
  createdAt: z.string(),
  createdBy: z.string(),
  lastUsedAt: z.string().nullable(),
  revokedAt: z.string().nullable(),
});
export const listKeys = route({
  id: "listKeys",
  tag: "Keys",
  summary: "API keys, without their secrets",
  method: "GET",
  path: "/api/workspaces/:workspace/keys",
  access: "keys:manage",
  params: workspaceParams,
  response: pageOf(keySchema),
});
export const createKey = route({
  id: "createKey",
  tag: "Keys",
  summary: "Make an API key; the key itself is in this answer only",
  method: "POST",
  path: "/api/workspaces/:workspace/keys",
  access: "keys:manage",
  params: workspaceParams,
  // Strict: a key whose scopes stand under another name would be one for everything.
  body: z.strictObject({
    kind: z.enum(["write", "secret"]),
    name: z.string().trim().min(1).max(80),
    scopes: z
      .array(z.enum(PERMISSIONS))
      .max(50)
      .default([])
      .describe("Of a secret key; empty = everything its maker may do except managing members and keys"),
  }),
  response: z.object({ key: keySchema, secret: z.string() }),
});
export const revokeKey = route({
  id: "revokeKey",
  tag: "Keys",
  summary: "Revoke an API key",
  method: "DELETE",
  path: "/api/workspaces/:workspace/keys/:key",
  access: "keys:manage",
  params: workspaceParams.extend({ key: z.string().max(40) }),
  response: doneResponse,
});

export const auditEntrySchema = z.object({
  id: z.string(),
  at: z.string(),
  actor: z.string().describe("Operator e-mail, or the key's name"),
  action: z.string().describe("noun.verb, e.g. person.unmask"),
  target: z.string(),
  detail: z.record(z.string(), z.unknown()),
  ip: z.string(),
});
export const listAudit = route({
  id: "listAudit",
  tag: "Audit",
  summary: "Every change and every view of unmasked personal data, newest first",
  method: "GET",
  path: "/api/workspaces/:workspace/audit",
  access: "audit:read",
  params: workspaceParams,
  query: pageQuery.extend({ action: z.string().max(80).optional(), actor: z.string().max(320).optional() }),
  response: pageOf(auditEntrySchema),
});

export const checkAudit = route({
  id: "checkAudit",
  tag: "Audit",
  summary: "Hash every audit entry anew and compare with the chain of hashes; names the first entry that does not fit",
  method: "GET",
  path: "/api/workspaces/:workspace/audit/check",
  access: "audit:read",
  params: workspaceParams,
  response: z.object({
    entries: z.number().int().describe("Entries that fit, from the first one on"),
    head: z.object({ position: z.string(), hash: z.string().describe("SHA-256 in hex; covers every entry up to it") }).nullable(),
    broken: z
      .object({
        kind: z.enum(["changed", "missing", "gap", "unchained"]),
        position: z.string(),
        auditId: z.string(),
        at: z.string().nullable(),
        action: z.string(),
        actor: z.string(),
      })
      .nullable(),
    checkedAt: z.string(),
  }),
});

export const accessRoutes = [
  signIn,
  getSession,
  signOut,
  changeOwnPassword,
  updateOwnProfile,
  createWorkspace,
  updateWorkspace,
  listMembers,
  addMember,
  changeMemberRole,
  removeMember,
  createSignInLink,
  listKeys,
  createKey,
  revokeKey,
  listAudit,
  checkAudit,
  ...roleRoutes,
  ...memberRoutes,
  ...securityRoutes,
  ...signInRoutes,
] as const;

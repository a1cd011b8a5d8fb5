import { z } from "zod";
import { doneResponse, pageOf, route, workspaceParams } from "../route.ts";
import { roleKeySchema } from "./roles.ts";

const email = z.email().max(320);
const name = z.string().trim().max(80);

export const invitationSchema = z.object({
  id: z.string(),
  email: z.string(),
  name: z.string(),
  role: roleKeySchema,
  roleName: z.string().describe("Name of a custom role, else empty"),
  createdAt: z.string(),
  createdBy: z.string(),
  expiresAt: z.string(),
});
export const listInvitations = route({
  id: "listInvitations",
  tag: "Members",
  summary: "Invitations that are still open, newest first",
  method: "GET",
  path: "/api/workspaces/:workspace/invitations",
  access: "members:manage",
  params: workspaceParams,
  response: pageOf(invitationSchema),
});
export const createInvitation = route({
  id: "createInvitation",
  tag: "Members",
  summary: "Invite someone; the link is in this answer only. An open invitation of the same e-mail is replaced",
  method: "POST",
  path: "/api/workspaces/:workspace/invitations",
  access: "members:manage",
  params: workspaceParams,
  body: z.object({ email, name: name.default(""), role: roleKeySchema, expiresInDays: z.number().int().min(1).max(30).default(7) }),
  response: z.object({ invitation: invitationSchema, path: z.string() }),
});
export const revokeInvitation = route({
  id: "revokeInvitation",
  tag: "Members",
  summary: "Take an invitation back",
  method: "DELETE",
  path: "/api/workspaces/:workspace/invitations/:invitation",
  access: "members:manage",
  params: workspaceParams.extend({ invitation: z.string().max(40) }),
  response: doneResponse,
});

const token = z.string().min(1).max(200);
export const lookAtInvitation = route({
  id: "lookAtInvitation",
  tag: "Members",
  summary: "What an invitation offers, to whoever holds its link",
  method: "POST",
  path: "/api/invitations/look",
  access: "public",
  body: z.object({ token }),
  response: z.object({
    workspace: z.string(),
    email: z.string(),
    name: z.string(),
    role: roleKeySchema,
    roleName: z.string(),
    expiresAt: z.string(),
    hasAccount: z.boolean().describe("The e-mail has an account already: sign in with it first, then accept"),
  }),
});
export const acceptInvitation = route({
  id: "acceptInvitation",
  tag: "Members",
  summary: "Accept an invitation: makes the account with its password, or, signed in with the invited e-mail, joins the workspace",
  method: "POST",
  path: "/api/invitations/accept",
  access: "public",
  body: z.object({ token, name: name.optional(), password: z.string().min(10).max(1024).optional() }),
  response: z.object({ workspace: z.string().describe("Id of the workspace that was joined") }),
});

export const provisionedSchema = z.object({
  externalId: z.string(),
  operatorId: z.string(),
  email: z.string(),
  name: z.string(),
  role: roleKeySchema,
  active: z.boolean(),
  lastSeenAt: z.string().nullable(),
});
const externalParams = workspaceParams.extend({ externalId: z.string().trim().min(1).max(200) });
export const listProvisioned = route({
  id: "listProvisioned",
  tag: "Provisioning",
  summary: "Members by the id of your directory, deactivated ones included",
  method: "GET",
  path: "/api/workspaces/:workspace/provisioning/members",
  access: "members:manage",
  params: workspaceParams,
  response: pageOf(provisionedSchema),
});
export const putProvisioned = route({
  id: "putProvisioned",
  tag: "Provisioning",
  summary: "Create or update a member by the id of your directory; repeating it changes nothing. `active: false` deactivates",
  method: "PUT",
  path: "/api/workspaces/:workspace/provisioning/members/:externalId",
  access: "members:manage",
  params: externalParams,
  body: z.object({ email, name: name.default(""), role: roleKeySchema, active: z.boolean().default(true) }),
  response: provisionedSchema,
});
export const deactivateProvisioned = route({
  id: "deactivateProvisioned",
  tag: "Provisioning",
  summary: "Deactivate a member at once: sessions, tokens and open links end; what they did stays",
  method: "DELETE",
  path: "/api/workspaces/:workspace/provisioning/members/:externalId",
  access: "members:manage",
  params: externalParams,
  response: provisionedSchema,
});

export const memberRoutes = [
  listInvitations,
  createInvitation,
  revokeInvitation,
  lookAtInvitation,
  acceptInvitation,
  listProvisioned,
  putProvisioned,
  deactivateProvisioned,
] as const;

import { PERMISSIONS } from "@terrace/domain/access/permissions";
import { z } from "zod";
import { doneResponse, pageOf, route, workspaceParams } from "../route.ts";

export const ownSessionSchema = z.object({
  id: z.string(),
  current: z.boolean(),
  device: z.string().describe("Browser and system as the browser names itself, e.g. `Chrome · Windows`"),
  place: z.string().describe("The network it was last used from: the first half of the address"),
  way: z.enum(["password", "link", "oidc", "break_glass", "invitation"]),
  createdAt: z.string(),
  lastSeenAt: z.string(),
});
export const listOwnSessions = route({
  id: "listOwnSessions",
  tag: "Session",
  summary: "Where you are signed in",
  method: "GET",
  path: "/api/session/sessions",
  access: "session",
  response: pageOf(ownSessionSchema),
});
export const endOwnSession = route({
  id: "endOwnSession",
  tag: "Session",
  summary: "End one of your sessions, or with `others` all but this one",
  method: "DELETE",
  path: "/api/session/sessions/:session",
  access: "session",
  params: z.object({ session: z.string().max(40).describe("Id of a session, or `others`") }),
  response: z.object({ ended: z.number().int() }),
});

export const tokenSchema = z.object({
  id: z.string(),
  workspace: z.string(),
  name: z.string(),
  hint: z.string().describe("First and last characters"),
  scopes: z.array(z.enum(PERMISSIONS)),
  createdAt: z.string(),
  expiresAt: z.string(),
  lastUsedAt: z.string().nullable(),
  revokedAt: z.string().nullable(),
});
export const listTokens = route({
  id: "listTokens",
  tag: "Session",
  summary: "Your personal access tokens, without their secrets",
  method: "GET",
  path: "/api/session/tokens",
  access: "session",
  response: pageOf(tokenSchema),
});
export const createToken = route({
  id: "createToken",
  tag: "Session",
  summary: "Make a personal access token: it acts as you, within its scopes and within what you may at the time; shown in this answer only",
  method: "POST",
  path: "/api/session/tokens",
  access: "session",
  body: z.object({
    workspace: z.string().max(20),
    name: z.string().trim().min(1).max(80),
    scopes: z.array(z.enum(PERMISSIONS)).min(1).max(50),
    expiresInDays: z.number().int().min(1).max(366).default(90),
  }),
  response: z.object({ token: tokenSchema, secret: z.string() }),
});
export const revokeToken = route({
  id: "revokeToken",
  tag: "Session",
  summary: "Revoke a personal access token",
  method: "DELETE",
  path: "/api/session/tokens/:token",
  access: "session",
  params: z.object({ token: z.string().max(40) }),
  response: doneResponse,
});

export const getSecondFactor = route({
  id: "getSecondFactor",
  tag: "Session",
  summary: "Whether a second factor guards your account",
  method: "GET",
  path: "/api/session/second-factor",
  access: "session",
  response: z.object({ on: z.boolean(), since: z.string().nullable(), recoveryCodesLeft: z.number().int() }),
});
const proof = z.string().max(1024).optional().describe("Your password; needed unless a one-time link opened this session");
export const startSecondFactor = route({
  id: "startSecondFactor",
  tag: "Session",
  summary: "Begin to set up a second factor: a secret for your authenticator app, shown in this answer only",
  method: "POST",
  path: "/api/session/second-factor",
  access: "session",
  body: z.object({ password: proof }),
  response: z.object({ secret: z.string().describe("Base32"), uri: z.string().describe("otpauth:// for a QR code") }),
});
export const confirmSecondFactor = route({
  id: "confirmSecondFactor",
  tag: "Session",
  summary: "Switch the second factor on with a code of the app; answers the recovery codes, once. Other sessions end",
  method: "PUT",
  path: "/api/session/second-factor",
  access: "session",
  body: z.object({ code: z.string().trim().min(6).max(10) }),
  response: z.object({ recoveryCodes: z.array(z.string()) }),
});
export const removeSecondFactor = route({
  id: "removeSecondFactor",
  tag: "Session",
  summary: "Switch the second factor off",
  method: "POST",
  path: "/api/session/second-factor/remove",
  access: "session",
  body: z.object({ code: z.string().trim().min(6).max(40).describe("A code of the app, or a recovery code") }),
  response: doneResponse,
});
export const resetSecondFactor = route({
  id: "resetSecondFactor",
  tag: "Members",
  summary: "Take the second factor of a member away who lost it; owners only, for operators who work in this workspace alone",
  method: "DELETE",
  path: "/api/workspaces/:workspace/members/:operator/second-factor",
  access: "members:manage",
  params: workspaceParams.extend({ operator: z.string().max(40) }),
  response: doneResponse,
});

export const securityPolicySchema = z.object({
  ipRanges: z.array(z.string()).describe("Addresses and CIDR networks the console and API answer to; empty = all"),
  secondFactorRequired: z.boolean(),
});
export const getSecurityPolicy = route({
  id: "getSecurityPolicy",
  tag: "Workspace",
  summary: "Who may come in from where",
  method: "GET",
  path: "/api/workspaces/:workspace/security",
  access: "workspace:manage",
  params: workspaceParams,
  response: securityPolicySchema.extend({ yourAddress: z.string() }),
});
export const putSecurityPolicy = route({
  id: "putSecurityPolicy",
  tag: "Workspace",
  summary: "Set who may come in from where; a list without your own address has to be confirmed",
  method: "PUT",
  path: "/api/workspaces/:workspace/security",
  access: "workspace:manage",
  params: workspaceParams,
  body: z.object({
    ipRanges: z.array(z.string().trim().max(60)).max(200),
    secondFactorRequired: z.boolean(),
    confirmLockout: z.boolean().default(false).describe("Save although your own address is not in the list"),
  }),
  response: securityPolicySchema.extend({ yourAddress: z.string() }),
});

export const securityRoutes = [
  listOwnSessions,
  endOwnSession,
  listTokens,
  createToken,
  revokeToken,
  getSecondFactor,
  startSecondFactor,
  confirmSecondFactor,
  removeSecondFactor,
  resetSecondFactor,
  getSecurityPolicy,
  putSecurityPolicy,
] as const;

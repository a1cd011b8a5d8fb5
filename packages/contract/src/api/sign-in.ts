import { z } from "zod";
import { doneResponse, route, workspaceParams } from "../route.ts";
import { roleKeySchema } from "./roles.ts";

export const getSignInOptions = route({
  id: "getSignInOptions",
  tag: "Session",
  summary: "In which ways one can sign in",
  method: "GET",
  path: "/api/sign-in",
  access: "public",
  response: z.object({ password: z.boolean(), oidc: z.object({ label: z.string() }).nullable() }),
});
export const giveSecondFactor = route({
  id: "giveSecondFactor",
  tag: "Session",
  summary: "The second half of signing in: a code of the authenticator app, or a recovery code",
  method: "POST",
  path: "/api/sign-in/second-factor",
  access: "public",
  body: z.object({ code: z.string().trim().min(6).max(40) }),
  response: doneResponse,
});
export const startOidc = route({
  id: "startOidc",
  tag: "Session",
  summary: "Begin to sign in by OpenID Connect: the address of the identity provider to go to",
  method: "POST",
  path: "/api/sign-in/oidc",
  access: "public",
  body: z.object({ next: z.string().max(500).default("/") }),
  response: z.object({ url: z.string() }),
});
export const finishOidc = route({
  id: "finishOidc",
  tag: "Session",
  summary: "Finish it with the query the identity provider came back with",
  method: "POST",
  path: "/api/sign-in/oidc/finish",
  access: "public",
  body: z.object({ query: z.string().max(8000).describe("Everything after `?`") }),
  response: z.object({ next: z.string(), secondFactorDue: z.boolean() }),
});

const mappingSchema = z.object({
  value: z.string().trim().min(1).max(200).describe("A value of the groups claim"),
  workspace: z.string().max(20),
  role: roleKeySchema,
});
export const oidcConfigSchema = z.object({
  on: z.boolean(),
  label: z.string().trim().max(40).describe("On the sign-in button"),
  issuer: z.string().max(500),
  clientId: z.string().trim().max(300),
  allowedDomains: z
    .array(z.string().trim().toLowerCase().min(3).max(253))
    .max(50)
    .describe("Domains of e-mails that may sign in; empty = any"),
  requireVerifiedEmail: z.boolean(),
  createAccounts: z.boolean().describe("Make accounts for people who are not known yet; needs allowed domains"),
  defaultWorkspace: z.string().max(20).describe("Where new accounts start, empty = nowhere"),
  defaultRole: roleKeySchema,
  groupsClaim: z.string().trim().max(100),
  mapping: z.array(mappingSchema).max(100),
  passwordOff: z.boolean().describe("Nobody signs in by password any more"),
});
export const getOidcConfig = route({
  id: "getOidcConfig",
  tag: "Workspace",
  summary: "How everyone signs in to this installation; in its first workspace only",
  method: "GET",
  path: "/api/workspaces/:workspace/sign-in",
  access: "sign_in:manage",
  params: workspaceParams,
  response: oidcConfigSchema.extend({ hasSecret: z.boolean(), redirectUri: z.string() }),
});
export const putOidcConfig = route({
  id: "putOidcConfig",
  tag: "Workspace",
  summary: "Set it; asks the issuer whether it is one",
  method: "PUT",
  path: "/api/workspaces/:workspace/sign-in",
  access: "sign_in:manage",
  params: workspaceParams,
  body: oidcConfigSchema.extend({ clientSecret: z.string().max(1000).optional().describe("Left out: stays as it is") }),
  response: oidcConfigSchema.extend({ hasSecret: z.boolean(), redirectUri: z.string() }),
});

export const signInRoutes = [getSignInOptions, giveSecondFactor, startOidc, finishOidc, getOidcConfig, putOidcConfig] as const;

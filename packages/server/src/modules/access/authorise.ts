import { DEFAULT_FIELD_VIEW, fieldView, NO_FIELD_RULES } from "@terrace/domain/access/field-view";
import { rolesWith, type Permission } from "@terrace/domain/access/permissions";
import type { RoleGrant } from "@terrace/domain/access/roles";
import { SESSION_TOUCH_MS, sessionEnd } from "@terrace/domain/access/sign-in-policy";
import { faultError, FaultError } from "../../platform/http/fault-error.ts";
import type { Authorise, AuthRequest, Grant } from "../../platform/http/handler.ts";
import type { RouteAccess } from "@terrace/contract/route";
import type { Db } from "../../platform/storage/postgres.ts";
import { csrfTokenOf, sameText, secretHash } from "./credentials.ts";
import { ipPrefix, isAdmitted } from "./ip-list.ts";
import type { KeyRing } from "./key-ring.ts";
import type { Policy } from "./membership.ts";
import { loadLiveToken, touchToken, type LiveToken } from "./personal-token.store.ts";
import { readSessionCookie } from "./session-cookie.ts";
import { loadSession, touchSession, type SessionRow } from "./session.store.ts";

export const CSRF_HEADER = "x-terrace-csrf";
const TOKEN_TOUCH_MS = 60_000;

type Deps = { readonly db: Db; readonly nowMs: () => number; readonly keys: KeyRing };
type Asked = { readonly access: Exclude<RouteAccess, "public">; readonly authorization: string };

/** Decides who is calling and whether they may. The order of refusals gives nothing away: strangers learn nothing of workspaces, members of one workspace nothing of others. */
export function createAuthorise(deps: Deps): Authorise {
  return async (request, contract) => {
    const { access } = contract;
    if (access === "public") return authorisePublic(request);
    const authorization = request.readHeader("authorization");
    if (authorization === undefined) return authoriseSession(deps, request, access);
    const text = keyIn(authorization);
    return text?.startsWith("tp_") === true
      ? authoriseToken(deps, request, { access, authorization: text })
      : authoriseKey(deps, request, { access, authorization: text ?? "" });
  };
}

/** Anyone may call; but a page of another site must not sign a visitor in as someone else. */
function authorisePublic(request: AuthRequest): Grant | FaultError {
  if (request.method !== "GET" && request.readHeader("sec-fetch-site") === "cross-site")
    return faultError("session.csrf", { mend: "Open the console itself" });
  return {
    workspaceId: 0,
    caller: { kind: "nobody" },
    actor: "",
    may: () => false,
    grant: { permissions: [], fields: NO_FIELD_RULES },
    fields: DEFAULT_FIELD_VIEW,
  };
}

async function authoriseKey(deps: Deps, request: AuthRequest, { access, authorization: text }: Asked): Promise<Grant | FaultError> {
  if (text === "") return faultError("key.missing", { field: "authorization", mend: "Send `Authorization: Bearer <secret key>`" });
  const key = await deps.keys.find("secret", text);
  if (key === null) {
    const mend = text.startsWith("tw_")
      ? "This is a write key, which only sends events; use a secret key (ts_…)"
      : "Use a secret key that is not revoked";
    return faultError("key.unknown", { field: "authorization", mend });
  }
  if (access === "session") return noSession();
  if (!isAskedFor(request, key.workspaceId)) return notItsWorkspace();
  const policy = { ipRanges: key.ipRanges, secondFactorRequired: false };
  const refused = refusal(policy, { ip: request.ip, hasSecondFactor: false });
  if (refused !== undefined) return refused;
  const grant = { permissions: key.scopes, fields: key.fields };
  if (!key.scopes.includes(access))
    return faultError("key.scope_missing", { mend: `Make a key with the scope ${access}`, details: { scope: access } });
  const caller = { kind: "key", keyId: key.keyId, name: key.name, scopes: key.scopes } as const;
  return { workspaceId: key.workspaceId, caller, actor: key.name, ...rightsOf(grant) };
}

/** A token acts as its operator: within its scopes, within what the operator may now, and from where the workspace admits. */
async function authoriseToken(deps: Deps, request: AuthRequest, { access, authorization: text }: Asked): Promise<Grant | FaultError> {
  const now = deps.nowMs();
  const token = await loadLiveToken(deps.db, secretHash(text), new Date(now));
  if (token === undefined)
    return faultError("key.unknown", { field: "authorization", mend: "Use a token that is neither revoked nor expired" });
  if (access === "session") return noSession();
  if (!isAskedFor(request, token.workspaceId)) return notItsWorkspace();
  const { membership, operatorId, email } = token;
  const refused = refusal(membership.policy, { ip: request.ip, hasSecondFactor: token.hasSecondFactor });
  if (refused !== undefined) return refused;
  const grant = {
    ...membership.grant,
    permissions: membership.grant.permissions.filter((permission) => token.scopes.includes(permission)),
  };
  if (!token.scopes.includes(access))
    return faultError("key.scope_missing", { mend: `Make a token with the scope ${access}`, details: { scope: access } });
  if (!grant.permissions.includes(access)) return roleRefusal(access, membership.role);
  await noteUse(deps, token, now);
  const caller = { kind: "operator", operatorId, email, role: membership.role, sessionId: "", tokenId: token.tokenId } as const;
  return { workspaceId: token.workspaceId, caller, actor: `${email} (${token.name})`, ...rightsOf(grant) };
}

async function noteUse(deps: Deps, token: LiveToken, now: number): Promise<void> {
  if (token.lastUsedAt !== null && now - token.lastUsedAt.getTime() < TOKEN_TOUCH_MS) return;
  await touchToken(deps.db, token.workspaceId, { tokenId: token.tokenId, now: new Date(now), unlessAfter: new Date(now - TOKEN_TOUCH_MS) });
}

const noSession = (): FaultError => faultError("session.missing", { mend: "Sign in to the console; keys and tokens cannot do this" });
const notItsWorkspace = (): FaultError =>
  faultError("workspace.not_found", { field: "workspace", mend: "A key or token works in its own workspace; write `current`" });

function isAskedFor(request: AuthRequest, workspaceId: number): boolean {
  return request.workspace === "current" || request.workspace === String(workspaceId);
}

async function authoriseSession(deps: Deps, request: AuthRequest, access: Exclude<RouteAccess, "public">): Promise<Grant | FaultError> {
  const token = readSessionCookie(request.readHeader("cookie"), request.secure);
  const workspaceId = access === "session" ? 0 : workspaceNumber(request.workspace);
  const session =
    token === undefined ? undefined : await loadSession(deps.db, secretHash(token), { workspaceId, now: new Date(deps.nowMs()) });
  if (token === undefined || session === undefined) return faultError("session.missing", { mend: "Sign in, or send a secret key" });
  const unfit = unfitSession(request, session, token);
  if (unfit !== undefined) return unfit;
  await keepAlive(deps, session, request.ip);
  return grantIn(session, { workspaceId, access, ip: request.ip });
}

function grantIn(
  session: SessionRow,
  { workspaceId, access, ip }: { readonly workspaceId: number; readonly access: Exclude<RouteAccess, "public">; readonly ip: string },
): Grant | FaultError {
  const { operatorId, email, sessionId, membership } = session;
  const caller = { kind: "operator", operatorId, email, role: membership?.role ?? null, sessionId } as const;
  if (access === "session") return { workspaceId: 0, caller, actor: email, ...rightsOf({ permissions: [], fields: NO_FIELD_RULES }) };
  const entered = enter(session, ip);
  if (entered instanceof FaultError) return entered;
  if (!entered.permissions.includes(access)) return roleRefusal(access, membership?.role ?? "");
  return { workspaceId, caller, actor: email, ...rightsOf(entered) };
}

/** Why a session does not serve this request, whatever its operator may. */
function unfitSession(request: AuthRequest, session: SessionRow, token: string): FaultError | undefined {
  if (session.secondFactorDue) return faultError("second_factor.due", { mend: "Give the code of your authenticator app" });
  if (request.method === "GET" || sameText(request.readHeader(CSRF_HEADER) ?? "", csrfTokenOf(token))) return undefined;
  return faultError("session.csrf", { field: CSRF_HEADER, mend: "Send the csrfToken of GET /api/session in this header" });
}

/** What a session may in the workspace it was loaded for, or why it may not come in. */
export function enter(session: SessionRow, ip: string): RoleGrant | FaultError {
  const { membership, hasSecondFactor } = session;
  if (membership === null) return faultError("workspace.not_found", { field: "workspace" });
  // Break-glass sessions are for whoever is locked out by the very rules that are looked at here.
  const refused = session.way === "break_glass" ? undefined : refusal(membership.policy, { ip, hasSecondFactor });
  return refused ?? membership.grant;
}

function refusal(policy: Policy, caller: { readonly ip: string; readonly hasSecondFactor: boolean }): FaultError | undefined {
  if (!isAdmitted(policy.ipRanges, caller.ip))
    return faultError("ip.not_allowed", {
      mend: `Come from a network in the workspace's list; yours is ${caller.ip}`,
      details: { ip: caller.ip },
    });
  if (policy.secondFactorRequired && !caller.hasSecondFactor)
    return faultError("second_factor.required", { mend: "Set up a second factor in your account first" });
  return undefined;
}

function roleRefusal(permission: Permission, role: string): FaultError {
  return faultError("role.not_allowed", {
    mend: `Ask someone with the role ${rolesWith(permission).join(" or ")}`,
    details: { permission, role, roles: rolesWith(permission).join(", ") },
  });
}

function rightsOf(grant: RoleGrant): Pick<Grant, "may" | "grant" | "fields"> {
  const may = (permission: Permission): boolean => grant.permissions.includes(permission);
  return { may, grant, fields: fieldView(grant.fields, may("people:unmask")) };
}

async function keepAlive(deps: Deps, session: SessionRow, ip: string): Promise<void> {
  const now = deps.nowMs();
  if (now - session.lastSeenAt.getTime() < SESSION_TOUCH_MS) return;
  const { sessionId } = session;
  await touchSession(deps.db, {
    sessionId,
    ipPrefix: ipPrefix(ip),
    now: new Date(now),
    expiresAt: new Date(sessionEnd(session.createdAt.getTime(), now)),
  });
}

/** 0, which no workspace has, for anything that is no workspace id. */
export function workspaceNumber(text: string | undefined): number {
  const id = /^[1-9]\d{0,8}$/.test(text ?? "") ? Number(text) : 0;
  return id;
}

/** The key in an Authorization header: a Bearer token, or the user of Basic credentials. */
function keyIn(authorization: string): string | undefined {
  const [, scheme, rest] = /^(\w+) +(.+)$/.exec(authorization.trim()) ?? [];
  if (rest === undefined) return undefined;
  if (scheme?.toLowerCase() === "bearer") return rest;
  if (scheme?.toLowerCase() !== "basic") return undefined;
  const [user] = Buffer.from(rest, "base64").toString().split(":", 1);
  return user === "" ? undefined : user;
}

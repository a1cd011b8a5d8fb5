import { roleAllows, rolesWith, type Permission } from "@terrace/domain/access/permissions";
import { SESSION_IDLE_MS, SESSION_TOUCH_MS } from "@terrace/domain/access/sign-in-policy";
import { faultError, type FaultError } from "../../platform/http/fault-error.ts";
import type { Authorise, AuthRequest, Grant } from "../../platform/http/handler.ts";
import type { RouteAccess } from "@terrace/contract/route";
import type { Db } from "../../platform/storage/postgres.ts";
import { csrfTokenOf, sameText, secretHash } from "./credentials.ts";
import type { KeyRing } from "./key-ring.ts";
import { readSessionCookie } from "./session-cookie.ts";
import { loadSession, touchSession, type SessionRow } from "./session.store.ts";

export const CSRF_HEADER = "x-terrace-csrf";

type Deps = { readonly db: Db; readonly nowMs: () => number; readonly keys: KeyRing };

/** Decides who is calling and whether they may. The order of refusals gives nothing away: strangers learn nothing of workspaces, members of one workspace nothing of others. */
export function createAuthorise(deps: Deps): Authorise {
  return async (request, contract) => {
    if (contract.access === "public") return authorisePublic(request);
    const authorization = request.readHeader("authorization");
    return authorization === undefined
      ? authoriseSession(deps, request, contract.access)
      : authoriseKey(deps, request, { access: contract.access, authorization });
  };
}

/** Anyone may call; but a page of another site must not sign a visitor in as someone else. */
function authorisePublic(request: AuthRequest): Grant | FaultError {
  if (request.method !== "GET" && request.readHeader("sec-fetch-site") === "cross-site")
    return faultError("session.csrf", { mend: "Open the console itself" });
  return { workspaceId: 0, caller: { kind: "nobody" }, actor: "", may: () => false };
}

async function authoriseKey(
  deps: Deps,
  request: AuthRequest,
  { access, authorization }: { readonly access: RouteAccess; readonly authorization: string },
): Promise<Grant | FaultError> {
  const text = keyIn(authorization);
  if (text === undefined) return faultError("key.missing", { field: "authorization", mend: "Send `Authorization: Bearer <secret key>`" });
  const key = await deps.keys.find("secret", text);
  if (key === null) {
    const mend = text.startsWith("tw_")
      ? "This is a write key, which only sends events; use a secret key (ts_…)"
      : "Use a secret key that is not revoked";
    return faultError("key.unknown", { field: "authorization", mend });
  }
  if (access === "session" || access === "public")
    return faultError("session.missing", { mend: "Sign in to the console; keys cannot do this" });
  if (request.workspace !== "current" && request.workspace !== String(key.workspaceId))
    return faultError("workspace.not_found", { field: "workspace", mend: "A key works in its own workspace; write `current`" });
  const may = (permission: Permission): boolean => key.scopes.includes(permission);
  if (!may(access)) return faultError("key.scope_missing", { mend: `Make a key with the scope ${access}`, details: { scope: access } });
  return {
    workspaceId: key.workspaceId,
    caller: { kind: "key", keyId: key.keyId, name: key.name, scopes: key.scopes },
    actor: key.name,
    may,
  };
}

async function authoriseSession(deps: Deps, request: AuthRequest, access: Exclude<RouteAccess, "public">): Promise<Grant | FaultError> {
  const token = readSessionCookie(request.readHeader("cookie"));
  const workspaceId = access === "session" ? 0 : workspaceNumber(request.workspace);
  const session =
    token === undefined ? undefined : await loadSession(deps.db, secretHash(token), { workspaceId, now: new Date(deps.nowMs()) });
  if (token === undefined || session === undefined) return faultError("session.missing", { mend: "Sign in, or send a secret key" });
  if (request.method !== "GET" && !sameText(request.readHeader(CSRF_HEADER) ?? "", csrfTokenOf(token))) {
    return faultError("session.csrf", { field: CSRF_HEADER, mend: "Send the csrfToken of GET /api/session in this header" });
  }
  await keepAlive(deps, session);
  return grantOf(session, workspaceId, access);
}

function grantOf(session: SessionRow, workspaceId: number, access: Exclude<RouteAccess, "public">): Grant | FaultError {
  const { operatorId, email, role, sessionId } = session;
  const caller = { kind: "operator", operatorId, email, role, sessionId } as const;
  if (access === "session") return { workspaceId: 0, caller, actor: email, may: () => false };
  if (role === null) return faultError("workspace.not_found", { field: "workspace" });
  if (!roleAllows(role, access))
    return faultError("role.not_allowed", {
      mend: `Ask someone with the role ${rolesWith(access).join(" or ")}`,
      details: { permission: access, role, roles: rolesWith(access).join(", ") },
    });
  return { workspaceId, caller, actor: email, may: (permission) => roleAllows(role, permission) };
}

async function keepAlive(deps: Deps, session: SessionRow): Promise<void> {
  const now = deps.nowMs();
  if (now - session.lastSeenAt.getTime() < SESSION_TOUCH_MS) return;
  await touchSession(deps.db, { ...session, now: new Date(now), expiresAt: new Date(now + SESSION_IDLE_MS) });
}

/** 0, which no workspace has, for anything that is no workspace id. */
function workspaceNumber(text: string | undefined): number {
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

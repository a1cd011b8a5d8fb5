import { keyHint } from "@terrace/domain/access/key-rules";
import { PERMISSIONS, type Permission } from "@terrace/domain/access/permissions";
import { fail, ok, type Result } from "@terrace/domain/result";
import { FaultError } from "../../platform/http/fault-error.ts";
import { inTransaction, type Db } from "../../platform/storage/postgres.ts";
import { insertAudit, insertAuditEverywhere, type AccountEntry, type AuditEntry } from "./audit.store.ts";
import { enter, workspaceNumber } from "./authorise.ts";
import { newKey, secretHash, type RandomBytes } from "./credentials.ts";
import { countLiveTokens, insertToken, LIVE_TOKENS_MAX, revokeTokenRow, type TokenRow } from "./personal-token.store.ts";
import { deleteOwnSession, keepOnlySession, loadSession, type SessionRow } from "./session.store.ts";

export type OwnAccessDeps = { readonly db: Db; readonly nowMs: () => number; readonly randomBytes: RandomBytes };

const DAY_MS = 86_400_000;

/** Ends one session of an operator, or all others; answers how many ended. */
export async function endSession(
  deps: OwnAccessDeps,
  session: SessionRow,
  input: { readonly which: string; readonly ip: string },
): Promise<Result<number>> {
  const { operatorId, sessionId, email } = session;
  return inTransaction(deps.db, async (tx) => {
    const ended =
      input.which === "others" ? await keepOnlySession(tx, operatorId, sessionId) : await deleteOwnSession(tx, operatorId, input.which);
    if (ended === 0 && input.which !== "others") return fail("session.not_found", { field: "session" });
    const entry: AccountEntry = {
      actor: email,
      action: "session.revoke",
      target: `operator:${operatorId}`,
      detail: { sessions: ended },
      ip: input.ip,
    };
    await insertAuditEverywhere(tx, operatorId, entry, new Date(deps.nowMs()));
    return ok(ended);
  });
}

export type TokenInput = {
  readonly workspace: string;
  readonly name: string;
  readonly scopes: readonly Permission[];
  readonly expiresInDays: number;
  readonly ip: string;
};

/** Makes a token for a workspace the operator may enter now, with no more than they may there. */
export async function makeToken(
  deps: OwnAccessDeps,
  sessionToken: string,
  input: TokenInput,
): Promise<Result<{ readonly token: TokenRow; readonly secret: string }>> {
  const createdAt = new Date(deps.nowMs());
  const workspaceId = workspaceNumber(input.workspace);
  const session = await loadSession(deps.db, secretHash(sessionToken), { workspaceId, now: createdAt });
  if (session === undefined) return fail("session.missing", { mend: "Sign in" });
  const entered = enter(session, input.ip);
  if (entered instanceof FaultError) throw entered;
  const beyond = input.scopes.filter((scope) => !entered.permissions.includes(scope));
  if (beyond.length > 0)
    return fail("key.scope_not_held", {
      field: "scopes",
      mend: "A token can only be given what you may do",
      details: { scopes: beyond.join(", ") },
    });
  const secret = newKey("token", deps.randomBytes);
  const fresh = {
    workspaceId,
    name: input.name,
    hint: keyHint(secret),
    scopes: PERMISSIONS.filter((permission) => input.scopes.includes(permission)),
    createdAt,
    expiresAt: new Date(createdAt.getTime() + input.expiresInDays * DAY_MS),
  };
  return inTransaction(deps.db, async (tx) => {
    if ((await countLiveTokens(tx, session.operatorId, createdAt)) >= LIVE_TOKENS_MAX)
      return fail("token.too_many", { mend: `At most ${LIVE_TOKENS_MAX}; revoke those not in use` });
    const id = await insertToken(tx, { ...fresh, operatorId: session.operatorId, hash: secretHash(secret) });
    const detail = { name: input.name, scopes: fresh.scopes, expiresAt: fresh.expiresAt.toISOString() };
    const entry: AuditEntry = { workspaceId, actor: session.email, action: "token.create", target: `token:${id}`, detail, ip: input.ip };
    await insertAudit(tx, entry, createdAt);
    return ok({ token: { ...fresh, id, lastUsedAt: null, revokedAt: null }, secret });
  });
}

/** Revokes a token of one's own. */
export async function revokeOwnToken(
  deps: OwnAccessDeps,
  session: SessionRow,
  input: { readonly tokenId: string; readonly ip: string },
): Promise<Result<true>> {
  const at = new Date(deps.nowMs());
  return inTransaction(deps.db, async (tx) => {
    const revoked = await revokeTokenRow(tx, session.operatorId, input.tokenId, at);
    if (revoked === undefined) return fail("token.not_found", { field: "token" });
    const { workspaceId, name, changed } = revoked;
    const entry: AuditEntry = {
      workspaceId,
      actor: session.email,
      action: "token.revoke",
      target: `token:${input.tokenId}`,
      detail: { name },
      ip: input.ip,
    };
    if (changed) await insertAudit(tx, entry, at);
    return ok(true);
  });
}

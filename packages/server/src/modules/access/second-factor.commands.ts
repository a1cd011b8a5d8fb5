import type { AuditActionOf } from "@terrace/contract/audit-actions";
import { FAILURES_BEFORE_LOCK, LOCK_MS, SECOND_FACTOR_SETUP_MS, sessionEnd } from "@terrace/domain/access/sign-in-policy";
import { recoveryCodeText } from "@terrace/domain/access/recovery-codes";
import { fail, ok, type Result } from "@terrace/domain/result";
import type { PayloadCipher } from "../../platform/feed/feed-codec.ts";
import { faultError } from "../../platform/http/fault-error.ts";
import { inTransaction, type Db, type Tx } from "../../platform/storage/postgres.ts";
import { insertAudit, insertAuditEverywhere } from "./audit.store.ts";
import { newSecret, secretHash, type RandomBytes } from "./credentials.ts";
import { changeMember, entry, type By } from "./member.commands.ts";
import { worksElsewhere } from "./member.store.ts";
import { enrolment, SECRET_BYTES, stepOf } from "./one-time-codes.ts";
import { clearAttempts, countAttempt } from "./operator.store.ts";
import {
  confirmFactor,
  countRecoveryCodes,
  deleteSecondFactor,
  loadSecondFactor,
  setRecoveryCodes,
  startSecondFactor,
  takeStep,
  useRecoveryCode,
} from "./second-factor.store.ts";
import { completeSession, keepOnlySession, loadSession, type SessionRow } from "./session.store.ts";
import type { SignIn } from "./sign-in.commands.ts";

export type SecondFactorDeps = {
  readonly db: Db;
  readonly nowMs: () => number;
  readonly randomBytes: RandomBytes;
  readonly cipher: PayloadCipher;
  readonly sessions: Pick<SignIn, "proveAgain">;
};

const RECOVERY_CODES = 10;
const WRONG = fail("second_factor.wrong", { field: "code", mend: "Give the code your authenticator app shows now; each works once" });

/** Whether a second factor guards an operator's account. */
export async function secondFactorState(deps: Pick<SecondFactorDeps, "db">, operatorId: string) {
  const factor = await loadSecondFactor(deps.db, operatorId);
  const since = factor?.confirmedAt ?? null;
  return {
    on: since !== null,
    since: since?.toISOString() ?? null,
    recoveryCodesLeft: since === null ? 0 : await countRecoveryCodes(deps.db, operatorId),
  };
}

/** Makes a secret for an authenticator app; it guards nothing until a code of it was given. */
export async function beginSecondFactor(
  deps: SecondFactorDeps,
  session: SessionRow,
  input: { readonly password: string | undefined; readonly ip: string },
): Promise<Result<{ readonly secret: string; readonly uri: string }>> {
  const proven = await deps.sessions.proveAgain(session, { field: "password", ...input });
  if (!proven.ok) return proven;
  const secret = deps.randomBytes(SECRET_BYTES);
  const factor = { secret: deps.cipher.encryptPayload(secret), startedAt: new Date(deps.nowMs()) };
  const started = await inTransaction(deps.db, (tx) => startSecondFactor(tx, session.operatorId, factor));
  if (!started) return fail("second_factor.already_on", { mend: "Switch it off first to move to another device" });
  return ok(enrolment(secret, session.email));
}

/** Switches the second factor on with a first code; answers the recovery codes. All other sessions end: they were opened without it. */
export async function finishSecondFactor(
  deps: SecondFactorDeps,
  session: SessionRow,
  input: { readonly code: string; readonly ip: string },
): Promise<Result<readonly string[]>> {
  const now = deps.nowMs();
  const { operatorId } = session;
  await countTry(deps, operatorId);
  return inTransaction(deps.db, async (tx) => {
    const factor = await loadSecondFactor(tx, operatorId);
    if (factor?.confirmedAt instanceof Date) return fail("second_factor.already_on");
    if (factor === undefined || now - factor.startedAt.getTime() > SECOND_FACTOR_SETUP_MS)
      return fail("second_factor.not_started", { mend: "Begin again: the secret is good for ten minutes" });
    const step = stepOf(deps.cipher.decryptPayload(factor.secret), input.code, now);
    if (step === undefined || !(await takeStep(tx, operatorId, step))) return WRONG;
    const codes = Array.from({ length: RECOVERY_CODES }, () => recoveryCodeText(deps.randomBytes(RECOVERY_BYTES)));
    await setRecoveryCodes(tx, operatorId, codes.map(hashOfCode));
    await confirmFactor(tx, operatorId, new Date(now));
    await keepOnlySession(tx, operatorId, session.sessionId);
    await clearAttempts(tx, accountOf(operatorId));
    await recordOwn(deps, tx, session, { action: "operator.second_factor_on", ip: input.ip });
    return ok(codes);
  });
}

/** Switches the second factor off; that takes a code of it. */
export async function endSecondFactor(
  deps: SecondFactorDeps,
  session: SessionRow,
  input: { readonly code: string; readonly ip: string },
): Promise<Result<true>> {
  await countTry(deps, session.operatorId);
  return inTransaction(deps.db, async (tx) => {
    const checked = await checkCode(deps, tx, session.operatorId, input.code);
    if (!checked.ok) return checked;
    await deleteSecondFactor(tx, session.operatorId);
    await clearAttempts(tx, accountOf(session.operatorId));
    await recordOwn(deps, tx, session, { action: "operator.second_factor_off", ip: input.ip });
    return ok(true);
  });
}

/** The second half of signing in: answers the token of the session that is now whole. */
export async function completeSignIn(
  deps: SecondFactorDeps,
  sessionToken: string,
  input: { readonly code: string; readonly ip: string },
): Promise<Result<string>> {
  const now = new Date(deps.nowMs());
  const half = await loadSession(deps.db, secretHash(sessionToken), { workspaceId: 0, now });
  if (half === undefined || !half.secondFactorDue) return fail("session.missing", { mend: "Sign in again" });
  await countTry(deps, half.operatorId);
  return inTransaction(deps.db, async (tx) => {
    const checked = await checkCode(deps, tx, half.operatorId, input.code);
    if (!checked.ok) return checked;
    const token = newSecret(deps.randomBytes);
    const expiresAt = new Date(sessionEnd(half.createdAt.getTime(), now.getTime()));
    await completeSession(tx, { sessionId: half.sessionId, tokenHash: secretHash(token), expiresAt });
    await clearAttempts(tx, accountOf(half.operatorId));
    await recordOwn(deps, tx, half, { action: "session.second_factor", ip: input.ip, detail: { by: checked.value } });
    return ok(token);
  });
}

/** Takes the second factor of a member away who lost it. An account that reaches into other workspaces is not one workspace's to weaken. */
export async function resetSecondFactorOf(deps: Pick<SecondFactorDeps, "db" | "nowMs">, by: By, operatorId: string): Promise<Result<true>> {
  if (!by.isOwner) return fail("role.not_allowed", { mend: "Ask an owner", details: { roles: "owner" } });
  return changeMember({ ...deps, randomBytes: () => new Uint8Array() }, by, { operatorId, to: "same" }, async (tx) => {
    if (await worksElsewhere(tx, by.workspaceId, operatorId))
      return fail("member.elsewhere", { mend: "Whoever runs the server can reset it with the command line" });
    if (!(await deleteSecondFactor(tx, operatorId))) return fail("second_factor.off");
    await keepOnlySession(tx, operatorId, undefined);
    await insertAudit(tx, entry(by, "member.second_factor_reset", operatorId, {}), new Date(deps.nowMs()));
    return ok(true);
  });
}

/** 120 bits: enough that a plain hash keeps them. */
const RECOVERY_BYTES = 15;

async function checkCode(deps: SecondFactorDeps, tx: Tx, operatorId: string, code: string): Promise<Result<"app" | "recovery code">> {
  const factor = await loadSecondFactor(tx, operatorId);
  if (factor === undefined || factor.confirmedAt === null) return fail("second_factor.off");
  const step = stepOf(deps.cipher.decryptPayload(factor.secret), code, deps.nowMs());
  if (step !== undefined) return (await takeStep(tx, operatorId, step)) ? ok("app") : WRONG;
  return (await useRecoveryCode(tx, operatorId, hashOfCode(code))) ? ok("recovery code") : WRONG;
}

/** Counts a try before the code is looked at; ten wrong ones in a row lock for a quarter of an hour. Throws second_factor.locked. */
async function countTry(deps: Pick<SecondFactorDeps, "db" | "nowMs">, operatorId: string): Promise<void> {
  const now = deps.nowMs();
  const attempt = await countAttempt(deps.db, accountOf(operatorId), new Date(now));
  if (!attempt.locked) return;
  const waitSeconds = Math.max(1, Math.ceil((attempt.until.getTime() - now) / 1000));
  throw faultError("second_factor.locked", {
    retryAfterSeconds: waitSeconds,
    mend: `Wait; after ${FAILURES_BEFORE_LOCK} wrong codes no code works for ${LOCK_MS / 60_000} minutes`,
    details: { retryAfterSeconds: waitSeconds },
  });
}

/** The name under which wrong codes are counted, apart from wrong passwords. */
function accountOf(operatorId: string): Buffer {
  return secretHash(`second factor of ${operatorId}`);
}

/** The hash of a recovery code as it is typed. Case and dashes do not matter. */
function hashOfCode(code: string): Buffer {
  return secretHash(`recovery ${code.toUpperCase().replaceAll(/[^A-Z0-9]/g, "")}`);
}

async function recordOwn(
  deps: Pick<SecondFactorDeps, "nowMs">,
  tx: Tx,
  session: SessionRow,
  {
    action,
    ip,
    detail = {},
  }: { readonly action: AuditActionOf<"operator" | "session">; readonly ip: string; readonly detail?: Record<string, string> },
): Promise<void> {
  const line = { actor: session.email, action, target: `operator:${session.operatorId}`, detail, ip };
  await insertAuditEverywhere(tx, session.operatorId, line, new Date(deps.nowMs()));
}

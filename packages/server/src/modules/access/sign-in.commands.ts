import {
  FAILURES_BEFORE_LOCK,
  FRESH_SIGN_IN_MS,
  LOCK_MS,
  normaliseEmail,
  SIGN_IN_BURST,
  SIGN_IN_LINK_MS,
  SIGN_IN_PER_SECOND,
} from "@terrace/domain/access/sign-in-policy";
import { isGuessable } from "@terrace/domain/access/password-rules";
import { fail, ok, type Result } from "@terrace/domain/result";
import { faultError } from "../../platform/http/fault-error.ts";
import { createTokenBuckets } from "../../platform/http/token-bucket.ts";
import { inTransaction, type Db, type Tx } from "../../platform/storage/postgres.ts";
import { insertAuditEverywhere, type AccountEntry } from "./audit.store.ts";
import { newSecret, secretHash, type RandomBytes } from "./credentials.ts";
import { loadFirstOwner, worksAnywhere } from "./member.store.ts";
import {
  clearAttempts,
  countAttempt,
  deleteUnusedSignInTokens,
  insertSignInToken,
  loadOperator,
  loadOperatorByEmail,
  setPassword,
  setProfile,
  useSignInToken,
  type OperatorRow,
} from "./operator.store.ts";
import type { Passwords } from "./passwords.ts";
import { openSession, type OpenedSession } from "./open-session.ts";
import { deleteSecondFactor } from "./second-factor.store.ts";
import { deleteSession, keepOnlySession, loadSession, markAsByPassword, type SessionRow } from "./session.store.ts";

export type SignInDeps = {
  readonly db: Db;
  readonly nowMs: () => number;
  readonly randomBytes: RandomBytes;
  readonly passwords: Passwords;
  /** Whether the installation lets nobody in by password any more. */
  readonly isPasswordOff: () => Promise<boolean>;
};

/** Where a request to sign in comes from. */
export type From = { readonly ip: string; readonly userAgent: string };

export type SignIn = {
  readonly withPassword: (input: { readonly email: string; readonly password: string } & From) => Promise<Result<OpenedSession>>;
  readonly withLink: (input: { readonly token: string } & From) => Promise<Result<OpenedSession>>;
  /** Lets an address try only so often, whichever way in it tries. Throws rate.limited. */
  readonly limitAddress: (ip: string) => void;
  /** Asks for the password once more, unless a one-time link opened this session. Counts as a sign-in attempt, lock included. */
  readonly proveAgain: (session: SessionRow, given: Proof) => Promise<Result<true>>;
  readonly signOut: (token: string) => Promise<void>;
  readonly currentSession: (token: string) => Promise<SessionRow | undefined>;
  readonly changePassword: (
    session: SessionRow,
    input: { readonly current: string | undefined; readonly next: string; readonly ip: string },
  ) => Promise<Result<true>>;
  readonly changeProfile: (session: SessionRow, input: ProfileChange) => Promise<Result<true>>;
};

export type Proof = { readonly field: string; readonly password: string | undefined; readonly ip: string };

/** What is to change, and the current password where that needs it. */
type ProfileChange = {
  readonly name: string | undefined;
  readonly email: string | undefined;
  readonly password: string | undefined;
  readonly ip: string;
};

/** Opening, keeping and ending sessions. */
export function createSignIn(deps: SignInDeps): SignIn {
  const addresses = createTokenBuckets({ perSecond: SIGN_IN_PER_SECOND, burst: SIGN_IN_BURST }, deps.nowMs);
  const limitAddress = (ip: string): void => refuseWhileWaiting(addresses.take(ip));
  return {
    limitAddress,
    proveAgain: (session, given) => proveAgain(deps, session, given),
    withPassword: async (input) => {
      limitAddress(input.ip);
      if (await deps.isPasswordOff()) return fail("sign_in.password_off", { mend: "Sign in through your identity provider" });
      return signInWithPassword(deps, input);
    },
    withLink: async (input) => {
      limitAddress(input.ip);
      return signInWithLink(deps, input);
    },
    signOut: (token) => inTransaction(deps.db, (tx) => deleteSession(tx, secretHash(token))),
    currentSession: (token) => loadSession(deps.db, secretHash(token), { workspaceId: 0, now: new Date(deps.nowMs()) }),
    changePassword: (session, input) => changePassword(deps, session, input),
    changeProfile: (session, input) => changeProfile(deps, session, input),
  };
}

function refuseWhileWaiting(waitSeconds: number): void {
  if (waitSeconds > 0) throw faultError("rate.limited", { retryAfterSeconds: waitSeconds, mend: "Wait before you try to sign in again" });
}

async function signInWithPassword(
  deps: SignInDeps,
  input: { readonly email: string; readonly password: string } & From,
): Promise<Result<OpenedSession>> {
  const email = normaliseEmail(input.email);
  const operator = await checkedOperator(deps, { email, password: input.password, ip: input.ip });
  if (operator === undefined) return fail("sign_in.failed", { mend: "Check the e-mail and the password" });
  return ok(
    await inTransaction(deps.db, (tx) => openSession(deps, tx, { operator, way: "password", ip: input.ip, userAgent: input.userAgent })),
  );
}

/** The operator whose password this is, counting the attempt. An unknown e-mail takes the same way, the same time and the same lock. Throws `sign_in.locked`. */
async function checkedOperator(
  deps: SignInDeps,
  input: { readonly email: string; readonly password: string; readonly ip: string },
): Promise<OperatorRow | undefined> {
  const account = secretHash(input.email);
  const now = deps.nowMs();
  const attempt = await countAttempt(deps.db, account, new Date(now));
  if (attempt.locked) {
    const waitSeconds = Math.max(1, Math.ceil((attempt.until.getTime() - now) / 1000));
    throw faultError("sign_in.locked", {
      retryAfterSeconds: waitSeconds,
      mend: "Wait, or ask an owner for a one-time sign-in link",
      details: { retryAfterSeconds: waitSeconds },
    });
  }
  const operator = await loadOperatorByEmail(deps.db, input.email);
  if (await deps.passwords.verify(operator?.passwordHash ?? null, input.password)) {
    await clearAttempts(deps.db, account);
    return operator;
  }
  if (operator !== undefined && attempt.failures >= FAILURES_BEFORE_LOCK) {
    const entry: AccountEntry = {
      actor: operator.email,
      action: "session.locked",
      target: `operator:${operator.operatorId}`,
      detail: { failures: attempt.failures, minutes: LOCK_MS / 60_000 },
      ip: input.ip,
    };
    await inTransaction(deps.db, (tx) => insertAuditEverywhere(tx, operator.operatorId, entry, new Date(now)));
  }
  return undefined;
}

async function signInWithLink(deps: SignInDeps, input: { readonly token: string } & From): Promise<Result<OpenedSession>> {
  return inTransaction(deps.db, async (tx) => {
    const link = await useSignInToken(tx, secretHash(input.token), new Date(deps.nowMs()));
    const operator = link === undefined ? undefined : await loadOperator(tx, link.operatorId);
    if (link === undefined || operator === undefined)
      return fail("sign_in.token_used", { mend: "Ask for a new link; each works once, for 24 hours" });
    return ok(
      await openSession(deps, tx, { operator, way: link.breakGlass ? "break_glass" : "link", ip: input.ip, userAgent: input.userAgent }),
    );
  });
}

/** Makes a link that signs an operator in once; the address carries the secret, so hand it over privately. */
export async function makeSignInLink(
  deps: Pick<SignInDeps, "nowMs" | "randomBytes">,
  tx: Tx,
  operatorId: string,
  breakGlass = false,
): Promise<string> {
  const token = newSecret(deps.randomBytes);
  const now = new Date(deps.nowMs());
  const expiresAt = new Date(now.getTime() + SIGN_IN_LINK_MS);
  await insertSignInToken(tx, { tokenHash: secretHash(token), operatorId, now, expiresAt, breakGlass });
  return `/sign-in?token=${token}`;
}

export type OperatorLink = { readonly path: string; readonly email: string };

export type Renewal = {
  /** Whose; the first owner when left out. */
  readonly email?: string | undefined;
  /** The session stands above address lists, second factors and a switched-off password, for an hour. */
  readonly breakGlass?: boolean;
  /** Takes the operator's second factor away. */
  readonly resetSecondFactor?: boolean;
};

/** A new link for an operator who cannot get in, asked for by whoever runs the server; links made before and not used yet stop working. */
export async function renewSignIn(
  deps: Pick<SignInDeps, "db" | "nowMs" | "randomBytes">,
  { email, breakGlass = false, resetSecondFactor = false }: Renewal,
): Promise<Result<OperatorLink>> {
  return inTransaction(deps.db, async (tx) => {
    const operator = email === undefined ? await firstOwner(tx) : await loadOperatorByEmail(tx, normaliseEmail(email));
    if (operator === undefined || !(await worksAnywhere(tx, operator.operatorId))) {
      return fail("member.not_found", {
        field: "email",
        mend:
          email === undefined
            ? "There is no owner yet; the first start of Terrace makes one and prints a link"
            : "No operator has this e-mail; leave --email out for the first owner",
      });
    }
    await deleteUnusedSignInTokens(tx, operator.operatorId);
    const entry: AccountEntry = {
      actor: "terrace",
      action: "member.sign_in_link",
      target: `operator:${operator.operatorId}`,
      detail: { by: "command line", breakGlass, resetSecondFactor },
      ip: "",
    };
    await insertAuditEverywhere(tx, operator.operatorId, entry, new Date(deps.nowMs()));
    if (resetSecondFactor) await deleteSecondFactor(tx, operator.operatorId);
    return ok({ path: await makeSignInLink(deps, tx, operator.operatorId, breakGlass), email: operator.email });
  });
}

async function firstOwner(tx: Tx): Promise<OperatorRow | undefined> {
  const operatorId = await loadFirstOwner(tx);
  return operatorId === undefined ? undefined : loadOperator(tx, operatorId);
}

/** The refusal of a password that stands on every guesser's list, or that says who its owner is. */
export function guessable(field: string): Result<never> {
  return fail("password.guessable", {
    field,
    mend: "Take several unrelated words; common words, key rows, dates and your own name are guessed first",
  });
}

/** Ends all other sessions and voids open links: whoever changes a password may do so because someone else has it. */
async function changePassword(
  deps: SignInDeps,
  session: SessionRow,
  input: { readonly current: string | undefined; readonly next: string; readonly ip: string },
): Promise<Result<true>> {
  const proven = await proveAgain(deps, session, { field: "current", password: input.current, ip: input.ip });
  if (!proven.ok) return proven;
  if (isGuessable(input.next, [session.email, session.name])) return guessable("next");
  const passwordHash = await deps.passwords.hash(input.next);
  return inTransaction(deps.db, async (tx) => {
    await setPassword(tx, session.operatorId, passwordHash);
    await keepOnlySession(tx, session.operatorId, session.sessionId);
    await markAsByPassword(tx, session.sessionId);
    await deleteUnusedSignInTokens(tx, session.operatorId);
    await clearAttempts(tx, secretHash(session.email));
    await insertAuditEverywhere(
      tx,
      session.operatorId,
      { actor: session.email, action: "operator.change_password", target: `operator:${session.operatorId}`, detail: {}, ip: input.ip },
      new Date(deps.nowMs()),
    );
    return ok(true);
  });
}

async function changeProfile(deps: SignInDeps, session: SessionRow, input: ProfileChange): Promise<Result<true>> {
  const email = normaliseEmail(input.email ?? session.email);
  const name = input.name ?? session.name;
  if (email !== session.email) {
    const proven = await proveAgain(deps, session, { field: "password", password: input.password, ip: input.ip });
    if (!proven.ok) return proven;
  }
  return inTransaction(deps.db, async (tx) => {
    if (!(await setProfile(tx, session.operatorId, { name, email })))
      return fail("operator.email_taken", { field: "email", mend: "Use another e-mail" });
    await insertAuditEverywhere(
      tx,
      session.operatorId,
      {
        actor: session.email,
        action: "operator.change_profile",
        target: `operator:${session.operatorId}`,
        detail: { emailChanged: email !== session.email },
        ip: input.ip,
      },
      new Date(deps.nowMs()),
    );
    return ok(true);
  });
}

/** Asks for the password once more, unless a one-time link opened this session. Counts as a sign-in attempt, lock included. */
async function proveAgain(deps: SignInDeps, session: SessionRow, given: Proof): Promise<Result<true>> {
  if (session.openedByLink) return ok(true);
  if (!session.hasPassword) {
    // Signed in through the identity provider: only having done so just now proves it again.
    const fresh = deps.nowMs() - session.createdAt.getTime() <= FRESH_SIGN_IN_MS;
    return fresh ? ok(true) : fail("oidc.prove_first", { mend: "Sign out, sign in again, and do this within 15 minutes" });
  }
  if (given.password === undefined) return fail("password.wrong", { field: given.field, mend: "Give your current password" });
  const operator = await checkedOperator(deps, { email: session.email, password: given.password, ip: given.ip });
  return operator === undefined ? fail("password.wrong", { field: given.field, mend: "Check your current password" }) : ok(true);
}

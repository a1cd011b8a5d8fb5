import type { AuditActionOf } from "@terrace/contract/audit-actions";
import { decideMemberChange } from "@terrace/domain/access/member-rules";
import type { RoleKey } from "@terrace/domain/access/roles";
import { normaliseEmail } from "@terrace/domain/access/sign-in-policy";
import { isGuessable } from "@terrace/domain/access/password-rules";
import { fail, ok, type Result } from "@terrace/domain/result";
import { inTransaction, type Db, type Tx } from "../../platform/storage/postgres.ts";
import { insertAudit } from "./audit.store.ts";
import { newSecret, secretHash, type RandomBytes } from "./credentials.ts";
import {
  deleteInvitation,
  loadInvitations,
  lockInvitation,
  OPEN_INVITATIONS_MAX,
  saveInvitation,
  type InvitationRow,
} from "./invitation.store.ts";
import { givenRole, type By } from "./member.commands.ts";
import { countMembers, insertMember, loadMembers, MEMBERS_MAX, worksAnywhere } from "./member.store.ts";
import {
  deleteUnusedSignInTokens,
  ensureOperator,
  loadOperatorByEmail,
  setPassword,
  setProfile,
  type OperatorRow,
} from "./operator.store.ts";
import { openSession, type OpenedSession } from "./open-session.ts";
import type { Passwords } from "./passwords.ts";
import { loadSession } from "./session.store.ts";
import { guessable, type From } from "./sign-in.commands.ts";
import { lockWorkspace } from "./workspace.store.ts";

export type InvitationDeps = {
  readonly db: Db;
  readonly nowMs: () => number;
  readonly randomBytes: RandomBytes;
  readonly passwords: Passwords;
};

const DAY_MS = 86_400_000;
const INVALID = fail("invitation.invalid", { field: "token", mend: "Ask for a new invitation" });

/** Opens an invitation; its link is answered here only. */
export async function invite(
  deps: InvitationDeps,
  by: By,
  input: { readonly email: string; readonly name: string; readonly role: RoleKey; readonly expiresInDays: number },
): Promise<Result<{ readonly invitation: InvitationRow; readonly path: string }>> {
  const email = normaliseEmail(input.email);
  const createdAt = new Date(deps.nowMs());
  return inTransaction(deps.db, async (tx) => {
    if ((await lockWorkspace(tx, by.workspaceId)) === undefined) return fail("workspace.not_found");
    const to = await givenRole(tx, by.workspaceId, input.role);
    if (!to.ok) return to;
    const { owners, members } = await countMembers(tx, by.workspaceId);
    const decided = decideMemberChange({ actor: by, from: null, to: to.value, owners });
    if (!decided.ok) return decided;
    if ((await loadMembers(tx, by.workspaceId)).some((member) => member.email === email))
      return fail("member.exists", { field: "email", mend: "Change the role of the member instead" });
    const open = await loadInvitations(tx, by.workspaceId, createdAt);
    if (open.length >= OPEN_INVITATIONS_MAX || members >= MEMBERS_MAX)
      return fail("request.conflict", { mend: `At most ${OPEN_INVITATIONS_MAX} invitations can be open, for ${MEMBERS_MAX} members` });
    const token = newSecret(deps.randomBytes);
    const expiresAt = new Date(createdAt.getTime() + input.expiresInDays * DAY_MS);
    const fresh = { email, name: input.name, role: input.role, tokenHash: secretHash(token), createdAt, createdBy: by.actor, expiresAt };
    const id = await saveInvitation(tx, by.workspaceId, fresh);
    await record(deps, tx, by, { action: "invitation.create", id, detail: { role: input.role, days: input.expiresInDays } });
    const invitation = await lockInvitation(tx, fresh.tokenHash, createdAt);
    if (invitation === undefined) throw new Error("an invitation vanished inside its own transaction");
    return ok({ invitation, path: `/invite?token=${token}` });
  });
}

export async function takeInvitationBack(deps: InvitationDeps, by: By, invitationId: string): Promise<Result<true>> {
  return inTransaction(deps.db, async (tx) => {
    const gone = await deleteInvitation(tx, by.workspaceId, invitationId);
    if (gone === undefined) return fail("invitation.not_found", { field: "invitation" });
    await record(deps, tx, by, { action: "invitation.revoke", id: invitationId, detail: { role: gone.role } });
    return ok(true);
  });
}

/** What the holder of a link is offered; whether the e-mail has an account decides how it is accepted. */
export async function lookAt(
  deps: InvitationDeps,
  token: string,
): Promise<Result<{ readonly invitation: InvitationRow; readonly workspace: string; readonly hasAccount: boolean }>> {
  return inTransaction(deps.db, async (tx) => {
    const invitation = await lockInvitation(tx, secretHash(token), new Date(deps.nowMs()));
    const workspace = invitation === undefined ? undefined : await lockWorkspace(tx, invitation.workspaceId);
    if (invitation === undefined || workspace === undefined) return INVALID;
    return ok({ invitation, workspace: workspace.name, hasAccount: (await accountOf(tx, invitation.email)) !== undefined });
  });
}

export type Acceptance = {
  readonly token: string;
  readonly name: string | undefined;
  readonly password: string | undefined;
  /** The cookie of whoever is signed in. */
  readonly sessionToken: string | undefined;
} & From;

export type Accepted = { readonly workspaceId: number; /** For an account just made. */ readonly opened: OpenedSession | undefined };

/**
 * Takes an invitation up. A new e-mail gets an account with the password given here. An e-mail with an account joins only while signed
 * in with it: a link must never open an account that is more than the invitation.
 */
export async function accept(deps: InvitationDeps, input: Acceptance): Promise<Result<Accepted>> {
  const passwordHash = input.password === undefined ? undefined : await deps.passwords.hash(input.password);
  const now = new Date(deps.nowMs());
  return inTransaction(deps.db, async (tx) => {
    const invitation = await lockInvitation(tx, secretHash(input.token), now);
    if (invitation === undefined) return INVALID;
    const { workspaceId, email } = invitation;
    const account = await accountOf(tx, email);
    const unfit = account === undefined ? unfitPassword(input.password, [email, input.name ?? invitation.name]) : undefined;
    if (unfit !== undefined) return unfit;
    if (account !== undefined && !(await isSignedInAs(tx, account, input.sessionToken, now)))
      return fail("invitation.sign_in_first", { mend: "Sign in with the invited e-mail, then open the link again" });
    const operator = account ?? (await makeAccount(tx, { email, name: input.name ?? invitation.name, passwordHash: passwordHash ?? "" }));
    await insertMember(tx, workspaceId, { operatorId: operator.operatorId, role: invitation.role });
    await deleteInvitation(tx, workspaceId, invitation.id);
    const by = { workspaceId, actor: email, ip: input.ip };
    await record(deps, tx, by, {
      action: "invitation.accept",
      id: invitation.id,
      detail: { role: invitation.role, invitedBy: invitation.createdBy },
    });
    const opened = account === undefined ? await openSession(deps, tx, { operator, way: "invitation", ...input }) : undefined;
    return ok({ workspaceId, opened });
  });
}

/** Why nobody can be given an account with this password. */
function unfitPassword(password: string | undefined, own: readonly string[]): Result<never> | undefined {
  if (password === undefined) return fail("request.invalid", { field: "password", mend: "Choose a password of at least 10 characters" });
  return isGuessable(password, own) ? guessable("password") : undefined;
}

/** Someone who works nowhere and never set a password has no account to protect. */
async function accountOf(tx: Tx, email: string): Promise<OperatorRow | undefined> {
  const operator = await loadOperatorByEmail(tx, email);
  if (operator === undefined) return undefined;
  return operator.passwordHash !== null || (await worksAnywhere(tx, operator.operatorId)) ? operator : undefined;
}

async function isSignedInAs(tx: Tx, account: OperatorRow, sessionToken: string | undefined, now: Date): Promise<boolean> {
  if (sessionToken === undefined) return false;
  const session = await loadSession(tx, secretHash(sessionToken), { workspaceId: 0, now });
  return session !== undefined && !session.secondFactorDue && session.operatorId === account.operatorId;
}

async function makeAccount(
  tx: Tx,
  { email, name, passwordHash }: { readonly email: string; readonly name: string; readonly passwordHash: string },
): Promise<OperatorRow> {
  const operator = await ensureOperator(tx, { email, name });
  // Links made for an earlier life of the account must not open this one.
  await deleteUnusedSignInTokens(tx, operator.operatorId);
  await setPassword(tx, operator.operatorId, passwordHash);
  if (name !== "") await setProfile(tx, operator.operatorId, { name, email });
  return operator;
}

async function record(
  deps: InvitationDeps,
  tx: Tx,
  by: Pick<By, "workspaceId" | "actor" | "ip">,
  {
    action,
    id,
    detail,
  }: { readonly action: AuditActionOf<"invitation">; readonly id: string; readonly detail: Record<string, string | number> },
): Promise<void> {
  const entry = { workspaceId: by.workspaceId, actor: by.actor, action, target: `invitation:${id}`, detail, ip: by.ip };
  await insertAudit(tx, entry, new Date(deps.nowMs()));
}

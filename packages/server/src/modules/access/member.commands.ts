import type { AuditActionOf } from "@terrace/contract/audit-actions";
import { decideMemberChange, type GivenRole } from "@terrace/domain/access/member-rules";
import type { RoleGrant, RoleKey } from "@terrace/domain/access/roles";
import { normaliseEmail } from "@terrace/domain/access/sign-in-policy";
import { fail, ok, type Result } from "@terrace/domain/result";
import { inTransaction, type Db, type Tx } from "../../platform/storage/postgres.ts";
import { insertAudit } from "./audit.store.ts";
import type { RandomBytes } from "./credentials.ts";
import {
  countMembers,
  deleteMember,
  insertMember,
  loadMember,
  MEMBERS_MAX,
  updateMemberRole,
  worksElsewhere,
  type MemberRow,
} from "./member.store.ts";
import { deleteUnusedSignInTokens, ensureOperator } from "./operator.store.ts";
import { revokeTokensOf } from "./personal-token.store.ts";
import { loadGrant } from "./role.store.ts";
import { keepOnlySession } from "./session.store.ts";
import { makeSignInLink } from "./sign-in.commands.ts";
import { lockWorkspace } from "./workspace.store.ts";

export type MemberDeps = { readonly db: Db; readonly nowMs: () => number; readonly randomBytes: RandomBytes };

/** Who changes members, and from where: what they hold is the most they can hand out. */
export type By = {
  readonly workspaceId: number;
  readonly isOwner: boolean;
  readonly grant: RoleGrant;
  readonly actor: string;
  readonly ip: string;
};

const SIGN_IN_PAGE = "/sign-in";

/** Adds an operator by e-mail. The link is made only when this workspace is the operator's only one: a link opens the whole account. */
export async function addMember(
  deps: MemberDeps,
  by: By,
  input: { readonly email: string; readonly name: string; readonly role: RoleKey },
): Promise<Result<{ readonly member: MemberRow; readonly signInPath: string }>> {
  return change(deps, by, async (tx) => {
    const { owners, members } = await countMembers(tx, by.workspaceId);
    const to = await givenRole(tx, by.workspaceId, input.role);
    if (!to.ok) return to;
    const decided = decideMemberChange({ actor: by, from: null, to: to.value, owners });
    if (!decided.ok) return decided;
    if (members >= MEMBERS_MAX) return fail("request.conflict", { mend: `A workspace has at most ${MEMBERS_MAX} members` });
    const { operatorId } = await ensureOperator(tx, { email: normaliseEmail(input.email), name: input.name });
    if (!(await insertMember(tx, by.workspaceId, { operatorId, role: input.role })))
      return fail("member.exists", { field: "email", mend: "Change the role of the member instead" });
    await insertAudit(tx, entry(by, "member.add", operatorId, { role: input.role }), new Date(deps.nowMs()));
    return ok({
      member: await memberOf(tx, by.workspaceId, operatorId),
      signInPath: await firstSignIn(deps, tx, { workspaceId: by.workspaceId, operatorId }),
    });
  });
}

async function firstSignIn(
  deps: MemberDeps,
  tx: Tx,
  { workspaceId, operatorId }: { readonly workspaceId: number; readonly operatorId: string },
): Promise<string> {
  // Links made elsewhere must not open what is reachable from now on.
  await deleteUnusedSignInTokens(tx, operatorId);
  return (await worksElsewhere(tx, workspaceId, operatorId)) ? SIGN_IN_PAGE : makeSignInLink(deps, tx, operatorId);
}

export async function changeRole(
  deps: MemberDeps,
  by: By,
  input: { readonly operatorId: string; readonly role: RoleKey },
): Promise<Result<MemberRow>> {
  return changeMember(deps, by, { operatorId: input.operatorId, to: input.role }, async (tx, before) => {
    await updateMemberRole(tx, by.workspaceId, input);
    await insertAudit(tx, entry(by, "member.change_role", input.operatorId, { from: before.role, to: input.role }), new Date(deps.nowMs()));
    return ok(await memberOf(tx, by.workspaceId, input.operatorId));
  });
}

export async function removeMember(deps: MemberDeps, by: By, operatorId: string): Promise<Result<true>> {
  return changeMember(deps, by, { operatorId, to: null }, async (tx, before) => {
    await shutOut(tx, by.workspaceId, operatorId, new Date(deps.nowMs()));
    await deleteMember(tx, by.workspaceId, operatorId);
    await insertAudit(tx, entry(by, "member.remove", operatorId, { role: before.role }), new Date(deps.nowMs()));
    return ok(true);
  });
}

/** A new one-time link for a member who lost theirs, or the password. */
export async function renewSignInLink(deps: MemberDeps, by: By, operatorId: string): Promise<Result<string>> {
  return changeMember(deps, by, { operatorId, to: "same" }, async (tx) => {
    if (await worksElsewhere(tx, by.workspaceId, operatorId))
      return fail("member.elsewhere", { mend: "Whoever runs the server can make a link with the command line" });
    await deleteUnusedSignInTokens(tx, operatorId);
    await insertAudit(tx, entry(by, "member.sign_in_link", operatorId, {}), new Date(deps.nowMs()));
    return ok(await makeSignInLink(deps, tx, operatorId));
  });
}

/** Ends at once what lets an operator into a workspace: tokens of it, and all sessions and open links of someone who works nowhere else. */
export async function shutOut(tx: Tx, workspaceId: number, operatorId: string, now: Date): Promise<void> {
  await revokeTokensOf(tx, workspaceId, operatorId, now);
  if (await worksElsewhere(tx, workspaceId, operatorId)) return;
  await keepOnlySession(tx, operatorId, undefined);
  await deleteUnusedSignInTokens(tx, operatorId);
}

/** A role that is to be given, with what it gives. */
export async function givenRole(tx: Tx, workspaceId: number, role: RoleKey): Promise<Result<GivenRole>> {
  const grant = await loadGrant(tx, workspaceId, role);
  return grant === undefined ? fail("role.not_found", { field: "role", mend: "See the roles of the workspace" }) : ok({ key: role, grant });
}

type Target = { readonly operatorId: string; readonly to: RoleKey | null | "same" };

/** Changes a member whom `by` may change; `same` asks only that. */
export async function changeMember<T>(
  deps: MemberDeps,
  by: By,
  target: Target,
  work: (tx: Tx, before: MemberRow) => Promise<Result<T>>,
): Promise<Result<T>> {
  return change(deps, by, async (tx) => {
    const before = await loadMember(tx, by.workspaceId, target.operatorId);
    if (before === undefined) return fail("member.not_found");
    const { owners } = await countMembers(tx, by.workspaceId);
    const from = { key: before.role, grant: before.grant };
    const to = target.to === null ? ok(null) : target.to === "same" ? ok(from) : await givenRole(tx, by.workspaceId, target.to);
    if (!to.ok) return to;
    const decided = decideMemberChange({ actor: by, from, to: to.value, owners });
    return decided.ok ? work(tx, before) : decided;
  });
}

/** Runs `work` while no other change of the workspace's members can run. */
export async function change<T>(deps: MemberDeps, by: By, work: (tx: Tx) => Promise<Result<T>>): Promise<Result<T>> {
  return inTransaction(deps.db, async (tx) => {
    if ((await lockWorkspace(tx, by.workspaceId)) === undefined) return fail("workspace.not_found");
    return work(tx);
  });
}

/** A member who is there for certain. */
export async function memberOf(tx: Tx, workspaceId: number, operatorId: string): Promise<MemberRow> {
  const member = await loadMember(tx, workspaceId, operatorId);
  if (member === undefined) throw new Error("a member vanished inside its own transaction");
  return member;
}

/** A line of the audit log about a member. */
export function entry(
  by: By,
  action: AuditActionOf<"member">,
  operatorId: string,
  detail: Record<string, string>,
): Parameters<typeof insertAudit>[1] {
  return { workspaceId: by.workspaceId, actor: by.actor, action, target: `operator:${operatorId}`, detail, ip: by.ip };
}

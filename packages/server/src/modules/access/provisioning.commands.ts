import { decideMemberChange } from "@terrace/domain/access/member-rules";
import type { RoleKey } from "@terrace/domain/access/roles";
import { normaliseEmail } from "@terrace/domain/access/sign-in-policy";
import { fail, ok, type Result } from "@terrace/domain/result";
import type { Tx } from "../../platform/storage/postgres.ts";
import { insertAudit } from "./audit.store.ts";
import { change, entry, givenRole, memberOf, shutOut, type By, type MemberDeps } from "./member.commands.ts";
import {
  countMembers,
  insertMember,
  loadMember,
  loadMembers,
  MEMBERS_MAX,
  updateMemberRole,
  updateProvisioning,
  worksElsewhere,
  type MemberRow,
} from "./member.store.ts";
import { ensureOperator, loadOperatorByEmail, setProfile } from "./operator.store.ts";

export type Provisioned = {
  readonly externalId: string;
  readonly email: string;
  readonly name: string;
  readonly role: RoleKey;
  readonly active: boolean;
};

/** Brings a member to what the directory says; saying it again changes nothing, and is not audited. */
export async function provision(deps: MemberDeps, by: By, wanted: Provisioned): Promise<Result<MemberRow>> {
  const input = { ...wanted, email: normaliseEmail(wanted.email) };
  return change(deps, by, async (tx) => {
    const found = await findOrAdopt(tx, by.workspaceId, input);
    if (!found.ok) return found;
    const before = found.value;
    const allowed = await mayProvision(tx, by, before, input);
    if (!allowed.ok) return allowed;
    const written = await write(tx, by, before, input);
    if (!written.ok) return written;
    const operatorId = written.value;
    const now = new Date(deps.nowMs());
    await updateProvisioning(tx, by.workspaceId, { operatorId, externalId: input.externalId, deactivatedAt: input.active ? null : now });
    if (!input.active && before?.active !== false) await shutOut(tx, by.workspaceId, operatorId, now);
    const after = await memberOf(tx, by.workspaceId, operatorId);
    await recordChange(tx, by, { before, after, at: now });
    return ok(after);
  });
}

async function recordChange(
  tx: Tx,
  by: By,
  { before, after, at }: { readonly before: MemberRow | undefined; readonly after: MemberRow; readonly at: Date },
): Promise<void> {
  if (!changed(before, after)) return;
  const was = before === undefined ? "" : `${before.role} ${String(before.active)}`;
  await insertAudit(tx, entry(by, "member.provision", after.operatorId, { role: after.role, active: String(after.active), was }), at);
}

/** Shuts a member out at once. What they did, and their place in the list, stay. */
export async function deactivate(deps: MemberDeps, by: By, externalId: string): Promise<Result<MemberRow>> {
  const member = (await loadMembers(deps.db, by.workspaceId, { externalId }))[0];
  if (member === undefined) return fail("member.not_found", { field: "externalId" });
  return provision(deps, by, { externalId, email: member.email, name: member.name, role: member.role, active: false });
}

/** The member of this id; else a member of this e-mail whom no id was given yet. */
async function findOrAdopt(tx: Tx, workspaceId: number, input: Provisioned): Promise<Result<MemberRow | undefined>> {
  const [known] = await loadMembers(tx, workspaceId, { externalId: input.externalId });
  if (known !== undefined) return ok(known);
  const operator = await loadOperatorByEmail(tx, input.email);
  const member = operator === undefined ? undefined : await loadMember(tx, workspaceId, operator.operatorId);
  if (member !== undefined && member.externalId !== null)
    return fail("member.exists", {
      field: "email",
      mend: "This e-mail is provisioned under another id",
      details: { externalId: member.externalId },
    });
  return ok(member);
}

async function mayProvision(tx: Tx, by: By, before: MemberRow | undefined, input: Provisioned): Promise<Result<true>> {
  const { owners, members } = await countMembers(tx, by.workspaceId);
  if (before === undefined && members >= MEMBERS_MAX)
    return fail("request.conflict", { mend: `A workspace has at most ${MEMBERS_MAX} members` });
  const role = await givenRole(tx, by.workspaceId, input.role);
  if (!role.ok) return role;
  const from = before === undefined ? null : { key: before.role, grant: before.grant };
  // Shutting an owner out counts as taking them out.
  return decideMemberChange({ actor: by, from, to: input.active ? role.value : from === null ? role.value : null, owners });
}

/** Makes the member, or brings role, e-mail and name up to date; answers whose they are. */
async function write(tx: Tx, by: By, before: MemberRow | undefined, input: Provisioned): Promise<Result<string>> {
  if (before !== undefined) {
    const updated = await update(tx, by, before, input);
    return updated.ok ? ok(before.operatorId) : updated;
  }
  const { operatorId } = await ensureOperator(tx, { email: input.email, name: input.name });
  await insertMember(tx, by.workspaceId, { operatorId, role: input.role, externalId: input.externalId });
  return ok(operatorId);
}

async function update(tx: Tx, by: By, before: MemberRow, input: Provisioned): Promise<Result<true>> {
  const { operatorId } = before;
  if (before.role !== input.role) await updateMemberRole(tx, by.workspaceId, { operatorId, role: input.role });
  if (before.email === input.email && before.name === input.name) return ok(true);
  // The account is the operator's; a workspace that shares it with others cannot rename it.
  if (await worksElsewhere(tx, by.workspaceId, operatorId))
    return before.email === input.email
      ? ok(true)
      : fail("member.elsewhere", { field: "email", mend: "The operator changes the e-mail in their account" });
  if (await setProfile(tx, operatorId, { name: input.name, email: input.email })) return ok(true);
  return fail("operator.email_taken", { field: "email", mend: "Use another e-mail" });
}

function changed(before: MemberRow | undefined, after: MemberRow): boolean {
  if (before === undefined) return true;
  const facts = ({ email, name, role, active, externalId }: MemberRow): string => JSON.stringify([email, name, role, active, externalId]);
  return facts(before) !== facts(after);
}

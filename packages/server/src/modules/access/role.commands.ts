import type { AuditActionOf } from "@terrace/contract/audit-actions";
import { CUSTOM_ROLES_MAX, customRoleId, decideGiving, decideRole, type RoleGrant, type RoleKey } from "@terrace/domain/access/roles";
import type { JsonObject } from "@terrace/domain/json";
import { fail, ok, type Result } from "@terrace/domain/result";
import { inTransaction, type Db, type Tx } from "../../platform/storage/postgres.ts";
import { insertAudit } from "./audit.store.ts";
import type { By } from "./member.commands.ts";
import { deleteRoleRow, insertRole, loadGrant, loadRoles, replaceRole, updateRoleRow, type CustomRole } from "./role.store.ts";
import { lockWorkspace } from "./workspace.store.ts";

export type RoleDeps = { readonly db: Db; readonly nowMs: () => number };
type RoleInput = { readonly name: string } & RoleGrant;

const NAME_TAKEN = fail("role.name_taken", { field: "name", mend: "Give it another name" });
const NOT_FOUND = fail("role.not_found", { field: "role", mend: "See the roles of the workspace" });

/** Makes a role; nobody makes one that can do or see more than they do. */
export async function makeRole(deps: RoleDeps, by: By, input: RoleInput): Promise<Result<CustomRole>> {
  const decided = decide(by, input);
  if (!decided.ok) return decided;
  return inTransaction(deps.db, async (tx) => {
    await lockWorkspace(tx, by.workspaceId);
    if ((await loadRoles(tx, by.workspaceId)).length >= CUSTOM_ROLES_MAX)
      return fail("role.too_many", { mend: `A workspace has at most ${CUSTOM_ROLES_MAX} roles of its own` });
    const roleId = await insertRole(tx, by.workspaceId, { name: input.name, ...decided.value, createdAt: new Date(deps.nowMs()) });
    if (roleId === undefined) return NAME_TAKEN;
    await record(deps, tx, by, { action: "role.create", roleId, detail: described(input.name, decided.value) });
    return ok(await roleOf(tx, by.workspaceId, roleId));
  });
}

/** Changes a role, which whoever does so must hold whole, before and after: else an operator could raise their own. */
export async function changeRoleContent(deps: RoleDeps, by: By, key: string, input: RoleInput): Promise<Result<CustomRole>> {
  const decided = decide(by, input);
  if (!decided.ok) return decided;
  return inTransaction(deps.db, async (tx) => {
    await lockWorkspace(tx, by.workspaceId);
    const before = await find(tx, by.workspaceId, key);
    if (before === undefined) return NOT_FOUND;
    const held = decideGiving(by.grant, before);
    if (!held.ok) return held;
    if (!(await updateRoleRow(tx, by.workspaceId, { roleId: before.roleId, name: input.name, ...decided.value }))) return NAME_TAKEN;
    const detail = { ...described(input.name, decided.value), was: described(before.name, before) };
    await record(deps, tx, by, { action: "role.update", roleId: before.roleId, detail });
    return ok(await roleOf(tx, by.workspaceId, before.roleId));
  });
}

/** Deletes a role; who had it gets the replacement. Fault: role.in_use without one. */
export async function dropRole(deps: RoleDeps, by: By, key: string, replacement: RoleKey | undefined): Promise<Result<true>> {
  return inTransaction(deps.db, async (tx) => {
    await lockWorkspace(tx, by.workspaceId);
    const role = await find(tx, by.workspaceId, key);
    if (role === undefined) return NOT_FOUND;
    const held = decideGiving(by.grant, role);
    if (!held.ok) return held;
    if (role.members > 0) {
      const replaced = await replace(tx, by, { role, key, replacement });
      if (!replaced.ok) return replaced;
    }
    await deleteRoleRow(tx, by.workspaceId, role.roleId);
    const detail = { name: role.name, members: role.members, replacement: replacement ?? "" };
    await record(deps, tx, by, { action: "role.delete", roleId: role.roleId, detail });
    return ok(true);
  });
}

async function replace(
  tx: Tx,
  by: By,
  { role, key, replacement }: { readonly role: CustomRole; readonly key: string; readonly replacement: RoleKey | undefined },
): Promise<Result<true>> {
  if (replacement === undefined || replacement === key)
    return fail("role.in_use", { field: "replacement", mend: "Name the role its members get instead", details: { members: role.members } });
  if (replacement === "owner")
    return fail("role.not_allowed", { field: "replacement", mend: "Owners are made one by one", details: { roles: "owner" } });
  const grant = await loadGrant(tx, by.workspaceId, replacement);
  if (grant === undefined) return fail("role.not_found", { field: "replacement" });
  const giving = decideGiving(by.grant, grant);
  if (!giving.ok) return giving;
  await replaceRole(tx, by.workspaceId, role.roleId, replacement);
  return ok(true);
}

function decide(by: By, input: RoleInput): Result<RoleGrant> {
  const role = decideRole(input);
  if (!role.ok) return role;
  const giving = decideGiving(by.grant, role.value);
  return giving.ok ? role : giving;
}

async function find(tx: Tx, workspaceId: number, key: string): Promise<CustomRole | undefined> {
  const roleId = customRoleId(key);
  return roleId === undefined || !Number.isSafeInteger(roleId) || roleId < 1 ? undefined : (await loadRoles(tx, workspaceId, roleId))[0];
}

async function roleOf(tx: Tx, workspaceId: number, roleId: number): Promise<CustomRole> {
  const [role] = await loadRoles(tx, workspaceId, roleId);
  if (role === undefined) throw new Error("a role vanished inside its own transaction");
  return role;
}

function described(name: string, grant: RoleGrant): JsonObject {
  return {
    name,
    permissions: [...grant.permissions],
    fields: { classes: { ...grant.fields.classes }, traits: { ...grant.fields.traits }, properties: { ...grant.fields.properties } },
  };
}

async function record(
  deps: RoleDeps,
  tx: Tx,
  by: By,
  { action, roleId, detail }: { readonly action: AuditActionOf<"role">; readonly roleId: number; readonly detail: JsonObject },
): Promise<void> {
  const entry = { workspaceId: by.workspaceId, actor: by.actor, action, target: `role:${roleId}`, detail, ip: by.ip };
  await insertAudit(tx, entry, new Date(deps.nowMs()));
}

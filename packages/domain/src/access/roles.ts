import { fail, ok, type Result } from "../result.ts";
import { fieldsBeyond, NO_FIELD_RULES, PERSONAL_CLASSES, type FieldRules } from "./field-view.ts";
import { PERMISSIONS, ROLE_PERMISSIONS, ROLES, type Permission, type Role } from "./permissions.ts";

/** A role as it is named in answers: one of the built-in ones, or a role of the workspace by its number. */
export type RoleKey = Role | `custom:${string}`;

/** What a role, a key or a token gives. */
export type RoleGrant = { readonly permissions: readonly Permission[]; readonly fields: FieldRules };

export const CUSTOM_ROLES_MAX = 50;

/** The form of a role's name in requests. */
export const ROLE_KEY = new RegExp(`^(?:${ROLES.join("|")}|custom:[1-9]\\d{0,8})$`);

/** Whether a role is one of the built-in ones. */
export function isBuiltIn(role: string): role is Role {
  return (ROLES as readonly string[]).includes(role);
}

/** The number of a custom role; undefined for a built-in one. */
export function customRoleId(role: string): number | undefined {
  return role.startsWith("custom:") ? Number(role.slice("custom:".length)) : undefined;
}

/** What a built-in role gives. */
export function builtInGrant(role: Role): RoleGrant {
  return { permissions: ROLE_PERMISSIONS[role], fields: NO_FIELD_RULES };
}

/** Nobody hands out more than they hold: neither a permission nor a clearer sight of a field. That fields stand in clear without a reason is for who holds everything to decide. */
export function decideGiving(own: RoleGrant, given: RoleGrant): Result<true> {
  const permissions = given.permissions.filter((permission) => !own.permissions.includes(permission));
  if (permissions.length > 0)
    return fail("role.beyond_own", {
      field: "role",
      mend: `You can hand out only what you hold yourself; missing: ${permissions.join(", ")}`,
      details: { missing: permissions.join(", ") },
    });
  const fields = fieldsBeyond(holdsEverything(own) ? EVERYTHING_CLEAR : reach(own), reach(given));
  if (fields.length > 0)
    return fail("role.beyond_own", {
      field: "fields",
      mend: `This would show more than you see yourself: ${fields.join(", ")}`,
      details: { missing: fields.join(", ") },
    });
  return ok(true);
}

const EVERYTHING_CLEAR = {
  rules: { ...NO_FIELD_RULES, classes: Object.fromEntries(PERSONAL_CLASSES.map((each) => [each, "clear" as const])) },
  mayUnmask: true,
};

function holdsEverything({ permissions, fields }: RoleGrant): boolean {
  const isRuled = [fields.classes, fields.traits, fields.properties].some((part) => Object.keys(part).length > 0);
  return !isRuled && PERMISSIONS.every((permission) => permissions.includes(permission));
}

function reach({ permissions, fields }: RoleGrant): { readonly rules: FieldRules; readonly mayUnmask: boolean } {
  return { rules: fields, mayUnmask: permissions.includes("people:unmask") };
}

/** A role's permissions in the order of the table, each once; a field can be clear only for a role that may unmask. */
export function decideRole(asked: RoleGrant): Result<RoleGrant> {
  const permissions = PERMISSIONS.filter((permission) => asked.permissions.includes(permission));
  const clear = [asked.fields.classes, asked.fields.traits, asked.fields.properties].some((part) => Object.values(part).includes("clear"));
  if (clear && !permissions.includes("people:unmask"))
    return fail("request.invalid", { field: "fields", mend: "Only a role with people:unmask can see fields in clear" });
  return ok({ permissions, fields: asked.fields });
}

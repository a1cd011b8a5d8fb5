/** The roles of an operator, strongest first. */
export const ROLES = ["owner", "admin", "operator", "analyst", "support"] as const;
export type Role = (typeof ROLES)[number];

/** Everything an operator or a secret key can be allowed to do, `noun:verb`. */
export const PERMISSIONS = [
  "people:read",
  "people:write",
  "people:merge",
  "people:unmask",
  "people:verify",
  "people:erase",
  "events:read",
  "events:define",
  "segments:write",
  "insight:write",
  "metrics:write",
  "experiments:write",
  "touch:write",
  "touch:approve",
  "channels:manage",
  "quarantine:read",
  "quarantine:replay",
  "imports:write",
  "webhooks:manage",
  "reports:manage",
  "data:export",
  "keys:manage",
  "members:manage",
  "workspace:manage",
  "sign_in:manage",
  "audit:read",
] as const;
export type Permission = (typeof PERMISSIONS)[number];

/** The permission table: which role may do what. */
export const ROLE_PERMISSIONS: Readonly<Record<Role, readonly Permission[]>> = {
  owner: PERMISSIONS,
  // How everyone signs in is an owner's business: whoever sets the identity provider can become anyone.
  admin: PERMISSIONS.filter((permission) => permission !== "sign_in:manage"),
  operator: [
    "people:read",
    "people:write",
    "people:merge",
    "people:unmask",
    "people:verify",
    "events:read",
    "events:define",
    "segments:write",
    "insight:write",
    "metrics:write",
    "experiments:write",
    "touch:write",
    "quarantine:read",
    "quarantine:replay",
    "imports:write",
    "reports:manage",
    "data:export",
  ],
  analyst: [
    "people:read",
    "events:read",
    "events:define",
    "segments:write",
    "insight:write",
    "metrics:write",
    "experiments:write",
    "reports:manage",
    "quarantine:read",
    "data:export",
  ],
  support: ["people:read", "people:write", "people:unmask", "events:read"],
};

/** Whether a role holds a permission. */
export function roleAllows(role: Role, permission: Permission): boolean {
  return ROLE_PERMISSIONS[role].includes(permission);
}

/** The roles that hold a permission, strongest first: what to name when someone else is refused. */
export function rolesWith(permission: Permission): readonly Role[] {
  return ROLES.filter((role) => roleAllows(role, permission));
}

/** Never given to a secret key unless asked for by name: with these a leaked key could make itself new doors, or destroy what nobody brings back. */
export const SCOPES_BY_NAME_ONLY: ReadonlySet<Permission> = new Set([
  "members:manage",
  "keys:manage",
  "people:erase",
  "webhooks:manage",
  "channels:manage",
  "touch:approve",
  "sign_in:manage",
]);

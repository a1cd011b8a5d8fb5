import { fail, ok, type Result } from "../result.ts";
import type { RoleKey } from "./roles.ts";

/** What an identity provider says of whoever signed in there. */
export type OidcClaims = {
  readonly subject: string;
  readonly email: string | undefined;
  readonly emailVerified: boolean;
  readonly name: string;
  readonly groups: readonly string[];
};

export type OidcRules = {
  readonly allowedDomains: readonly string[];
  readonly requireVerifiedEmail: boolean;
  readonly createAccounts: boolean;
  readonly defaultWorkspaceId: number | null;
  readonly defaultRole: RoleKey;
  readonly mapping: readonly { readonly value: string; readonly workspaceId: number; readonly role: RoleKey }[];
};

/** A role someone gets in a workspace. */
export type Placement = { readonly workspaceId: number; readonly role: RoleKey };

/**
 * Whether an account of the provider may sign in as the operator of its e-mail, or become one. Once an account is known by its subject the
 * e-mail no longer decides who it is; the domain list still does who may come.
 */
export function decideOidcAccount(
  rules: OidcRules,
  claims: OidcClaims,
  known: { readonly bySubject: boolean; readonly byEmail: boolean },
): Result<"known" | "link" | "create"> {
  const refused = refusal(rules, claims, known.bySubject);
  if (refused !== undefined) return fail("oidc.not_invited", { mend: refused });
  if (known.bySubject) return ok("known");
  if (known.byEmail) return ok("link");
  return rules.createAccounts ? ok("create") : fail("oidc.not_invited", { mend: "Ask an owner for an invitation" });
}

function refusal(rules: OidcRules, { email, emailVerified }: OidcClaims, bySubject: boolean): string | undefined {
  if (email === undefined)
    return bySubject && rules.allowedDomains.length === 0 ? undefined : "The identity provider sends no e-mail; ask for the scope";
  if (rules.allowedDomains.length > 0 && !rules.allowedDomains.includes(domainOf(email)))
    return "The domain of this e-mail is not in the list";
  // An e-mail that nobody verified would let anyone with an account there be anyone here.
  if (!bySubject && rules.requireVerifiedEmail && !emailVerified) return "The identity provider has not verified this e-mail";
  return undefined;
}

/** Where someone works by their groups: the first rule that fits in each workspace; a new account without any starts in the default one. */
export function placementsOf(rules: OidcRules, groups: readonly string[], isNew: boolean): readonly Placement[] {
  const mapped = new Map<number, RoleKey>();
  for (const { value, workspaceId, role } of rules.mapping)
    if (groups.includes(value) && !mapped.has(workspaceId)) mapped.set(workspaceId, role);
  if (mapped.size === 0 && isNew && rules.defaultWorkspaceId !== null) mapped.set(rules.defaultWorkspaceId, rules.defaultRole);
  return [...mapped].map(([workspaceId, role]) => ({ workspaceId, role }));
}

function domainOf(email: string): string {
  return email.slice(email.lastIndexOf("@") + 1).toLowerCase();
}

import type { OidcRules } from "@terrace/domain/access/oidc-rules";
import type { Db, Tx } from "../../platform/storage/postgres.ts";

// How the installation signs in belongs to no workspace.

export type OidcConfig = OidcRules & {
  readonly on: boolean;
  readonly label: string;
  readonly issuer: string;
  readonly clientId: string;
  /** Encrypted. */
  readonly clientSecret: Buffer | null;
  readonly groupsClaim: string;
  readonly passwordOff: boolean;
};

export async function loadOidcConfig(db: Db | Tx): Promise<OidcConfig | undefined> {
  const [row] = await db<OidcConfig[]>`
    /* all workspaces: everyone signs in the same way */ select is_on as "on", label, issuer, client_id as "clientId", client_secret as "clientSecret", allowed_domains as "allowedDomains",
      require_verified_email as "requireVerifiedEmail", create_accounts as "createAccounts", default_workspace_id as "defaultWorkspaceId", default_role as "defaultRole",
      groups_claim as "groupsClaim", mapping, password_off as "passwordOff" from oidc_config`;
  return row;
}

export async function saveOidcConfig(tx: Tx, config: OidcConfig): Promise<void> {
  await tx`/* all workspaces: everyone signs in the same way */ delete from oidc_config`;
  await tx`
    /* all workspaces: everyone signs in the same way */ insert into oidc_config (is_on, label, issuer, client_id, client_secret, allowed_domains, require_verified_email, create_accounts,
      default_workspace_id, default_role, groups_claim, mapping, password_off)
    values (${config.on}, ${config.label}, ${config.issuer}, ${config.clientId}, ${config.clientSecret}, ${[...config.allowedDomains]}::text[], ${config.requireVerifiedEmail},
      ${config.createAccounts}, ${config.defaultWorkspaceId}, ${config.defaultRole}, ${config.groupsClaim}, ${tx.json(config.mapping.map((rule) => ({ ...rule })))}, ${config.passwordOff})`;
}

export type OidcFlow = { readonly nonce: string; readonly verifier: string; readonly next: string };

export async function insertFlow(
  tx: Tx,
  flow: OidcFlow & { readonly stateHash: Buffer; readonly browserHash: Buffer; readonly expiresAt: Date },
): Promise<void> {
  await tx`
    /* all workspaces: a sign-in under way belongs to none */ insert into oidc_flow (state_hash, browser_hash, nonce, verifier, next, expires_at)
    values (${flow.stateHash}, ${flow.browserHash}, ${flow.nonce}, ${flow.verifier}, ${flow.next}, ${flow.expiresAt})`;
}

/** Takes a sign-in up where it was left, once, in the browser that began it. */
export async function takeFlow(
  tx: Tx,
  at: { readonly stateHash: Buffer; readonly browserHash: Buffer; readonly now: Date },
): Promise<OidcFlow | undefined> {
  const [row] = await tx<OidcFlow[]>`
    /* all workspaces: a sign-in under way belongs to none */ delete from oidc_flow where state_hash = ${at.stateHash} and browser_hash = ${at.browserHash} and expires_at > ${at.now}
    returning nonce, verifier, next`;
  return row;
}

/** The operator an account of a provider was linked to. */
export async function findOidcOperator(tx: Tx, issuer: string, subject: string): Promise<string | undefined> {
  const [row] = await tx<{ operatorId: string }[]>`
    /* all workspaces: an operator is known before a workspace is */ select operator_id::text as "operatorId" from oidc_account where issuer = ${issuer} and subject = ${subject}`;
  return row?.operatorId;
}

export async function linkOidcAccount(
  tx: Tx,
  account: { readonly issuer: string; readonly subject: string; readonly operatorId: string },
): Promise<void> {
  await tx`
    /* all workspaces: an operator is known before a workspace is */ insert into oidc_account (issuer, subject, operator_id)
    values (${account.issuer}, ${account.subject}, ${account.operatorId}) on conflict (issuer, subject) do nothing`;
}

/** Which of some workspaces there are. */
export async function knownWorkspaces(db: Db | Tx, workspaceIds: readonly number[]): Promise<ReadonlySet<number>> {
  const rows = await db<
    { id: number }[]
  >`select workspace_id as id from workspace where workspace_id = any(${[...workspaceIds]}::integer[]) limit ${workspaceIds.length}`;
  return new Set(rows.map(({ id }) => id));
}

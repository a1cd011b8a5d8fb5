import { decideOidcAccount, placementsOf, type OidcClaims } from "@terrace/domain/access/oidc-rules";
import { normaliseEmail, OIDC_FLOW_MS } from "@terrace/domain/access/sign-in-policy";
import { fail, ok, type Result } from "@terrace/domain/result";
import type { PayloadCipher } from "../../platform/feed/feed-codec.ts";
import type { HttpLog } from "../../platform/http/http-server.ts";
import { inTransaction, type Db, type Tx } from "../../platform/storage/postgres.ts";
import { insertAudit, type AuditEntry } from "./audit.store.ts";
import { newSecret, secretHash, type RandomBytes } from "./credentials.ts";
import { insertMember, loadMember, updateMemberRole, worksAnywhere } from "./member.store.ts";
import type { FlowChecks, OidcClient, ProviderAddress } from "./oidc-client.ts";
import { findOidcOperator, insertFlow, linkOidcAccount, loadOidcConfig, takeFlow, type OidcConfig } from "./oidc.store.ts";
import { openSession, type OpenedSession } from "./open-session.ts";
import { ensureOperator, loadOperator, loadOperatorByEmail, type OperatorRow } from "./operator.store.ts";
import { loadGrant } from "./role.store.ts";
import type { From } from "./sign-in.commands.ts";
import { openText } from "../../platform/sealed-text.ts";

export type OidcDeps = {
  readonly db: Db;
  readonly nowMs: () => number;
  readonly randomBytes: RandomBytes;
  readonly cipher: PayloadCipher;
  readonly client: OidcClient;
  readonly log: HttpLog;
};

export type OidcStart = { readonly url: string; /** For the cookie that ties the answer to this browser. */ readonly browser: string };

/** Begins a sign-in at the identity provider. Faults: oidc.off, oidc.unreachable. */
export async function beginOidc(
  deps: OidcDeps,
  input: { readonly next: string; readonly redirectUri: string },
): Promise<Result<OidcStart>> {
  const config = await loadOidcConfig(deps.db);
  if (config === undefined || !config.on) return fail("oidc.off", { mend: "Sign in by e-mail and password" });
  const [state, nonce, verifier, browser] = [fresh(deps), fresh(deps), fresh(deps), fresh(deps)];
  const expiresAt = new Date(deps.nowMs() + OIDC_FLOW_MS);
  const url = await attempt(deps, () =>
    deps.client.authorizationUrl(addressOf(deps, config), input.redirectUri, { state, nonce, verifier }),
  );
  if (url === undefined) return fail("oidc.unreachable", { mend: "Try again; if it stays so, an owner checks the issuer in the settings" });
  const flow = { stateHash: secretHash(state), browserHash: secretHash(browser), nonce, verifier, next: input.next, expiresAt };
  await inTransaction(deps.db, (tx) => insertFlow(tx, flow));
  return ok({ url, browser });
}

export type OidcReturn = { readonly query: string; readonly browser: string | undefined; readonly redirectUri: string } & From;

/** Finishes it: the answer must belong to a sign-in that this browser began and that was not finished before. */
export async function finishOidc(
  deps: OidcDeps,
  input: OidcReturn,
): Promise<Result<{ readonly opened: OpenedSession; readonly next: string }>> {
  const refused = fail("oidc.refused", { mend: "Sign in again" });
  const state = new URLSearchParams(input.query).get("state");
  const config = await loadOidcConfig(deps.db);
  if (config === undefined || !config.on) return fail("oidc.off");
  if (state === null || input.browser === undefined) return refused;
  const taken = { stateHash: secretHash(state), browserHash: secretHash(input.browser), now: new Date(deps.nowMs()) };
  const flow = await inTransaction(deps.db, (tx) => takeFlow(tx, taken));
  if (flow === undefined) return refused;
  const url = new URL(`?${input.query}`, input.redirectUri);
  const checks: FlowChecks = { state, nonce: flow.nonce, verifier: flow.verifier };
  const { groupsClaim } = config;
  const claims = await attempt(deps, () => deps.client.claims(addressOf(deps, config), { url, groupsClaim }, checks));
  if (claims === undefined) return refused;
  return inTransaction(deps.db, async (tx) => {
    const operator = await operatorOf(tx, config, claims);
    if (!operator.ok) return operator;
    await place(deps, tx, config, { operator: operator.value.row, isNew: operator.value.isNew, claims, ip: input.ip });
    if (!(await worksAnywhere(tx, operator.value.row.operatorId)))
      return fail("oidc.not_invited", { mend: "Ask an owner for an invitation to a workspace" });
    const { ip, userAgent } = input;
    return ok({ opened: await openSession(deps, tx, { operator: operator.value.row, way: "oidc", ip, userAgent }), next: flow.next });
  });
}

/** The operator an account of the provider is, linked or made on the way. */
async function operatorOf(
  tx: Tx,
  config: OidcConfig,
  claims: OidcClaims,
): Promise<Result<{ readonly row: OperatorRow; readonly isNew: boolean }>> {
  const { issuer } = config;
  const { subject } = claims;
  const linked = await findOidcOperator(tx, issuer, subject);
  const email = claims.email === undefined ? undefined : normaliseEmail(claims.email);
  const byEmail = email === undefined ? undefined : await loadOperatorByEmail(tx, email);
  const decided = decideOidcAccount(config, claims, { bySubject: linked !== undefined, byEmail: byEmail !== undefined });
  if (!decided.ok) return decided;
  const row =
    linked === undefined
      ? (byEmail ?? (await ensureOperator(tx, { email: email ?? "", name: claims.name })))
      : await loadOperator(tx, linked);
  if (row === undefined) throw new Error("an account is linked to an operator that is gone");
  if (decided.value !== "known") await linkOidcAccount(tx, { issuer, subject, operatorId: row.operatorId });
  return ok({ row, isNew: decided.value === "create" });
}

type Placing = { readonly operator: OperatorRow; readonly isNew: boolean; readonly claims: OidcClaims; readonly ip: string };

/** Gives the roles the groups say. Owners stay owners, and whoever was deactivated stays out. */
async function place(deps: OidcDeps, tx: Tx, config: OidcConfig, { operator, isNew, claims, ip }: Placing): Promise<void> {
  const { operatorId, email } = operator;
  for (const { workspaceId, role } of placementsOf(config, claims.groups, isNew)) {
    const member = await loadMember(tx, workspaceId, operatorId);
    const stays = member !== undefined && (member.role === role || member.role === "owner" || !member.active);
    if (stays || (await loadGrant(tx, workspaceId, role)) === undefined) continue;
    if (member === undefined) await insertMember(tx, workspaceId, { operatorId, role });
    else await updateMemberRole(tx, workspaceId, { operatorId, role });
    const detail = { by: "oidc", role, from: member?.role ?? "" };
    const action = member === undefined ? "member.add" : "member.change_role";
    const entry: AuditEntry = { workspaceId, actor: email, action, target: `operator:${operatorId}`, detail, ip };
    await insertAudit(tx, entry, new Date(deps.nowMs()));
  }
}

/** The provider as it is reached: the secret in clear only here. */
export function addressOf(
  deps: Pick<OidcDeps, "cipher">,
  config: Pick<OidcConfig, "issuer" | "clientId" | "clientSecret">,
): ProviderAddress {
  const { issuer, clientId, clientSecret } = config;
  return {
    issuer,
    clientId,
    clientSecret: clientSecret === null ? undefined : openText(deps.cipher, clientSecret),
  };
}

/** Undefined when the provider cannot be reached or what it says does not hold; the log says why, for whoever runs the server. */
export async function attempt<T>(deps: Pick<OidcDeps, "log">, work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    deps.log.warn({ err: error }, "the identity provider's answer cannot be used");
    return undefined;
  }
}

function fresh(deps: Pick<OidcDeps, "randomBytes">): string {
  return newSecret(deps.randomBytes);
}

import type { RoleKey } from "@terrace/domain/access/roles";
import { fail, ok, type Result } from "@terrace/domain/result";
import { faultError } from "../../platform/http/fault-error.ts";
import type { RouteContext } from "../../platform/http/handler.ts";
import { inTransaction, type Tx } from "../../platform/storage/postgres.ts";
import { insertAudit } from "./audit.store.ts";
import { workspaceNumber } from "./authorise.ts";
import { isIssuerAddress } from "./oidc-client.ts";
import { addressOf, attempt, type OidcDeps } from "./oidc.commands.ts";
import { knownWorkspaces, loadOidcConfig, saveOidcConfig, type OidcConfig } from "./oidc.store.ts";
import { loadGrant } from "./role.store.ts";
import { loadOwnSessions } from "./session.store.ts";
import { loadWorkspaces } from "./workspace.store.ts";
import { sealText } from "../../platform/sealed-text.ts";

/** What an owner sets. */
export type OidcInput = Omit<OidcConfig, "clientSecret" | "defaultWorkspaceId" | "mapping"> & {
  readonly clientSecret?: string | undefined;
  readonly defaultWorkspace: string;
  readonly mapping: readonly { readonly value: string; readonly workspace: string; readonly role: RoleKey }[];
};

/** How everyone signs in is set in one place: the first workspace, by those who own the installation. Throws sign_in.first_workspace. */
export async function requireFirstWorkspace(deps: Pick<OidcDeps, "db">, workspaceId: number): Promise<void> {
  const [first] = await loadWorkspaces(deps.db);
  if (first?.workspaceId !== workspaceId) throw faultError("sign_in.first_workspace", { mend: "Open the settings of the first workspace" });
}

/** Sets how everyone signs in, after asking the issuer whether it is one. */
export async function setOidc(deps: OidcDeps, context: RouteContext, input: OidcInput): Promise<Result<OidcConfig>> {
  const before = await loadOidcConfig(deps.db);
  const checked = await checkInput(deps, context, input);
  if (!checked.ok) return checked;
  const { clientSecret, defaultWorkspace, mapping, ...rest } = input;
  const sealed = clientSecret === undefined ? (before?.clientSecret ?? null) : sealSecret(deps, clientSecret);
  const config: OidcConfig = {
    ...rest,
    clientSecret: sealed,
    defaultWorkspaceId: defaultWorkspace === "" ? null : workspaceNumber(defaultWorkspace),
    mapping: mapping.map(({ value, workspace, role }) => ({ value, workspaceId: workspaceNumber(workspace), role })),
  };
  if (config.on && (await attempt(deps, () => deps.client.discover(addressOf(deps, config)).then(() => true))) === undefined)
    return fail("oidc.unreachable", {
      field: "issuer",
      mend: "Check the address: it must serve /.well-known/openid-configuration; private ones need TERRACE_OUTBOUND_ALLOW",
    });
  await inTransaction(deps.db, async (tx) => {
    await saveOidcConfig(tx, config);
    await record(deps, tx, context, config);
  });
  return ok(config);
}

function sealSecret(deps: Pick<OidcDeps, "cipher">, secret: string): Buffer | null {
  return secret === "" ? null : Buffer.from(sealText(deps.cipher, secret));
}

async function checkInput(deps: OidcDeps, context: RouteContext, input: OidcInput): Promise<Result<true>> {
  const wanting = (field: string, mend: string): Result<true> => fail("request.invalid", { field, mend });
  if (input.on && !isIssuerAddress(input.issuer))
    return wanting("issuer", "Give the issuer's https address, e.g. https://login.example.com");
  if (input.on && input.clientId === "") return wanting("clientId", "Give the client id the provider made for Terrace");
  if (input.createAccounts && input.allowedDomains.length === 0)
    return wanting("allowedDomains", "Accounts are only made for e-mails of domains you name");
  if (input.passwordOff && !input.on) return wanting("passwordOff", "Switch sign-in by OpenID Connect on first");
  if (input.passwordOff && !(await cameByOidc(deps, context)))
    return fail("oidc.prove_first", {
      field: "passwordOff",
      mend: "Sign in through the identity provider once, then switch passwords off",
    });
  return checkPlaces(deps, input);
}

/** Every workspace and role that is named has to be there; owners are made by owners, one by one. */
async function checkPlaces(deps: OidcDeps, input: OidcInput): Promise<Result<true>> {
  const places = [
    ...(input.defaultWorkspace === "" ? [] : [{ field: "defaultRole", workspace: input.defaultWorkspace, role: input.defaultRole }]),
    ...input.mapping.map(({ workspace, role }) => ({ field: "mapping", workspace, role })),
  ];
  const known = await knownWorkspaces(
    deps.db,
    places.map(({ workspace }) => workspaceNumber(workspace)),
  );
  for (const { field, workspace, role } of places) {
    if (!known.has(workspaceNumber(workspace))) return fail("workspace.not_found", { field });
    if (role === "owner")
      return fail("role.not_allowed", { field, mend: "Owners are made by owners, one by one", details: { roles: "owner" } });
    if ((await loadGrant(deps.db, workspaceNumber(workspace), role)) === undefined) return fail("role.not_found", { field });
  }
  return ok(true);
}

/** Whoever switches passwords off has shown that the other way works, for them at least. */
async function cameByOidc(deps: OidcDeps, { caller }: RouteContext): Promise<boolean> {
  if (caller.kind !== "operator") return false;
  const own = await loadOwnSessions(deps.db, caller.operatorId, new Date(deps.nowMs()));
  return own.some(({ id, way }) => id === caller.sessionId && (way === "oidc" || way === "break_glass"));
}

async function record(deps: OidcDeps, tx: Tx, { workspaceId, actor, ip }: RouteContext, config: OidcConfig): Promise<void> {
  const { on, issuer, clientId, createAccounts, passwordOff } = config;
  const detail = { on, issuer, clientId, createAccounts, passwordOff, domains: [...config.allowedDomains], rules: config.mapping.length };
  await insertAudit(
    tx,
    { workspaceId, actor, action: "workspace.sign_in", target: `workspace:${workspaceId}`, detail, ip },
    new Date(deps.nowMs()),
  );
}

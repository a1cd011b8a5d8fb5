import { NO_FIELD_RULES } from "@terrace/domain/access/field-view";
import { INIT_KEY_MIN, KEY_TEXT_MAX, keyHint, type KeyKind } from "@terrace/domain/access/key-rules";
import { PERMISSIONS } from "@terrace/domain/access/permissions";
import { splitOwner } from "@terrace/domain/access/sign-in-policy";
import { inTransaction, type Db, type Tx } from "../../platform/storage/postgres.ts";
import { insertAudit } from "./audit.store.ts";
import { secretHash } from "./credentials.ts";
import { insertKey } from "./key.store.ts";
import { insertMember, loadFirstOwner } from "./member.store.ts";
import { ensureOperator, loadOperator, setPassword } from "./operator.store.ts";
import type { Passwords } from "./passwords.ts";
import { insertWorkspace, loadWorkspaces, lockBootstrap, type WorkspaceLabel } from "./workspace.store.ts";

export type BootstrapInput = {
  /** For the first workspace; used only when there is none. */
  readonly workspaceName: string;
  readonly timeZone?: string;
  readonly currency?: string;
  readonly label?: WorkspaceLabel;
  /** TERRACE_INIT_WRITE_KEY, TERRACE_INIT_SECRET_KEY: any text of 8 characters or more. */
  readonly initWriteKey?: string | undefined;
  readonly initSecretKey?: string | undefined;
  /** TERRACE_INIT_OWNER: `email:password`. */
  readonly initOwner?: string | undefined;
};

export type Bootstrapped = {
  readonly workspaceId: number;
  /** The workspace was made by this call. */ readonly created: boolean;
  readonly ownerId: string;
  /** False: only a one-time link lets the owner in. */ readonly ownerHasPassword: boolean;
};

type Deps = { readonly db: Db; readonly nowMs: () => number; readonly passwords: Passwords };

/** Stands in until the first owner gives an e-mail of their own; `.invalid` receives no mail (RFC 2606). */
const FIRST_OWNER = "owner@terrace.invalid";
const ACTOR = "terrace";

/**
 * Makes what an installation cannot be without: a workspace, an owner, and the keys asked for. Repeating it changes nothing: an owner
 * who exists keeps their password, a key that was revoked stays revoked. Throws when an initial key or owner is not usable.
 */
export async function bootstrapAccess(deps: Deps, input: BootstrapInput): Promise<Bootstrapped> {
  const owner = ownerIn(input.initOwner);
  const keys = (
    [
      ["write", input.initWriteKey, "TERRACE_INIT_WRITE_KEY"],
      ["secret", input.initSecretKey, "TERRACE_INIT_SECRET_KEY"],
    ] as const
  ).flatMap(([kind, key, variable]) => (key === undefined || key === "" ? [] : [{ kind, key: usableKey(key, variable) }]));
  return inTransaction(deps.db, async (tx) => {
    // Several processes may start on one empty database.
    await lockBootstrap(tx);
    const [first] = await loadWorkspaces(tx);
    const workspaceId = first?.workspaceId ?? (await makeFirstWorkspace(deps, tx, input));
    for (const { kind, key } of keys) await addInitKey(deps, tx, { workspaceId, kind, key });
    const ownerId = await addOwner(deps, tx, { workspaceId, owner });
    const present = await loadOperator(tx, ownerId);
    return { workspaceId, created: first === undefined, ownerId, ownerHasPassword: typeof present?.passwordHash === "string" };
  });
}

async function makeFirstWorkspace(deps: Deps, tx: Tx, input: BootstrapInput): Promise<number> {
  const workspaceId = await insertWorkspace(tx, {
    name: input.workspaceName,
    timeZone: input.timeZone ?? "Asia/Shanghai",
    currency: input.currency ?? "CNY",
    label: input.label ?? "",
  });
  await insertAudit(
    tx,
    {
      workspaceId,
      actor: ACTOR,
      action: "workspace.create",
      target: `workspace:${workspaceId}`,
      detail: { name: input.workspaceName },
      ip: "",
    },
    new Date(deps.nowMs()),
  );
  return workspaceId;
}

async function addInitKey(
  deps: Deps,
  tx: Tx,
  { workspaceId, kind, key }: { readonly workspaceId: number; readonly kind: KeyKind; readonly key: string },
): Promise<void> {
  const scopes = kind === "secret" ? PERMISSIONS : [];
  const createdAt = new Date(deps.nowMs());
  const added = await insertKey(tx, workspaceId, {
    kind,
    name: kind === "secret" ? "Initial secret key" : "Initial write key",
    hint: keyHint(key),
    hash: secretHash(key),
    scopes,
    fields: NO_FIELD_RULES,
    createdAt,
    createdBy: ACTOR,
  });
  if (added !== undefined)
    await insertAudit(
      tx,
      { workspaceId, actor: ACTOR, action: "key.create", target: `key:${added.id}`, detail: { kind, scopes: [...scopes] }, ip: "" },
      createdAt,
    );
}

async function addOwner(
  deps: Deps,
  tx: Tx,
  { workspaceId, owner }: { readonly workspaceId: number; readonly owner: ReturnType<typeof ownerIn> },
): Promise<string> {
  const present = await loadFirstOwner(tx);
  if (owner === undefined && present !== undefined) return present;
  const operator = await ensureOperator(tx, { email: owner?.email ?? FIRST_OWNER, name: "" });
  if (owner !== undefined && operator.passwordHash === null)
    await setPassword(tx, operator.operatorId, await deps.passwords.hash(owner.password));
  const added = await insertMember(tx, workspaceId, { operatorId: operator.operatorId, role: "owner" });
  if (added)
    await insertAudit(
      tx,
      { workspaceId, actor: ACTOR, action: "member.add", target: `operator:${operator.operatorId}`, detail: { role: "owner" }, ip: "" },
      new Date(deps.nowMs()),
    );
  return operator.operatorId;
}

function ownerIn(text: string | undefined): { readonly email: string; readonly password: string } | undefined {
  if (text === undefined || text === "") return undefined;
  const owner = splitOwner(text);
  if (owner === null) throw new Error("TERRACE_INIT_OWNER must be email:password");
  return owner;
}

function usableKey(key: string, variable: string): string {
  if (key.length < INIT_KEY_MIN || key.length > KEY_TEXT_MAX || !/^[\x21-\x7e]+$/.test(key))
    throw new Error(`${variable} must have ${INIT_KEY_MIN} to ${KEY_TEXT_MAX} printable characters without spaces`);
  return key;
}

import type { Result } from "@terrace/domain/result";
import type { PayloadCipher } from "../../platform/feed/feed-codec.ts";
import type { HttpLog } from "../../platform/http/http-server.ts";
import type { Authorise, RouteContext, RouteHandler } from "../../platform/http/handler.ts";
import type { ClearShown } from "../../platform/http/watch-answer.ts";
import { inTransaction, type Db, type Tx } from "../../platform/storage/postgres.ts";
import { insertAudit, type AuditEntry } from "./audit.store.ts";
import { findHead, type ChainLink } from "./audit-chain.views.ts";
import { createAuthorise } from "./authorise.ts";
import { bootstrapAccess, type Bootstrapped, type BootstrapInput } from "./bootstrap.commands.ts";
import type { RandomBytes } from "./credentials.ts";
import { noteClear } from "./clear-view.ts";
import { createKeyRing } from "./key-ring.ts";
import { createKeyRoutes } from "./key.routes.ts";
import type { LiveKey } from "./key.store.ts";
import { createMemberRoutes } from "./member.routes.ts";
import { copyMembers, insertMember, isMemberMail, loadFirstOwner, loadMember, loadMembers } from "./member.store.ts";
import { createPasswords } from "./passwords.ts";
import { createSessionRoutes } from "./session.routes.ts";
import { deleteExpired } from "./session.store.ts";
import { createFieldViews, type FieldViews } from "./field-views.ts";
import { createInvitationRoutes } from "./invitation.routes.ts";
import { createOidcClient, type ProviderFetch } from "./oidc-client.ts";
import { createOidcRoutes } from "./oidc.routes.ts";
import { loadOidcConfig } from "./oidc.store.ts";
import { createOwnAccessRoutes } from "./own-access.routes.ts";
import { createProvisioningRoutes } from "./provisioning.routes.ts";
import { createRoleRoutes } from "./role.routes.ts";
import { createSecondFactorRoutes } from "./second-factor.routes.ts";
import { createPolicyRoutes } from "./security-policy.routes.ts";
import { createSignIn, makeSignInLink, renewSignIn, type OperatorLink, type Renewal } from "./sign-in.commands.ts";
import { createWorkspaceCache } from "./workspace-cache.ts";
import { createWorkspaceRoutes } from "./workspace.routes.ts";
import { insertWorkspace, loadWorkspaces, type Workspace } from "./workspace.store.ts";

export { checkAuditChain, holdsLink, type ChainBreak } from "./audit-chain.ts";
export { loadWorkspaces as listWorkspaces } from "./workspace.store.ts";
export type { AuditEntry, ChainLink, Bootstrapped, BootstrapInput, FieldViews, LiveKey, OperatorLink, Workspace };

/** Who may do what: operators, sessions, API keys, workspaces and the audit log. See docs/guides/access.md. */
export type AccessModule = {
  readonly routes: readonly RouteHandler[];
  readonly authorise: Authorise;
  /** Puts on record that someone whose role shows some fields in clear was answered with them. */
  readonly noteClear: (context: RouteContext, shown: ClearShown) => Promise<void>;
  /** Adds a line to the append-only log, in the transaction of the change it tells of. */
  readonly audit: (tx: Tx, entry: AuditEntry) => Promise<void>;
  /** The newest link of a workspace's audit chain; undefined when nothing was ever logged. */
  readonly auditHead: (db: Db | Tx, workspaceId: number) => Promise<ChainLink | undefined>;
  /** The workspace a write key sends to, or null. A revoked key is refused within 5 s in every process. Rejects with `Unavailable`. */
  readonly findWriteKey: (key: string) => Promise<{ readonly workspaceId: number; readonly keyId: string } | null>;
  /** Whether an operator works in a workspace now. */
  readonly isMember: (workspaceId: number, operatorId: string) => Promise<boolean>;
  /** Operators who work in a workspace now, in the order in which they came. */
  readonly members: (
    workspaceId: number,
  ) => Promise<readonly { readonly operatorId: string; readonly name: string; readonly email: string }[]>;
  /** Whether an e-mail is that of an operator who works in a workspace now. */
  readonly isMemberMail: (db: Db | Tx, workspaceId: number, email: string) => Promise<boolean>;
  readonly authenticateSecretKey: (key: string) => Promise<LiveKey | null>;
  readonly bootstrapAccess: (input: BootstrapInput) => Promise<Bootstrapped>;
  /** A path that signs an operator (by default the first owner) in once, within 24 h. Throws when there is no owner. */
  readonly createOneTimeSignIn: (operatorId?: string) => Promise<string>;
  /** For whoever runs the server: a new link for the operator of an e-mail (by default the first owner), audited. Fault: member.not_found. */
  readonly renewSignIn: (renewal?: Renewal) => Promise<Result<OperatorLink>>;
  /** How much of restricted fields a caller sees now: for work that outlives its request, which has the same as `context.fields`. */
  readonly fieldView: FieldViews;
  readonly createWorkspace: (workspace: Omit<Workspace, "workspaceId"> & { readonly ownerId?: string }) => Promise<number>;
  /** Makes a workspace for the people who work in another one, in the transaction that needs it; answers with its id. */
  readonly openWorkspaceBeside: (
    tx: Tx,
    beside: { readonly workspaceId: number; readonly actor: string; readonly ip: string },
    workspace: Omit<Workspace, "workspaceId">,
  ) => Promise<number>;
  /** Settings of a workspace, at most 5 s old. */
  readonly workspace: (workspaceId: number) => Promise<Workspace | null>;
  readonly workspaces: () => Promise<readonly Workspace[]>;
  /** Forgets ended sessions, old links and failure counts; run it about hourly. */
  readonly sweep: () => Promise<void>;
};

export type AccessDeps = {
  readonly db: Db;
  readonly nowMs: () => number;
  readonly randomBytes: RandomBytes;
  readonly log: HttpLog;
  /** Encrypts secrets of second factors and of the identity provider; the command line does without. */
  readonly cipher?: PayloadCipher;
  /** Reaches the identity provider; the command line does without. */
  readonly reachProvider?: ProviderFetch;
  /** The address people use; by default the one a request came to. */
  readonly publicUrl?: string | undefined;
};

const unreachable: ProviderFetch = () => Promise.reject(new Error("access was made without a way out"));

const NO_CIPHER: PayloadCipher = {
  encryptPayload: () => {
    throw new Error("access was made without a cipher");
  },
  decryptPayload: () => {
    throw new Error("access was made without a cipher");
  },
};

const DAY_MS = 86_400_000;

export function createAccessModule(deps: AccessDeps): AccessModule {
  const keys = createKeyRing(deps);
  const passwords = createPasswords(deps.randomBytes);
  const sessions = createSignIn({ ...deps, passwords, isPasswordOff: async () => (await loadOidcConfig(deps.db))?.passwordOff === true });
  const settings = createWorkspaceCache(deps);
  return {
    routes: [
      ...createSessionRoutes({ db: deps.db, sessions }),
      ...createOwnAccessRoutes({ ...deps, sessions }),
      ...createSecondFactorRoutes({ ...deps, sessions, cipher: deps.cipher ?? NO_CIPHER }),
      ...createOidcRoutes({
        ...deps,
        sessions,
        cipher: deps.cipher ?? NO_CIPHER,
        client: createOidcClient({ ...deps, fetch: deps.reachProvider ?? unreachable }),
        publicUrl: deps.publicUrl,
      }),
      ...createMemberRoutes(deps),
      ...createInvitationRoutes({ ...deps, sessions, passwords }),
      ...createProvisioningRoutes(deps),
      ...createRoleRoutes(deps),
      ...createPolicyRoutes({ ...deps, keys }),
      ...createKeyRoutes({ ...deps, keys }),
      ...createWorkspaceRoutes({ ...deps, forgetWorkspace: settings.forget }),
    ],
    authorise: createAuthorise({ ...deps, keys }),
    noteClear: (context, shown) => noteClear(deps, context, shown),
    audit: (tx, entry) => insertAudit(tx, entry, new Date(deps.nowMs())),
    auditHead: findHead,
    findWriteKey: (key) => keys.find("write", key),
    isMember: async (workspaceId, operatorId) => (await loadMember(deps.db, workspaceId, operatorId)) !== undefined,
    members: async (workspaceId) => (await loadMembers(deps.db, workspaceId)).filter(({ active }) => active),
    isMemberMail,
    authenticateSecretKey: (key) => keys.find("secret", key),
    bootstrapAccess: (input) => bootstrapAccess({ ...deps, passwords }, input),
    createOneTimeSignIn: (operatorId) => createOneTimeSignIn(deps, operatorId),
    renewSignIn: (renewal = {}) => renewSignIn(deps, renewal),
    fieldView: createFieldViews(deps.db),
    createWorkspace: ({ ownerId, ...workspace }) => createWorkspace(deps, workspace, ownerId),
    openWorkspaceBeside: (tx, beside, workspace) => openWorkspaceBeside(deps, tx, beside, workspace),
    workspace: settings.find,
    workspaces: () => loadWorkspaces(deps.db),
    sweep: async () => {
      const now = deps.nowMs();
      await inTransaction(deps.db, (tx) => deleteExpired(tx, new Date(now), new Date(now - DAY_MS)));
    },
  };
}

async function createOneTimeSignIn(deps: AccessDeps, operatorId: string | undefined): Promise<string> {
  return inTransaction(deps.db, async (tx) => {
    const whose = operatorId ?? (await loadFirstOwner(tx));
    if (whose === undefined) throw new Error("there is no owner to sign in; run bootstrapAccess first");
    return makeSignInLink(deps, tx, whose);
  });
}

async function createWorkspace(deps: AccessDeps, workspace: Omit<Workspace, "workspaceId">, ownerId: string | undefined): Promise<number> {
  return inTransaction(deps.db, async (tx) => {
    const workspaceId = await insertWorkspace(tx, workspace);
    if (ownerId !== undefined) await insertMember(tx, workspaceId, { operatorId: ownerId, role: "owner" });
    await insertAudit(
      tx,
      {
        workspaceId,
        actor: "terrace",
        action: "workspace.create",
        target: `workspace:${workspaceId}`,
        detail: { name: workspace.name },
        ip: "",
      },
      new Date(deps.nowMs()),
    );
    return workspaceId;
  });
}

async function openWorkspaceBeside(
  deps: AccessDeps,
  tx: Tx,
  beside: { readonly workspaceId: number; readonly actor: string; readonly ip: string },
  workspace: Omit<Workspace, "workspaceId">,
): Promise<number> {
  const workspaceId = await insertWorkspace(tx, workspace);
  await copyMembers(tx, beside.workspaceId, workspaceId);
  const { actor, ip } = beside;
  await insertAudit(
    tx,
    { workspaceId, actor, action: "workspace.create", target: `workspace:${workspaceId}`, detail: { name: workspace.name }, ip },
    new Date(deps.nowMs()),
  );
  return workspaceId;
}

import { checkAudit, createWorkspace, listAudit, updateWorkspace } from "@terrace/contract/api/access";
import { builtInGrant } from "@terrace/domain/access/roles";
import { faultError } from "../../platform/http/fault-error.ts";
import { handle, type RouteContext, type RouteHandler } from "../../platform/http/handler.ts";
import { inTransaction, type Db } from "../../platform/storage/postgres.ts";
import { checkAuditChain } from "./audit-chain.ts";
import { insertAudit, loadAudit } from "./audit.store.ts";
import { insertMember } from "./member.store.ts";
import {
  insertWorkspace,
  loadOwnWorkspaces,
  lockWorkspace,
  updateWorkspaceRow,
  type OwnWorkspace,
  type Workspace,
} from "./workspace.store.ts";

export type WorkspaceDeps = { readonly db: Db; readonly nowMs: () => number; readonly forgetWorkspace: (workspaceId: number) => void };

export function createWorkspaceRoutes(deps: WorkspaceDeps): readonly RouteHandler[] {
  return [
    handle(createWorkspace, async ({ body }, context) =>
      ownWorkspaceView(
        {
          ...(await makeWorkspace(deps, context, { ...settingsOf(body), label: "" })),
          role: "owner",
          roleName: "",
          grant: builtInGrant("owner"),
          secondFactorRequired: false,
        },
        false,
      ),
    ),
    handle(updateWorkspace, async ({ body }, context) => viewOf(await changeWorkspace(deps, context, body))),
    handle(listAudit, async ({ query }, context) => {
      if (query.cursor !== undefined && !/^\d{1,18}$/.test(query.cursor))
        throw faultError("request.invalid", { field: "cursor", mend: "Send the nextCursor of the page before" });
      const rows = await loadAudit(deps.db, context.workspaceId, {
        limit: query.limit + 1,
        beforeId: query.cursor,
        action: query.action,
        actor: query.actor,
      });
      const items = rows.slice(0, query.limit).map((row) => ({ ...row, at: row.at.toISOString() }));
      const last = items.at(-1);
      return { items, ...(rows.length > query.limit && last !== undefined ? { nextCursor: last.id } : {}) };
    }),
    handle(checkAudit, async (_input, { workspaceId }) => {
      const { entries, head, broken } = await checkAuditChain(deps.db, workspaceId);
      return {
        entries,
        head: head ?? null,
        broken: broken === undefined ? null : { ...broken, at: broken.at?.toISOString() ?? null },
        checkedAt: new Date(deps.nowMs()).toISOString(),
      };
    }),
  ];
}

type Settings = { readonly name: string; readonly timeZone: string; readonly currency: string };

function settingsOf(given: Settings): Settings {
  const currency = given.currency.toUpperCase();
  if (!isTimeZone(given.timeZone))
    throw faultError("request.invalid", { field: "timeZone", mend: "Use an IANA time zone, e.g. Asia/Shanghai" });
  if (!Intl.supportedValuesOf("currency").includes(currency))
    throw faultError("request.invalid", { field: "currency", mend: "Use an ISO 4217 currency, e.g. CNY" });
  return { name: given.name, timeZone: given.timeZone, currency };
}

function isTimeZone(name: string): boolean {
  try {
    // Offsets such as +08:00 are accepted by Intl, but know no daylight saving and are not understood by both engines.
    return /^[A-Za-z]/.test(name) && new Intl.DateTimeFormat("en", { timeZone: name }).resolvedOptions().timeZone !== "";
  } catch {
    return false;
  }
}

/** Whoever runs a workspace may open another one and owns it. */
async function makeWorkspace(deps: WorkspaceDeps, context: RouteContext, workspace: Omit<Workspace, "workspaceId">): Promise<Workspace> {
  if (context.caller.kind !== "operator") throw faultError("session.missing");
  const { operatorId } = context.caller;
  return inTransaction(deps.db, async (tx) => {
    const own = await loadOwnWorkspaces(tx, operatorId);
    if (!own.some(({ role }) => role === "owner" || role === "admin"))
      throw faultError("role.not_allowed", { mend: "Ask someone with the role owner or admin", details: { roles: "owner, admin" } });
    const workspaceId = await insertWorkspace(tx, workspace);
    await insertMember(tx, workspaceId, { operatorId, role: "owner" });
    await insertAudit(
      tx,
      {
        workspaceId,
        actor: context.actor,
        action: "workspace.create",
        target: `workspace:${workspaceId}`,
        detail: { name: workspace.name },
        ip: context.ip,
      },
      new Date(deps.nowMs()),
    );
    return { workspaceId, ...workspace };
  });
}

async function changeWorkspace(
  deps: WorkspaceDeps,
  context: RouteContext,
  body: { readonly name?: string | undefined; readonly timeZone?: string | undefined; readonly currency?: string | undefined },
): Promise<Workspace> {
  const { workspaceId } = context;
  const changed = await inTransaction(deps.db, async (tx) => {
    const before = await lockWorkspace(tx, workspaceId);
    if (before === undefined) throw faultError("workspace.not_found");
    const settings = settingsOf({
      name: body.name ?? before.name,
      timeZone: body.timeZone ?? before.timeZone,
      currency: body.currency ?? before.currency,
    });
    const after = { ...before, ...settings };
    await updateWorkspaceRow(tx, after);
    const detail = {
      name: after.name,
      timeZone: after.timeZone,
      currency: after.currency,
      was: { name: before.name, timeZone: before.timeZone, currency: before.currency },
    };
    await insertAudit(
      tx,
      { workspaceId, actor: context.actor, action: "workspace.update", target: `workspace:${workspaceId}`, detail, ip: context.ip },
      new Date(deps.nowMs()),
    );
    return after;
  });
  deps.forgetWorkspace(workspaceId);
  return changed;
}

function viewOf({ workspaceId, name, timeZone, currency, label }: Workspace) {
  return { id: String(workspaceId), name, timeZone, currency, label };
}

/** A workspace as its operator sees it. */
export function ownWorkspaceView({ role, roleName, grant, secondFactorRequired, ...workspace }: OwnWorkspace, lacksSecondFactor: boolean) {
  const secondFactorMissing = secondFactorRequired && lacksSecondFactor;
  return { ...viewOf(workspace), role, roleName, permissions: [...grant.permissions], secondFactorMissing };
}

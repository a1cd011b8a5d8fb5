import { deactivateProvisioned, listProvisioned, putProvisioned } from "@terrace/contract/api/members";
import { valueOrThrow } from "../../platform/http/fault-error.ts";
import { handle, type RouteHandler } from "../../platform/http/handler.ts";
import type { MemberDeps } from "./member.commands.ts";
import { byOf } from "./member.routes.ts";
import { loadMembers, type MemberRow } from "./member.store.ts";
import { deactivate, provision } from "./provisioning.commands.ts";

/** Members by the id of a directory, for automation. */
export function createProvisioningRoutes(deps: MemberDeps): readonly RouteHandler[] {
  return [
    handle(listProvisioned, async (_input, context) => ({
      items: (await loadMembers(deps.db, context.workspaceId, "provisioned")).map(viewOf),
    })),
    handle(putProvisioned, async ({ params, body }, context) =>
      viewOf(valueOrThrow(await provision(deps, byOf(context), { externalId: params.externalId, ...body }))),
    ),
    handle(deactivateProvisioned, async ({ params }, context) =>
      viewOf(valueOrThrow(await deactivate(deps, byOf(context), params.externalId))),
    ),
  ];
}

function viewOf({ externalId, operatorId, email, name, role, active, lastSeenAt }: MemberRow) {
  return { externalId: externalId ?? "", operatorId, email, name, role, active, lastSeenAt: lastSeenAt?.toISOString() ?? null };
}

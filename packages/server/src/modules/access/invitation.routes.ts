import { acceptInvitation, createInvitation, listInvitations, lookAtInvitation, revokeInvitation } from "@terrace/contract/api/members";
import { DONE } from "@terrace/contract/route";
import { faultError, valueOrThrow } from "../../platform/http/fault-error.ts";
import { handle, type RouteHandler } from "../../platform/http/handler.ts";
import * as commands from "./invitation.commands.ts";
import { loadInvitations, type InvitationRow } from "./invitation.store.ts";
import { byOf } from "./member.routes.ts";
import { readSessionCookie } from "./session-cookie.ts";
import { fromOf, keepSession } from "./session.routes.ts";
import type { SignIn } from "./sign-in.commands.ts";

export type InvitationRouteDeps = commands.InvitationDeps & { readonly sessions: SignIn };

export function createInvitationRoutes(deps: InvitationRouteDeps): readonly RouteHandler[] {
  return [
    handle(listInvitations, async (_input, context) => ({
      items: (await loadInvitations(deps.db, context.workspaceId, new Date(deps.nowMs()))).map(viewOf),
    })),
    handle(createInvitation, async ({ body }, context) => {
      const { invitation, path } = valueOrThrow(await commands.invite(deps, byOf(context), body));
      return { invitation: viewOf(invitation), path };
    }),
    handle(revokeInvitation, async ({ params }, context) => {
      if (!/^[1-9]\d{0,17}$/.test(params.invitation)) throw faultError("invitation.not_found", { field: "invitation" });
      valueOrThrow(await commands.takeInvitationBack(deps, byOf(context), params.invitation));
      return DONE;
    }),
    handle(lookAtInvitation, async ({ body }, context) => {
      deps.sessions.limitAddress(context.ip);
      const { invitation, workspace, hasAccount } = valueOrThrow(await commands.lookAt(deps, body.token));
      const { email, name, role, roleName, expiresAt } = invitation;
      return { workspace, email, name, role, roleName, expiresAt: expiresAt.toISOString(), hasAccount };
    }),
    handle(acceptInvitation, async ({ body }, context) => {
      deps.sessions.limitAddress(context.ip);
      const sessionToken = readSessionCookie(context.readHeader("cookie"), context.secure);
      const { workspaceId, opened } = valueOrThrow(
        await commands.accept(deps, { token: body.token, name: body.name, password: body.password, sessionToken, ...fromOf(context) }),
      );
      if (opened !== undefined) await keepSession(deps.sessions, context, opened);
      return { workspace: String(workspaceId) };
    }),
  ];
}

function viewOf({ id, email, name, role, roleName, createdAt, createdBy, expiresAt }: InvitationRow) {
  return { id, email, name, role, roleName, createdBy, createdAt: createdAt.toISOString(), expiresAt: expiresAt.toISOString() };
}

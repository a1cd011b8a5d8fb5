import { createToken, endOwnSession, listOwnSessions, listTokens, revokeToken } from "@terrace/contract/api/security";
import { DONE } from "@terrace/contract/route";
import { deviceName } from "@terrace/domain/access/device-name";
import { faultError, valueOrThrow } from "../../platform/http/fault-error.ts";
import { handle, type RouteHandler } from "../../platform/http/handler.ts";
import { loadOwnSessions } from "./session.store.ts";
import { currentSession } from "./session.routes.ts";
import * as commands from "./own-access.commands.ts";
import { loadTokens, type TokenRow } from "./personal-token.store.ts";
import type { SignIn } from "./sign-in.commands.ts";

export type OwnAccessRouteDeps = commands.OwnAccessDeps & { readonly sessions: SignIn };

const ID = /^[1-9]\d{0,17}$/;

/** One's own sessions and personal access tokens. */
export function createOwnAccessRoutes(deps: OwnAccessRouteDeps): readonly RouteHandler[] {
  const { db, sessions } = deps;
  return [
    handle(listOwnSessions, async (_input, context) => {
      const { session } = await currentSession(sessions, context);
      const own = await loadOwnSessions(db, session.operatorId, new Date(deps.nowMs()));
      return {
        items: own.map(({ id, userAgent, place, way, createdAt, lastSeenAt }) => ({
          id,
          current: id === session.sessionId,
          device: deviceName(userAgent),
          place,
          way,
          createdAt: createdAt.toISOString(),
          lastSeenAt: lastSeenAt.toISOString(),
        })),
      };
    }),
    handle(endOwnSession, async ({ params }, context) => {
      const { session } = await currentSession(sessions, context);
      if (params.session !== "others" && !ID.test(params.session)) throw faultError("session.not_found", { field: "session" });
      return { ended: valueOrThrow(await commands.endSession(deps, session, { which: params.session, ip: context.ip })) };
    }),
    handle(listTokens, async (_input, context) => {
      const { session } = await currentSession(sessions, context);
      return { items: (await loadTokens(db, session.operatorId)).map(viewOf) };
    }),
    handle(createToken, async ({ body }, context) => {
      const { token: sessionToken } = await currentSession(sessions, context);
      const { token, secret } = valueOrThrow(await commands.makeToken(deps, sessionToken, { ...body, ip: context.ip }));
      return { token: viewOf(token), secret };
    }),
    handle(revokeToken, async ({ params }, context) => {
      const { session } = await currentSession(sessions, context);
      if (!ID.test(params.token)) throw faultError("token.not_found", { field: "token" });
      valueOrThrow(await commands.revokeOwnToken(deps, session, { tokenId: params.token, ip: context.ip }));
      return DONE;
    }),
  ];
}

function viewOf(token: TokenRow) {
  const { id, workspaceId, name, hint, scopes } = token;
  return {
    id,
    workspace: String(workspaceId),
    name,
    hint,
    scopes,
    createdAt: token.createdAt.toISOString(),
    expiresAt: token.expiresAt.toISOString(),
    lastUsedAt: token.lastUsedAt?.toISOString() ?? null,
    revokedAt: token.revokedAt?.toISOString() ?? null,
  };
}

import {
  confirmSecondFactor,
  getSecondFactor,
  removeSecondFactor,
  resetSecondFactor,
  startSecondFactor,
} from "@terrace/contract/api/security";
import { giveSecondFactor } from "@terrace/contract/api/sign-in";
import { DONE } from "@terrace/contract/route";
import { faultError, valueOrThrow } from "../../platform/http/fault-error.ts";
import { handle, type RouteHandler } from "../../platform/http/handler.ts";
import { byOf, operatorIdOf } from "./member.routes.ts";
import * as commands from "./second-factor.commands.ts";
import { keepSessionCookie, readSessionCookie } from "./session-cookie.ts";
import { currentSession } from "./session.routes.ts";
import type { SignIn } from "./sign-in.commands.ts";

export type SecondFactorRouteDeps = commands.SecondFactorDeps & { readonly sessions: SignIn };

/** Setting a second factor up, giving it, taking it away. */
export function createSecondFactorRoutes(deps: SecondFactorRouteDeps): readonly RouteHandler[] {
  const { sessions } = deps;
  return [
    handle(getSecondFactor, async (_input, context) => {
      const { session } = await currentSession(sessions, context);
      return commands.secondFactorState(deps, session.operatorId);
    }),
    handle(startSecondFactor, async ({ body }, context) => {
      const { session } = await currentSession(sessions, context);
      return valueOrThrow(await commands.beginSecondFactor(deps, session, { password: body.password, ip: context.ip }));
    }),
    handle(confirmSecondFactor, async ({ body }, context) => {
      const { session } = await currentSession(sessions, context);
      const recoveryCodes = valueOrThrow(await commands.finishSecondFactor(deps, session, { code: body.code, ip: context.ip }));
      return { recoveryCodes: [...recoveryCodes] };
    }),
    handle(removeSecondFactor, async ({ body }, context) => {
      const { session } = await currentSession(sessions, context);
      valueOrThrow(await commands.endSecondFactor(deps, session, { code: body.code, ip: context.ip }));
      return DONE;
    }),
    handle(giveSecondFactor, async ({ body }, context) => {
      sessions.limitAddress(context.ip);
      const half = readSessionCookie(context.readHeader("cookie"), context.secure);
      if (half === undefined) throw faultError("session.missing", { mend: "Sign in again" });
      const token = valueOrThrow(await commands.completeSignIn(deps, half, { code: body.code, ip: context.ip }));
      context.setHeader("set-cookie", keepSessionCookie(token, context.secure));
      return DONE;
    }),
    handle(resetSecondFactor, async ({ params }, context) => {
      valueOrThrow(await commands.resetSecondFactorOf(deps, byOf(context), operatorIdOf(params.operator)));
      return DONE;
    }),
  ];
}

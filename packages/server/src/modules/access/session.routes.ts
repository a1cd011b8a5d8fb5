import { changeOwnPassword, getSession, signIn, signOut, updateOwnProfile, type SessionView } from "@terrace/contract/api/access";
import { DONE } from "@terrace/contract/route";
import { faultError, valueOrThrow } from "../../platform/http/fault-error.ts";
import { handle, type RouteContext, type RouteHandler } from "../../platform/http/handler.ts";
import type { Db } from "../../platform/storage/postgres.ts";
import { csrfTokenOf } from "./credentials.ts";
import { dropSessionCookie, keepSessionCookie, readSessionCookie } from "./session-cookie.ts";
import { lacksSecondFactor, type SessionRow } from "./session.store.ts";
import type { OpenedSession } from "./open-session.ts";
import type { From, SignIn } from "./sign-in.commands.ts";
import { ownWorkspaceView } from "./workspace.routes.ts";
import { loadOwnWorkspaces } from "./workspace.store.ts";

type Deps = { readonly db: Db; readonly sessions: SignIn };

export function createSessionRoutes({ db, sessions }: Deps): readonly RouteHandler[] {
  return [
    handle(signIn, async ({ body }, context) => {
      const from = fromOf(context);
      const opened = valueOrThrow(
        "token" in body ? await sessions.withLink({ token: body.token, ...from }) : await sessions.withPassword({ ...body, ...from }),
      );
      await keepSession(sessions, context, opened);
      if (opened.secondFactorDue) return { secondFactorDue: true as const };
      return viewOf(db, opened.token, await sessionOf(sessions, opened.token));
    }),
    handle(getSession, async (_input, context) => {
      const { token, session } = await currentSession(sessions, context);
      // The cookie ends by its own clock: renewed here, it lives as long as the session.
      context.setHeader("set-cookie", keepSessionCookie(token, context.secure));
      return viewOf(db, token, session);
    }),
    handle(signOut, async (_input, context) => {
      const { token } = await currentSession(sessions, context);
      await sessions.signOut(token);
      context.setHeader("set-cookie", dropSessionCookie(context.secure));
      // What the browser kept of answers goes too; the language chosen on this device may stay.
      context.setHeader("clear-site-data", '"cache"');
      return DONE;
    }),
    handle(changeOwnPassword, async ({ body }, context) => {
      const { session } = await currentSession(sessions, context);
      valueOrThrow(await sessions.changePassword(session, { current: body.current, next: body.next, ip: context.ip }));
      return DONE;
    }),
    handle(updateOwnProfile, async ({ body }, context) => {
      const { token, session } = await currentSession(sessions, context);
      valueOrThrow(await sessions.changeProfile(session, { name: body.name, email: body.email, password: body.password, ip: context.ip }));
      return viewOf(db, token, await sessionOf(sessions, token));
    }),
  ];
}

/** Where a request comes from, for the list of sessions. */
export function fromOf(context: RouteContext): From {
  return { ip: context.ip, userAgent: context.readHeader("user-agent") ?? "" };
}

/** Puts a session just opened into the browser; one left open there would outlive its cookie. */
export async function keepSession(sessions: SignIn, context: RouteContext, opened: OpenedSession): Promise<void> {
  const before = readSessionCookie(context.readHeader("cookie"), context.secure);
  if (before !== undefined) await sessions.signOut(before);
  context.setHeader("set-cookie", keepSessionCookie(opened.token, context.secure));
}

/** The session of a request that was authorised by it. */
export async function currentSession(
  sessions: SignIn,
  context: RouteContext,
): Promise<{ readonly token: string; readonly session: SessionRow }> {
  const token = readSessionCookie(context.readHeader("cookie"), context.secure);
  if (token === undefined) throw faultError("session.missing", { mend: "Sign in" });
  return { token, session: await sessionOf(sessions, token) };
}

async function sessionOf(sessions: SignIn, token: string): Promise<SessionRow> {
  const session = await sessions.currentSession(token);
  if (session === undefined) throw faultError("session.missing", { mend: "Sign in" });
  return session;
}

async function viewOf(db: Db, token: string, session: SessionRow): Promise<SessionView> {
  const workspaces = await loadOwnWorkspaces(db, session.operatorId);
  return {
    operator: { id: session.operatorId, email: session.email, name: session.name, hasPassword: session.hasPassword },
    workspaces: workspaces.map((one) => ownWorkspaceView(one, lacksSecondFactor(session))),
    csrfToken: csrfTokenOf(token),
  };
}

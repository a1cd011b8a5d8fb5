import { finishOidc, getOidcConfig, getSignInOptions, putOidcConfig, startOidc } from "@terrace/contract/api/sign-in";
import { OIDC_FLOW_MS } from "@terrace/domain/access/sign-in-policy";
import { valueOrThrow } from "../../platform/http/fault-error.ts";
import { handle, type RouteContext, type RouteHandler } from "../../platform/http/handler.ts";
import { requireFirstWorkspace, setOidc } from "./oidc-config.commands.ts";
import * as commands from "./oidc.commands.ts";
import { loadOidcConfig, type OidcConfig } from "./oidc.store.ts";
import { fromOf, keepSession } from "./session.routes.ts";
import type { SignIn } from "./sign-in.commands.ts";

export type OidcRouteDeps = commands.OidcDeps & {
  readonly sessions: SignIn;
  /** The address people use; by default the one a request came to. */
  readonly publicUrl: string | undefined;
};

const COOKIE = "terrace_oidc";
/** The page of the console that providers send browsers back to. */
const RETURN_PATH = "/sign-in/oidc";

/** Signing in by OpenID Connect, and how it is set up. */
export function createOidcRoutes(deps: OidcRouteDeps): readonly RouteHandler[] {
  return [...signingIn(deps), ...settingUp(deps)];
}

function signingIn(deps: OidcRouteDeps): readonly RouteHandler[] {
  return [
    handle(getSignInOptions, async () => {
      const config = await loadOidcConfig(deps.db);
      return { password: config?.passwordOff !== true, oidc: config?.on === true ? { label: config.label } : null };
    }),
    handle(startOidc, async ({ body }, context) => {
      deps.sessions.limitAddress(context.ip);
      const { url, browser } = valueOrThrow(await commands.beginOidc(deps, { next: body.next, redirectUri: redirectUri(deps, context) }));
      context.setHeader("set-cookie", cookieText(browser, OIDC_FLOW_MS / 1000, context.secure));
      return { url };
    }),
    handle(finishOidc, async ({ body }, context) => {
      deps.sessions.limitAddress(context.ip);
      const browser = cookieIn(context.readHeader("cookie"));
      const finished = await commands.finishOidc(deps, {
        query: body.query,
        browser,
        redirectUri: redirectUri(deps, context),
        ...fromOf(context),
      });
      const { opened, next } = valueOrThrow(finished);
      await keepSession(deps.sessions, context, opened);
      context.setHeader("set-cookie", cookieText("", 0, context.secure));
      return { next, secondFactorDue: opened.secondFactorDue };
    }),
  ];
}

function settingUp(deps: OidcRouteDeps): readonly RouteHandler[] {
  return [
    handle(getOidcConfig, async (_input, context) => {
      await requireFirstWorkspace(deps, context.workspaceId);
      return viewOf((await loadOidcConfig(deps.db)) ?? NOT_SET, redirectUri(deps, context));
    }),
    handle(putOidcConfig, async ({ body }, context) => {
      await requireFirstWorkspace(deps, context.workspaceId);
      return viewOf(valueOrThrow(await setOidc(deps, context, body)), redirectUri(deps, context));
    }),
  ];
}

const NOT_SET: OidcConfig = {
  on: false,
  label: "",
  issuer: "",
  clientId: "",
  clientSecret: null,
  allowedDomains: [],
  requireVerifiedEmail: true,
  createAccounts: false,
  defaultWorkspaceId: null,
  defaultRole: "analyst",
  groupsClaim: "groups",
  mapping: [],
  passwordOff: false,
};

function viewOf({ clientSecret, defaultWorkspaceId, mapping, allowedDomains, ...config }: OidcConfig, redirect: string) {
  return {
    ...config,
    allowedDomains: [...allowedDomains],
    defaultWorkspace: defaultWorkspaceId === null ? "" : String(defaultWorkspaceId),
    mapping: mapping.map(({ value, workspaceId, role }) => ({ value, workspace: String(workspaceId), role })),
    hasSecret: clientSecret !== null,
    redirectUri: redirect,
  };
}

/** Providers send browsers only to addresses that were registered with them, so a forged host goes nowhere. */
function redirectUri(deps: Pick<OidcRouteDeps, "publicUrl">, context: RouteContext): string {
  const base = deps.publicUrl ?? `${context.secure ? "https" : "http"}://${context.readHeader("host") ?? "localhost"}`;
  return new URL(RETURN_PATH, base).href;
}

function cookieIn(header: string | undefined): string | undefined {
  return /(?:^|;\s*)terrace_oidc=([\w-]{43})(?:;|$)/.exec(header ?? "")?.[1];
}

function cookieText(value: string, seconds: number, secure: boolean): string {
  return `${COOKIE}=${value}; Path=/api/sign-in; HttpOnly; SameSite=Lax; Max-Age=${seconds}${secure ? "; Secure" : ""}`;
}

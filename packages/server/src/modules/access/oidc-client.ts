import type { OidcClaims } from "@terrace/domain/access/oidc-rules";
import * as openid from "openid-client";
import type { Outbound } from "../../platform/outbound/outbound.ts";

/** Reaches identity providers, e.g. `outbound.fetchEvenWhenHeld`. */
export type ProviderFetch = Outbound["fetchEvenWhenHeld"];

export type ProviderAddress = { readonly issuer: string; readonly clientId: string; readonly clientSecret: string | undefined };

/** What binds an answer of the provider to the question it was asked. */
export type FlowChecks = { readonly state: string; readonly nonce: string; readonly verifier: string };

export type OidcClient = {
  /** Reads what the issuer says of itself. Throws when it cannot be reached or is none. */
  readonly discover: (address: ProviderAddress) => Promise<void>;
  /** Where to send the browser. */
  readonly authorizationUrl: (address: ProviderAddress, redirectUri: string, checks: FlowChecks) => Promise<string>;
  /** Exchanges the code the browser came back with, and checks everything that came with it. */
  readonly claims: (
    address: ProviderAddress,
    callback: { readonly url: URL; readonly groupsClaim: string },
    checks: FlowChecks,
  ) => Promise<OidcClaims>;
};

const SCOPE = "openid email profile";
const REMEMBERED_MS = 600_000;
const TIMEOUT_SECONDS = 10;
const LOOPBACK = new Set(["localhost", "127.0.0.1", "[::1]"]);

/** Issuers speak https; http is for one on this very machine. */
export function isIssuerAddress(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname, username, search, hash } = new URL(text);
  const secure = protocol === "https:" || (protocol === "http:" && LOOPBACK.has(hostname));
  return secure && username === "" && search === "" && hash === "";
}

/** Speaks OpenID Connect: authorization code with PKCE, state and nonce. What issuers say of themselves is remembered for ten minutes. */
export function createOidcClient(deps: { readonly fetch: ProviderFetch; readonly nowMs: () => number }): OidcClient {
  const remembered = new Map<string, { readonly untilMs: number; readonly configuration: openid.Configuration }>();
  const discover = async (address: ProviderAddress): Promise<openid.Configuration> => {
    const name = JSON.stringify([address.issuer, address.clientId, address.clientSecret ?? ""]);
    const known = remembered.get(name);
    if (known !== undefined && known.untilMs > deps.nowMs()) return known.configuration;
    const configuration = await load(deps.fetch, address);
    remembered.clear();
    remembered.set(name, { untilMs: deps.nowMs() + REMEMBERED_MS, configuration });
    return configuration;
  };
  return {
    discover: async (address) => {
      remembered.clear();
      await discover(address);
    },
    authorizationUrl: async (address, redirectUri, checks) => {
      const challenge = await openid.calculatePKCECodeChallenge(checks.verifier);
      return openid.buildAuthorizationUrl(await discover(address), {
        redirect_uri: redirectUri,
        scope: SCOPE,
        state: checks.state,
        nonce: checks.nonce,
        code_challenge: challenge,
        code_challenge_method: "S256",
      }).href;
    },
    claims: async (address, callback, checks) => exchange(await discover(address), callback, checks),
  };
}

async function load(fetch: ProviderFetch, address: ProviderAddress): Promise<openid.Configuration> {
  const isPlain = new URL(address.issuer).protocol === "http:";
  return openid.discovery(
    new URL(address.issuer),
    address.clientId,
    undefined,
    address.clientSecret === undefined ? openid.None() : openid.ClientSecretPost(address.clientSecret),
    {
      timeout: TIMEOUT_SECONDS,
      [openid.customFetch]: (url, { method, headers, body, signal }) =>
        fetch(url, {
          method,
          headers,
          redirect: "manual",
          ...(body === undefined || body === null ? {} : { body: textOf(body) }),
          ...(signal === undefined ? {} : { signal }),
        }),
      ...(isPlain ? { execute: [openid.allowInsecureRequests] } : {}),
    },
  );
}

function textOf(body: unknown): string {
  if (typeof body === "string") return body;
  if (body instanceof URLSearchParams) return body.toString();
  throw new Error("openid-client sends forms and texts only");
}

async function exchange(
  configuration: openid.Configuration,
  { url, groupsClaim }: { readonly url: URL; readonly groupsClaim: string },
  checks: FlowChecks,
): Promise<OidcClaims> {
  const tokens = await openid.authorizationCodeGrant(configuration, url, {
    pkceCodeVerifier: checks.verifier,
    expectedState: checks.state,
    expectedNonce: checks.nonce,
    idTokenExpected: true,
  });
  const claims = tokens.claims();
  if (claims === undefined) throw new Error("the provider sent no id token");
  // Many providers put e-mail and groups where only the token reads them.
  const hasMore = configuration.serverMetadata().userinfo_endpoint !== undefined && claims["email"] === undefined;
  const more = hasMore ? await openid.fetchUserInfo(configuration, tokens.access_token, claims.sub) : {};
  const all: Readonly<Record<string, unknown>> = { ...more, ...claims };
  const groups = groupsClaim === "" ? undefined : all[groupsClaim];
  return {
    subject: claims.sub,
    email: typeof all["email"] === "string" && all["email"].includes("@") ? all["email"].trim().toLowerCase() : undefined,
    emailVerified: all["email_verified"] === true || all["email_verified"] === "true",
    name: typeof all["name"] === "string" ? all["name"].slice(0, 80) : "",
    groups: Array.isArray(groups) ? groups.filter((group) => typeof group === "string") : typeof groups === "string" ? [groups] : [],
  };
}

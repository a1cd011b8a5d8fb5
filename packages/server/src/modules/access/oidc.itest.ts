import { openAccess, type AccessBench, type Client } from "@terrace/testkit/access-bench";
import { startOidcProvider, type ProviderAccount, type TestProvider } from "@terrace/testkit/oidc-provider";
import type { LightMyRequestResponse } from "fastify";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { readAllowList } from "../../platform/outbound/allow-list.ts";
import { guardedFetch } from "../../platform/outbound/guarded-fetch.ts";

const PUBLIC_URL = "https://terrace.example.com";
const accounts: Record<string, ProviderAccount> = {};
/** What TERRACE_OUTBOUND_ALLOW says. */
let allow = "127.0.0.1";
let provider: TestProvider;
let bench: AccessBench;
let owner: Client;

beforeAll(async () => {
  provider = await startOidcProvider(accounts, `${PUBLIC_URL}/sign-in/oidc`);
  bench = await openAccess({
    publicUrl: PUBLIC_URL,
    reachProvider: (address, request = {}) => guardedFetch(address, request, readAllowList(allow)),
  });
});
afterAll(async () => {
  await provider.close();
  await bench.close();
});
beforeEach(async () => {
  await bench.reset();
  allow = "127.0.0.1";
  Object.assign(accounts, {
    li: { email: "Li@Example.com", email_verified: true, name: "李雷", groups: ["ops"] },
    eve: { email: "eve@elsewhere.org", email_verified: true },
    mallory: { email: bench.ownerCredentials.email, email_verified: false },
  });
  owner = await bench.owner();
});

const settings = (change: object = {}) => ({
  on: true,
  label: "公司账号",
  issuer: provider.issuer,
  clientId: provider.clientId,
  clientSecret: provider.clientSecret,
  allowedDomains: ["example.com"],
  requireVerifiedEmail: true,
  createAccounts: true,
  defaultWorkspace: String(bench.workspaceId),
  defaultRole: "analyst",
  groupsClaim: "groups",
  mapping: [{ value: "ops", workspace: String(bench.workspaceId), role: "operator" }],
  passwordOff: false,
  ...change,
});
const path = (rest: string, workspace: number | string = bench.workspaceId): string => `/api/workspaces/${workspace}${rest}`;
const configure = (change: object = {}, by = owner) => by.code("PUT", path("/sign-in"), settings(change));
const cookieOf = (answer: LightMyRequestResponse, name: string): string => {
  const lines = [answer.headers["set-cookie"] ?? []].flat();
  return lines.map((line) => line.split(";", 1)[0] ?? "").find((pair) => pair.startsWith(`${name}=`)) ?? "";
};

async function begin() {
  const answer = await bench.anyone("POST", "/api/sign-in/oidc", { next: "/w/1/people" });
  expect(answer.statusCode, answer.body).toBe(200);
  return { url: answer.json<{ url: string }>().url, browser: cookieOf(answer, "terrace_oidc") };
}

const finish = (query: string, cookie: string) => bench.anyone("POST", "/api/sign-in/oidc/finish", { query }, { cookie });

async function signInAs(login: string): Promise<LightMyRequestResponse> {
  const { url, browser } = await begin();
  return finish(await provider.signIn(url, login), browser);
}

async function sessionOf(answer: LightMyRequestResponse) {
  expect(answer.statusCode, answer.body).toBe(200);
  const cookie = cookieOf(answer, "terrace_session");
  const session = (await bench.anyone("GET", "/api/session", undefined, { cookie })).json<{
    operator: { id: string; email: string; name: string };
    workspaces: { role: string }[];
    csrfToken: string;
  }>();
  return { ...session, cookie };
}

test("someone new comes in with the role of their group, and is known by their account afterwards", async () => {
  expect(await configure()).toBe("");
  expect((await bench.anyone("GET", "/api/sign-in")).json()).toEqual({ password: true, oidc: { label: "公司账号" } });
  const { url } = await begin();
  expect(Object.fromEntries(new URL(url).searchParams)).toMatchObject({
    response_type: "code",
    code_challenge_method: "S256",
    redirect_uri: `${PUBLIC_URL}/sign-in/oidc`,
    nonce: expect.stringMatching(/^[\w-]{43}$/),
  });
  const first = await signInAs("li");
  expect(first.json()).toEqual({ next: "/w/1/people", secondFactorDue: false });
  const session = await sessionOf(first);
  expect(session).toMatchObject({ operator: { email: "li@example.com", name: "李雷" }, workspaces: [{ role: "operator" }] });
  // Another e-mail and other groups at the provider: the same operator, and the role stays what it was.
  accounts["li"] = { email: "li.new@example.com", email_verified: false, groups: [] };
  expect(await sessionOf(await signInAs("li"))).toMatchObject({
    operator: { id: session.operator.id },
    workspaces: [{ role: "operator" }],
  });
  expect(await bench.textOf("oidc_config")).not.toContain(provider.clientSecret);
  const shown = await owner.call("GET", path("/sign-in"));
  expect(shown.body).not.toContain(provider.clientSecret);
  expect(shown.json()).toMatchObject({ hasSecret: true, redirectUri: `${PUBLIC_URL}/sign-in/oidc` });
});

test("an answer counts once, in the browser that asked, for the question that was asked", async () => {
  await configure();
  const { url, browser } = await begin();
  const query = await provider.signIn(url, "li");
  const other = await begin();
  const refused = async (given: string, cookie: string) => bench.codeOf(await finish(given, cookie));
  expect(await refused(query, other.browser)).toBe("oidc.refused");
  expect(await refused(query, "")).toBe("oidc.refused");
  expect((await finish(query, browser)).statusCode).toBe(200);
  expect(await refused(query, browser)).toBe("oidc.refused");
  // A code of one sign-in under the state of another.
  const third = await begin();
  const mixed = new URLSearchParams(await provider.signIn(third.url, "li"));
  mixed.set("state", new URL(other.url).searchParams.get("state") ?? "");
  expect(await refused(mixed.toString(), other.browser)).toBe("oidc.refused");
  const late = await begin();
  const lateQuery = await provider.signIn(late.url, "li");
  bench.pass(600_001);
  expect(await refused(lateQuery, late.browser)).toBe("oidc.refused");
});

test("strangers, unverified e-mails and people shut out stay outside", async () => {
  await configure();
  expect(bench.codeOf(await signInAs("eve"))).toBe("oidc.not_invited");
  expect(bench.codeOf(await signInAs("mallory"))).toBe("oidc.not_invited");
  await configure({ createAccounts: false });
  expect(bench.codeOf(await signInAs("li"))).toBe("oidc.not_invited");
  await configure();
  const { operator, cookie } = await sessionOf(await signInAs("li"));
  await owner.ok("PUT", path("/provisioning/members/e1"), { email: "li@example.com", role: "operator", active: false });
  expect(bench.codeOf(await bench.anyone("GET", "/api/session", undefined, { cookie }))).toBe("session.missing");
  expect(bench.codeOf(await signInAs("li"))).toBe("oidc.not_invited");
  expect(operator.email).toBe("li@example.com");
});

test("it is set by owners in the first workspace, checked as it is set, and reached only where that is allowed", async () => {
  for (const [change, code] of [
    [{ issuer: "http://login.example.com" }, "request.invalid"],
    [{ issuer: "ftp://127.0.0.1" }, "request.invalid"],
    [{ clientId: "" }, "request.invalid"],
    [{ allowedDomains: [] }, "request.invalid"],
    [{ mapping: [{ value: "x", workspace: "1", role: "owner" }] }, "role.not_allowed"],
    [{ mapping: [{ value: "x", workspace: "999", role: "admin" }] }, "workspace.not_found"],
    [{ defaultRole: "custom:9" }, "role.not_found"],
    [{ issuer: "http://127.0.0.1:1" }, "oidc.unreachable"],
  ] as const)
    expect(await configure(change), JSON.stringify(change)).toBe(code);
  allow = "";
  expect(await configure()).toBe("oidc.unreachable");
  allow = "127.0.0.1";
  const admin = await bench.member(owner, "admin");
  expect(await configure({}, admin)).toBe("role.not_allowed");
  const second = (await owner.ok<{ id: string }>("POST", "/api/workspaces", { name: "Second" })).id;
  expect(await owner.code("GET", path("/sign-in", second))).toBe("sign_in.first_workspace");
  expect(bench.codeOf(await bench.anyone("POST", "/api/sign-in/oidc", {}))).toBe("oidc.off");
});

test("passwords go off only by who came in without one, and a link made on the server still opens", async () => {
  await configure();
  expect(await configure({ passwordOff: true })).toBe("oidc.prove_first");
  accounts["boss"] = { email: bench.ownerCredentials.email, email_verified: true };
  const { cookie, csrfToken } = await sessionOf(await signInAs("boss"));
  const answer = await bench.anyone("PUT", path("/sign-in"), settings({ passwordOff: true }), { cookie, "x-terrace-csrf": csrfToken });
  expect(answer.statusCode, answer.body).toBe(200);
  expect((await bench.anyone("GET", "/api/sign-in")).json()).toMatchObject({ password: false });
  expect(bench.codeOf(await bench.anyone("POST", "/api/session", bench.ownerCredentials))).toBe("sign_in.password_off");
  const link = await bench.access.renewSignIn({ breakGlass: true });
  if (!link.ok) throw new Error(link.fault.code);
  const way = await bench.client({ token: bench.tokenIn(link.value.path) });
  expect(await way.code("PUT", path("/sign-in"), settings({ on: false }))).toBe("");
  expect((await bench.anyone("POST", "/api/session", bench.ownerCredentials)).statusCode).toBe(200);
});

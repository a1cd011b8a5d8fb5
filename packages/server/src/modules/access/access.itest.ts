import { allRoutes } from "@terrace/contract/api/all-routes";
import type { RouteContract } from "@terrace/contract/route";
import {
  PERMISSIONS,
  SCOPES_BY_NAME_ONLY,
  ROLE_PERMISSIONS,
  ROLES,
  roleAllows,
  type Permission,
  type Role,
} from "@terrace/domain/access/permissions";
import type { RoleKey } from "@terrace/domain/access/roles";
import { payloadCipher } from "@terrace/testkit/payload-cipher";
import { startStateEngine, type TestStateEngine } from "@terrace/testkit/state-engine";
import type { FastifyInstance, LightMyRequestResponse } from "fastify";
import { randomBytes } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { createHttpServer } from "../../platform/http/http-server.ts";
import { registerRoutes } from "../../platform/http/register-routes.ts";
import { inTransaction } from "../../platform/storage/postgres.ts";
import { createAccessModule, type AccessModule } from "./module.ts";

const QUIET = { info: () => undefined, warn: () => undefined, error: () => undefined };
const OWNER = { email: "owner@example.com", password: "correct horse battery" };
const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;
const contracts: readonly RouteContract[] = allRoutes;

let engine: TestStateEngine;
let access: AccessModule;
let server: FastifyInstance;
let workspaceId = 0;
let nowMs = 0;
let addresses = 0;

beforeAll(async () => {
  engine = await startStateEngine();
});
afterAll(() => engine.stop());

beforeEach(async () => {
  await forgetEverything();
  nowMs = Date.parse("2026-03-01T08:00:00Z") + 40 * DAY_MS * addresses;
  addresses += 1;
  access = createModule();
  server = await serverOf(access);
  const first = await access.bootstrapAccess({
    workspaceName: "Shop",
    initOwner: `${OWNER.email}:${OWNER.password}`,
    initSecretKey: `secret-key-${addresses}`,
  });
  workspaceId = first.workspaceId;
});

/** Only whoever may alter the table can empty the audit log. */
async function forgetEverything(): Promise<void> {
  await engine.db`alter table audit_entry disable trigger audit_entry_append_only`;
  await engine.db`alter table audit_chain disable trigger audit_chain_append_only`;
  await engine.db`truncate workspace, operator, member, session, sign_in_token, sign_in_attempt, api_key, audit_entry, audit_chain, oidc_config, oidc_flow restart identity cascade`;
  await engine.db`alter table audit_entry enable always trigger audit_entry_append_only`;
  await engine.db`alter table audit_chain enable always trigger audit_chain_append_only`;
}

function createModule(): AccessModule {
  return createAccessModule({ db: engine.db, nowMs: () => nowMs, randomBytes, log: QUIET, cipher: payloadCipher(7) });
}

/** The real routes of access, and stand-ins for everyone else's: what is tested is the door, not the room. */
async function serverOf(module: AccessModule): Promise<FastifyInstance> {
  const built = createHttpServer({ log: QUIET, nowMs: () => nowMs, randomId: () => "request-id", trustProxy: 1 });
  const real = new Set(module.routes.map(({ contract }) => contract.id));
  const stubs = contracts.filter(({ id }) => !real.has(id)).map((contract) => ({ contract, run: async () => ({ stub: true }) }));
  const { authorise, noteClear } = module;
  registerRoutes(built, module.routes, { authorise, noteClear, nowMs: () => nowMs, checkResponses: true, apiPerSecond: 10_000 });
  registerRoutes(built, stubs, { authorise, noteClear, nowMs: () => nowMs, apiPerSecond: 10_000 });
  await built.ready();
  return built;
}

type Client = {
  readonly call: (method: string, url: string, body?: unknown, headers?: Record<string, string>) => Promise<LightMyRequestResponse>;
  readonly csrf: string;
  readonly cookie: string;
};

async function signIn(credentials: object, ip = `10.0.0.${addresses}`): Promise<LightMyRequestResponse> {
  return server.inject({ method: "POST", url: "/api/session", payload: credentials, headers: { "x-forwarded-for": ip } });
}

async function clientOf(credentials: object): Promise<Client> {
  const answer = await signIn(credentials);
  expect(answer.statusCode, answer.body).toBe(200);
  const cookie = String(answer.headers["set-cookie"]).split(";", 1)[0] ?? "";
  const csrf = answer.json<{ csrfToken: string }>().csrfToken;
  return {
    cookie,
    csrf,
    call: (method, url, body, headers = {}) => request(method, url, body, { cookie, "x-terrace-csrf": csrf, ...headers }),
  };
}

async function request(method: string, url: string, body: unknown, headers: Record<string, string>): Promise<LightMyRequestResponse> {
  return server.inject({
    method: method as "GET",
    url,
    headers: { ...headers, ...(body === undefined ? {} : { "content-type": "application/json" }) },
    ...(body === undefined ? {} : { payload: JSON.stringify(body) }),
  });
}

const ofWorkspace = (rest: string, id: number | string = workspaceId): string => `/api/workspaces/${id}${rest}`;
const ownerClient = (): Promise<Client> => clientOf(OWNER);
const tokenIn = (path: string): string => new URL(path, "http://x").searchParams.get("token") ?? "";
const codeOf = (answer: LightMyRequestResponse): string => answer.json<{ error: { code: string } }>().error.code;

/** Adds a member and signs them in by the link the owner hands over. */
async function memberClient(
  owner: Client,
  role: RoleKey,
  email = `${role.replace(":", "-")}@example.com`,
): Promise<Client & { readonly operatorId: string }> {
  const answer = await owner.call("POST", ofWorkspace("/members"), { email, role });
  expect(answer.statusCode, answer.body).toBe(200);
  const { member, signInPath } = answer.json<{ member: { operatorId: string }; signInPath: string }>();
  return { ...(await clientOf({ token: tokenIn(signInPath) })), operatorId: member.operatorId };
}

async function keyOf(
  owner: Client,
  kind: "write" | "secret",
  scopes: readonly Permission[] = [],
): Promise<{ readonly id: string; readonly secret: string; readonly scopes: readonly string[] }> {
  const answer = await owner.call("POST", ofWorkspace("/keys"), { kind, name: `a ${kind} key`, scopes });
  expect(answer.statusCode, answer.body).toBe(200);
  const { key, secret } = answer.json<{ key: { id: string; scopes: string[] }; secret: string }>();
  return { id: key.id, secret, scopes: key.scopes };
}

describe("the permission table", () => {
  /** A call of the route that goes as far as its door; what lies behind may find the input wanting. */
  const urlOf = ({ path }: RouteContract): string => path.replace(":workspace", String(workspaceId)).replaceAll(/:\w+/g, "1");
  const passes = (answer: LightMyRequestResponse): boolean => {
    if (answer.statusCode !== 401 && answer.statusCode !== 403) return true;
    // Inside, an admin is still refused what concerns owners; the door names the permission that is missing.
    const { code, details } = answer.json<{ error: { code: string; details?: { permission?: string } } }>().error;
    return code === "role.not_allowed" && details?.permission === undefined;
  };
  const guarded = contracts.filter(
    (contract): contract is RouteContract & { readonly access: Permission } =>
      contract.access !== "public" && contract.access !== "session",
  );
  /** Nothing that would end the session or the membership under test. */
  const harmless = (contract: RouteContract): boolean => !["signOut", "removeMember", "changeMemberRole"].includes(contract.id);

  test("holds for every route and every role", async () => {
    const owner = await ownerClient();
    const clients = new Map<Role, Client>([["owner", owner]]);
    for (const role of ROLES.slice(1)) clients.set(role, await memberClient(owner, role));
    for (const [role, client] of clients) {
      for (const contract of guarded.filter((contract) => harmless(contract) || !roleAllows(role, contract.access))) {
        const answer = await client.call(contract.method, urlOf(contract), contract.method === "GET" ? undefined : {});
        expect(passes(answer), `${role} ${contract.id}: ${answer.body}`).toBe(roleAllows(role, contract.access));
        if (!passes(answer)) expect(codeOf(answer)).toBe("role.not_allowed");
      }
    }
  });

  test("holds for every route and every scope of a key", async () => {
    const owner = await ownerClient();
    for (const scope of PERMISSIONS) {
      const { secret } = await keyOf(owner, "secret", [scope]);
      for (const contract of guarded.filter((contract) => harmless(contract) || contract.access !== scope)) {
        const answer = await request(contract.method, urlOf(contract), contract.method === "GET" ? undefined : {}, {
          authorization: `Bearer ${secret}`,
        });
        expect(passes(answer), `${scope} ${contract.id}: ${answer.body}`).toBe(contract.access === scope);
        if (!passes(answer)) expect(codeOf(answer)).toBe("key.scope_missing");
      }
    }
  });

  test("lets strangers through public routes only, and keys not into sessions", async () => {
    const { secret } = await keyOf(await ownerClient(), "secret");
    for (const contract of contracts.filter((contract) => contract.access !== "public")) {
      const answer = await request(contract.method, urlOf(contract), contract.method === "GET" ? undefined : {}, {});
      expect([answer.statusCode, codeOf(answer)], contract.id).toEqual([401, "session.missing"]);
    }
    for (const contract of contracts.filter((contract) => contract.access === "session")) {
      expect(
        codeOf(
          await request(contract.method, urlOf(contract), contract.method === "GET" ? undefined : {}, {
            authorization: `Bearer ${secret}`,
          }),
        ),
        contract.id,
      ).toBe("session.missing");
    }
  });
});

describe("signing in", () => {
  test("opens a session in a cookie that scripts cannot read", async () => {
    const answer = await signIn({ email: " Owner@Example.com ", password: OWNER.password });
    expect(answer.json()).toMatchObject({
      operator: { email: OWNER.email, hasPassword: true },
      workspaces: [{ name: "Shop", role: "owner" }],
    });
    expect(answer.headers["set-cookie"]).toMatch(/^terrace_session=[\w-]{43}; Path=\/; HttpOnly; SameSite=Lax; Max-Age=604800$/);
    const secure = await server.inject({ method: "POST", url: "/api/session", payload: OWNER, headers: { "x-forwarded-proto": "https" } });
    expect(secure.headers["set-cookie"]).toMatch(/^__Host-terrace_session=[\w-]{43}; Path=\/; .*; Secure$/);
    // Over https only the guarded name counts: another host of the domain could have set the plain one.
    const token = /terrace_session=([\w-]+)/.exec(String(secure.headers["set-cookie"]))?.[1] ?? "";
    const statusOf = async (cookie: string, proto: string) =>
      (await request("GET", "/api/session", undefined, { cookie, "x-forwarded-proto": proto })).statusCode;
    expect(await statusOf(`__Host-terrace_session=${token}`, "https")).toBe(200);
    expect(await statusOf(`terrace_session=${token}`, "https")).toBe(401);
    const rows = await engine.db<{ row: string }[]>`select session::text as row from session`;
    expect(rows.map(({ row }) => row).join()).not.toContain(/terrace_session=([\w-]+)/.exec(String(answer.headers["set-cookie"]))?.[1]);
  });

  test("is refused alike for a wrong password and an unknown e-mail, in similar time", async () => {
    const timed = async (credentials: object) => {
      const started = performance.now();
      const answer = await signIn(credentials, `10.1.${addresses}.${Math.floor(Math.random() * 250)}`);
      return { ms: performance.now() - started, status: answer.statusCode, body: answer.body };
    };
    await timed({ email: OWNER.email, password: "warm up the hash" });
    const wrong: number[] = [];
    const unknown: number[] = [];
    for (let round = 0; round < 4; round += 1) {
      const a = await timed({ email: OWNER.email, password: "not the password" });
      const b = await timed({ email: `nobody${round}@example.com`, password: "not the password" });
      expect({ ...b, ms: 0 }).toEqual({ ...a, ms: 0 });
      expect(a.status).toBe(401);
      wrong.push(a.ms);
      unknown.push(b.ms);
    }
    // The password hash dominates both; without it the unknown e-mail would take a tenth.
    expect(Math.min(...unknown)).toBeGreaterThan(Math.min(...wrong) / 3);
  });

  test("ten failures lock the account for 15 minutes, known or not, also when they come at once", async () => {
    for (const email of [OWNER.email, "nobody@example.com"]) {
      const tries = await Promise.all(Array.from({ length: 15 }, (_, index) => signIn({ email, password: "wrong" }, `10.2.0.${index}`)));
      expect(tries.filter(({ statusCode }) => statusCode === 401)).toHaveLength(10);
      expect(tries.filter(({ statusCode }) => statusCode === 429)).toHaveLength(5);
    }
    const locked = await signIn(OWNER);
    expect([locked.statusCode, codeOf(locked)]).toEqual([429, "sign_in.locked"]);
    expect(Number(locked.headers["retry-after"])).toBe(900);
    nowMs += 15 * MINUTE_MS + 1;
    expect((await signIn(OWNER)).statusCode).toBe(200);
  });

  test("a success forgets the failures before it, and so does a quiet quarter of an hour", async () => {
    const fail = async (times: number, net: number) => {
      for (let index = 0; index < times; index += 1)
        expect((await signIn({ email: OWNER.email, password: "wrong" }, `10.3.${net}.${index}`)).statusCode).toBe(401);
    };
    await fail(9, 1);
    expect((await signIn(OWNER)).statusCode).toBe(200);
    await fail(9, 2);
    nowMs += 15 * MINUTE_MS + 1;
    await fail(9, 3);
    expect((await signIn(OWNER)).statusCode).toBe(200);
  });

  test("one address may not try for ever", async () => {
    const tries = [];
    for (let index = 0; index < 25; index += 1) tries.push((await signIn({ token: `unknown-${index}` }, "10.9.9.9")).statusCode);
    expect(tries.slice(0, 20)).toEqual(Array.from({ length: 20 }, () => 401));
    expect(tries.slice(20)).toEqual(Array.from({ length: 5 }, () => 429));
    nowMs += 5000;
    expect((await signIn({ token: "unknown" }, "10.9.9.9")).statusCode).toBe(401);
  });

  test("by a one-time link works once, within 24 hours", async () => {
    const path = await access.createOneTimeSignIn();
    expect(path).toMatch(/^\/sign-in\?token=[\w-]{43}$/);
    const answers = await Promise.all([signIn({ token: tokenIn(path) }), signIn({ token: tokenIn(path) })]);
    expect(answers.map(({ statusCode }) => statusCode).toSorted()).toEqual([200, 401]);
    const late = await access.createOneTimeSignIn();
    nowMs += DAY_MS + 1;
    expect(codeOf(await signIn({ token: tokenIn(late) }))).toBe("sign_in.token_used");
    const [stored] = await engine.db<{ text: string }[]>`select string_agg(sign_in_token::text, ',') as text from sign_in_token`;
    expect(stored?.text).not.toContain(tokenIn(late));
  });

  test("signing in again in one browser ends the session before", async () => {
    const first = await ownerClient();
    await request("POST", "/api/session", OWNER, { cookie: first.cookie });
    expect((await first.call("GET", "/api/session")).statusCode).toBe(401);
  });
});

describe("sessions", () => {
  test("end after 7 days without use; use moves the end, but not past 30 days", async () => {
    const [client, idle] = [await ownerClient(), await ownerClient()];
    for (let day = 0; day < 28; day += 7) {
      nowMs += 7 * DAY_MS - 1;
      const answer = await client.call("GET", "/api/session");
      expect(answer.statusCode).toBe(200);
      expect(answer.headers["set-cookie"]).toContain("Max-Age=604800");
      if (day === 0) expect((await idle.call("GET", "/api/session")).statusCode).toBe(200);
      if (day === 14) expect((await idle.call("GET", "/api/session")).statusCode).toBe(401);
    }
    nowMs += 2 * DAY_MS + 4;
    expect((await client.call("GET", "/api/session")).statusCode).toBe(401);
    await access.sweep();
    expect((await engine.db`select from session`).count).toBe(0);
  });

  test("end by signing out, everywhere but here by a new password", async () => {
    const [here, there, gone] = [await ownerClient(), await ownerClient(), await ownerClient()];
    const out = await gone.call("DELETE", "/api/session");
    expect(out.headers["set-cookie"]).toMatch(/^terrace_session=; .*Max-Age=0/);
    expect(out.headers["clear-site-data"]).toBe('"cache"');
    expect((await gone.call("GET", "/api/session")).statusCode).toBe(401);
    const link = await access.createOneTimeSignIn();
    expect(codeOf(await here.call("PUT", "/api/session/password", { next: "a new long password" }))).toBe("password.wrong");
    expect(codeOf(await here.call("PUT", "/api/session/password", { current: "wrong", next: "a new long password" }))).toBe(
      "password.wrong",
    );
    expect((await here.call("PUT", "/api/session/password", { current: OWNER.password, next: "a new long password" })).statusCode).toBe(
      200,
    );
    expect((await here.call("GET", "/api/session")).statusCode).toBe(200);
    expect((await there.call("GET", "/api/session")).statusCode).toBe(401);
    expect((await signIn({ token: tokenIn(link) })).statusCode).toBe(401);
    expect((await signIn(OWNER)).statusCode).toBe(401);
    expect((await signIn({ ...OWNER, password: "a new long password" })).statusCode).toBe(200);
  });

  test("opened by a link may set the first password, once", async () => {
    const client = await memberClient(await ownerClient(), "support");
    expect((await client.call("GET", "/api/session")).json()).toMatchObject({ operator: { hasPassword: false } });
    expect(codeOf(await client.call("PUT", "/api/session/password", { next: "short" }))).toBe("request.invalid");
    expect(codeOf(await client.call("PUT", "/api/session/password", { next: "password2024" }))).toBe("password.guessable");
    expect((await client.call("PUT", "/api/session/password", { next: "first long password" })).statusCode).toBe(200);
    expect(codeOf(await client.call("PUT", "/api/session/password", { next: "second long password" }))).toBe("password.wrong");
    const [row] = await engine.db<{ hash: string }[]>`select password_hash as hash from operator where email = 'support@example.com'`;
    expect(row?.hash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
  });

  test("let operators change their name, and the e-mail with their password", async () => {
    const owner = await ownerClient();
    expect((await owner.call("PATCH", "/api/session", { name: "李店长" })).json()).toMatchObject({
      operator: { name: "李店长", email: OWNER.email },
    });
    expect(codeOf(await owner.call("PATCH", "/api/session", { email: "New@Example.com" }))).toBe("password.wrong");
    expect((await owner.call("PATCH", "/api/session", { email: "New@Example.com", password: OWNER.password })).json()).toMatchObject({
      operator: { email: "new@example.com" },
    });
    await memberClient(owner, "analyst");
    expect(codeOf(await owner.call("PATCH", "/api/session", { email: "analyst@example.com", password: OWNER.password }))).toBe(
      "operator.email_taken",
    );
  });

  test("change nothing without the CSRF token, nor for another site", async () => {
    const owner = await ownerClient();
    const other = await ownerClient();
    for (const token of ["", "wrong", other.csrf]) {
      expect(codeOf(await owner.call("PATCH", ofWorkspace(""), { name: "Stolen" }, { "x-terrace-csrf": token }))).toBe("session.csrf");
    }
    expect(codeOf(await request("DELETE", "/api/session", undefined, { cookie: owner.cookie }))).toBe("session.csrf");
    expect((await owner.call("GET", ofWorkspace("/members"), undefined, { "x-terrace-csrf": "" })).statusCode).toBe(200);
    expect(codeOf(await request("POST", "/api/session", OWNER, { "sec-fetch-site": "cross-site" }))).toBe("session.csrf");
  });
});

describe("members", () => {
  test("owners are made, changed and removed by owners only, and one always stays", async () => {
    const owner = await ownerClient();
    const admin = await memberClient(owner, "admin");
    const ownerId = (await owner.call("GET", "/api/session")).json<{ operator: { id: string } }>().operator.id;
    expect(codeOf(await admin.call("POST", ofWorkspace("/members"), { email: "x@example.com", role: "owner" }))).toBe("role.not_allowed");
    expect(codeOf(await admin.call("PATCH", ofWorkspace(`/members/${admin.operatorId}`), { role: "owner" }))).toBe("role.not_allowed");
    expect(codeOf(await admin.call("PATCH", ofWorkspace(`/members/${ownerId}`), { role: "support" }))).toBe("role.not_allowed");
    expect(codeOf(await admin.call("DELETE", ofWorkspace(`/members/${ownerId}`)))).toBe("role.not_allowed");
    expect(codeOf(await admin.call("POST", ofWorkspace(`/members/${ownerId}/sign-in-link`)))).toBe("role.not_allowed");
    expect(codeOf(await owner.call("DELETE", ofWorkspace(`/members/${ownerId}`)))).toBe("member.last_owner");
    expect(codeOf(await owner.call("PATCH", ofWorkspace(`/members/${ownerId}`), { role: "admin" }))).toBe("member.last_owner");
    expect((await owner.call("PATCH", ofWorkspace(`/members/${admin.operatorId}`), { role: "owner" })).json()).toMatchObject({
      role: "owner",
    });
    // Both leave at the same time: one of them must stay.
    const left = await Promise.all([
      owner.call("DELETE", ofWorkspace(`/members/${ownerId}`)),
      admin.call("DELETE", ofWorkspace(`/members/${admin.operatorId}`)),
    ]);
    expect(left.map(({ statusCode }) => statusCode).toSorted()).toEqual([200, 409]);
  });

  test("a key with members:manage hands out what it holds itself, and no more", async () => {
    const { secret } = await keyOf(await ownerClient(), "secret", ["members:manage", ...ROLE_PERMISSIONS.analyst]);
    const call = (body: object) => request("POST", "/api/workspaces/current/members", body, { authorization: `Bearer ${secret}` });
    expect((await call({ email: "a@example.com", role: "analyst" })).statusCode).toBe(200);
    expect(codeOf(await call({ email: "b@example.com", role: "admin" }))).toBe("role.beyond_own");
    expect(codeOf(await call({ email: "b@example.com", role: "owner" }))).toBe("role.not_allowed");
  });

  test("lose what they may at once", async () => {
    const owner = await ownerClient();
    const member = await memberClient(owner, "operator");
    expect((await member.call("GET", ofWorkspace("/quarantine"))).statusCode).toBe(200);
    await owner.call("PATCH", ofWorkspace(`/members/${member.operatorId}`), { role: "support" });
    expect(codeOf(await member.call("GET", ofWorkspace("/quarantine")))).toBe("role.not_allowed");
    await owner.call("DELETE", ofWorkspace(`/members/${member.operatorId}`));
    expect(codeOf(await member.call("GET", ofWorkspace("/people")))).toBe("session.missing");
    expect(codeOf(await member.call("GET", "/api/session"))).toBe("session.missing");
  });

  test("repeats and strangers are told apart", async () => {
    const owner = await ownerClient();
    await memberClient(owner, "analyst");
    expect(codeOf(await owner.call("POST", ofWorkspace("/members"), { email: "ANALYST@example.com", role: "support" }))).toBe(
      "member.exists",
    );
    for (const id of ["999", "0", "abc", "99999999999999999999"])
      expect(codeOf(await owner.call("DELETE", ofWorkspace(`/members/${id}`))), id).toBe("member.not_found");
    expect(
      (await owner.call("GET", ofWorkspace("/members")))
        .json<{ items: { email: string; lastSeenAt: string | null }[] }>()
        .items.map(({ email }) => email),
    ).toEqual([OWNER.email, "analyst@example.com"]);
  });

  test("a link is never a way into another workspace", async () => {
    const owner = await ownerClient();
    const member = await owner.call("POST", ofWorkspace("/members"), { email: "both@example.com", role: "admin" });
    const {
      member: { operatorId },
      signInPath,
    } = member.json<{ member: { operatorId: string }; signInPath: string }>();
    const second = (await owner.call("POST", "/api/workspaces", { name: "Second" })).json<{ id: string }>().id;
    const added = await owner.call("POST", ofWorkspace("/members", second), { email: "both@example.com", role: "admin" });
    expect(added.json()).toMatchObject({ signInPath: "/sign-in" });
    // The link of the first workspace was made before; it must not open the second one.
    expect((await signIn({ token: tokenIn(signInPath) })).statusCode).toBe(401);
    expect(codeOf(await owner.call("POST", ofWorkspace(`/members/${operatorId}/sign-in-link`)))).toBe("member.elsewhere");
    await owner.call("DELETE", ofWorkspace(`/members/${operatorId}`, second));
    const renewed = (await owner.call("POST", ofWorkspace(`/members/${operatorId}/sign-in-link`))).json<{ signInPath: string }>();
    expect((await signIn({ token: tokenIn(renewed.signInPath) })).statusCode).toBe(200);
  });
});

describe("workspaces", () => {
  test("are invisible to those who do not work there", async () => {
    const owner = await ownerClient();
    const other = await access.createWorkspace({ name: "Other", timeZone: "Asia/Shanghai", currency: "CNY", label: "" });
    const { secret } = await keyOf(owner, "secret");
    for (const id of [String(other), "999999", "0", "-1", "abc", "1e3", "99999999999"]) {
      const asOperator = await owner.call("GET", ofWorkspace("/people", id));
      expect([asOperator.statusCode, codeOf(asOperator)], id).toEqual([404, "workspace.not_found"]);
      const asKey = await request("GET", ofWorkspace("/people", id), undefined, { authorization: `Bearer ${secret}` });
      expect([asKey.statusCode, codeOf(asKey)], id).toEqual([404, "workspace.not_found"]);
    }
    expect(codeOf(await owner.call("GET", "/api/workspaces/current/people"))).toBe("workspace.not_found");
    for (const own of ["current", String(workspaceId)])
      expect((await request("GET", ofWorkspace("/people", own), undefined, { authorization: `Bearer ${secret}` })).statusCode).toBe(200);
  });

  test("keep their members, keys and audit to themselves", async () => {
    const owner = await ownerClient();
    const second = (await owner.call("POST", "/api/workspaces", { name: "Second", timeZone: "Europe/London", currency: "gbp" })).json<{
      id: string;
    }>();
    expect(second).toMatchObject({ timeZone: "Europe/London", currency: "GBP", role: "owner" });
    const { id } = await keyOf(owner, "write");
    expect((await owner.call("GET", ofWorkspace("/keys", second.id))).json()).toEqual({ items: [] });
    expect(codeOf(await owner.call("DELETE", ofWorkspace(`/keys/${id}`, second.id)))).toBe("key.not_found");
    const audit = (await owner.call("GET", ofWorkspace("/audit", second.id))).json<{ items: { action: string }[] }>();
    expect(audit.items.map(({ action }) => action)).toEqual(["workspace.create"]);
  });

  test("change their settings, which are checked", async () => {
    const owner = await ownerClient();
    expect(await access.workspace(workspaceId)).toMatchObject({ timeZone: "Asia/Shanghai" });
    expect((await owner.call("PATCH", ofWorkspace(""), { name: "叠翠茶铺", timeZone: "Asia/Tokyo" })).json()).toEqual({
      id: String(workspaceId),
      name: "叠翠茶铺",
      timeZone: "Asia/Tokyo",
      currency: "CNY",
      label: "",
    });
    expect(await access.workspace(workspaceId)).toMatchObject({ name: "叠翠茶铺", timeZone: "Asia/Tokyo" });
    for (const [body, field] of [
      [{ timeZone: "Mars/Olympus" }, "timeZone"],
      [{ timeZone: "+08:00" }, "timeZone"],
      [{ currency: "ZZZ" }, "currency"],
      [{ name: "  " }, "name"],
    ] as const) {
      expect((await owner.call("PATCH", ofWorkspace(""), body)).json(), field).toMatchObject({ error: { code: "request.invalid", field } });
    }
    expect(await access.workspace(424_242)).toBeNull();
  });
});

describe("keys", () => {
  test("are shown once, hashed, hinted at, and listed without their text", async () => {
    const owner = await ownerClient();
    const write = await keyOf(owner, "write");
    const secret = await keyOf(owner, "secret");
    expect(write.secret).toMatch(/^tw_[A-Za-z0-9]{32}$/);
    expect(secret.secret).toMatch(/^ts_[A-Za-z0-9]{32}$/);
    expect(secret.scopes).toEqual(PERMISSIONS.filter((scope) => !SCOPES_BY_NAME_ONLY.has(scope)));
    // Scopes under another name are refused: without any the key would be one for everything.
    const misnamed = { kind: "secret", name: "k", permissions: ["events:read"] };
    expect(codeOf(await owner.call("POST", ofWorkspace("/keys"), misnamed))).toBe("request.invalid");
    const listed = (await owner.call("GET", ofWorkspace("/keys"))).body;
    const [stored] = await engine.db<{ text: string }[]>`select string_agg(api_key::text, ',') as text from api_key`;
    const [logged] = await engine.db<{ text: string }[]>`select string_agg(audit_entry::text, ',') as text from audit_entry`;
    for (const { secret: text } of [write, secret]) {
      expect(listed).toContain(`${text.slice(0, 7)}…${text.slice(-4)}`);
      for (const place of [listed, stored?.text ?? "", logged?.text ?? ""]) expect(place).not.toContain(text);
    }
  });

  test("open their own workspace, as Bearer or as the user of Basic", async () => {
    const { secret } = await keyOf(await ownerClient(), "secret", ["people:read"]);
    for (const authorization of [`Bearer ${secret}`, `bearer  ${secret}`, `Basic ${Buffer.from(`${secret}:`).toString("base64")}`]) {
      expect((await request("GET", "/api/workspaces/current/people", undefined, { authorization })).statusCode, authorization).toBe(200);
    }
    for (const [authorization, code] of [
      ["Bearer", "key.missing"],
      ["Digest x", "key.missing"],
      ["Basic Og==", "key.missing"],
      ["Bearer nonsense", "key.unknown"],
      [`Bearer ${"x".repeat(5000)}`, "key.unknown"],
    ] as const) {
      const answer = await request("GET", "/api/workspaces/current/people", undefined, { authorization });
      expect([answer.statusCode, codeOf(answer)], authorization.slice(0, 20)).toEqual([401, code]);
    }
  });

  test("of one kind do not serve as the other", async () => {
    const owner = await ownerClient();
    const [write, secret] = [await keyOf(owner, "write"), await keyOf(owner, "secret")];
    expect(await access.findWriteKey(write.secret)).toMatchObject({ workspaceId, keyId: write.id });
    expect(await access.findWriteKey(secret.secret)).toBeNull();
    expect(await access.authenticateSecretKey(write.secret)).toBeNull();
    expect(
      (await request("GET", "/api/workspaces/current/people", undefined, { authorization: `Bearer ${write.secret}` })).json(),
    ).toMatchObject({ error: { code: "key.unknown", mend: expect.stringContaining("write key") } });
    for (const text of ["", "x", "x".repeat(10_000), "\u0000"]) expect(await access.findWriteKey(text).catch(() => null)).toBeNull();
  });

  test("revoked are refused at once here and within 5 s in every other process", async () => {
    const owner = await ownerClient();
    const { id, secret } = await keyOf(owner, "write");
    const elsewhere = createModule();
    expect(await elsewhere.findWriteKey(secret)).not.toBeNull();
    expect(await access.findWriteKey(secret)).not.toBeNull();
    for (let times = 0; times < 2; times += 1)
      expect((await owner.call("DELETE", ofWorkspace(`/keys/${id}`))).json()).toEqual({ done: true });
    expect(await access.findWriteKey(secret)).toBeNull();
    expect(await elsewhere.findWriteKey(secret)).not.toBeNull();
    nowMs += 4500;
    expect(await elsewhere.findWriteKey(secret)).toBeNull();
    const revocations = (await owner.call("GET", `${ofWorkspace("/audit")}?action=key.revoke`)).json<{ items: unknown[] }>();
    expect(revocations.items).toHaveLength(1);
  });

  test("made just now work even where they were unknown a moment ago, within 5 s", async () => {
    const guess = "tw_made-later-by-the-operator";
    expect(await access.findWriteKey(guess)).toBeNull();
    await access.bootstrapAccess({ workspaceName: "x", initWriteKey: guess });
    nowMs += 4500;
    expect(await access.findWriteKey(guess)).toMatchObject({ workspaceId });
  });

  test("note their last use, at most once a minute", async () => {
    const owner = await ownerClient();
    const { id, secret } = await keyOf(owner, "secret", ["people:read"]);
    const use = () => request("GET", "/api/workspaces/current/people", undefined, { authorization: `Bearer ${secret}` });
    const lastUsed = async () =>
      (await owner.call("GET", ofWorkspace("/keys")))
        .json<{ items: { id: string; lastUsedAt: string | null }[] }>()
        .items.find((key) => key.id === id)?.lastUsedAt;
    expect(await lastUsed()).toBeNull();
    const first = new Date(nowMs).toISOString();
    await use();
    await expect.poll(lastUsed, { timeout: 30_000 }).toBe(first);
    nowMs += 30_000;
    await use();
    nowMs += 31_000;
    await use();
    await expect.poll(lastUsed, { timeout: 30_000 }).toBe(new Date(nowMs).toISOString());
  });

  test("give no more than their maker may do", async () => {
    const owner = await ownerClient();
    const { secret } = await keyOf(owner, "secret", ["keys:manage", "people:read"]);
    const make = (scopes: readonly string[]) =>
      request("POST", "/api/workspaces/current/keys", { kind: "secret", name: "child", scopes }, { authorization: `Bearer ${secret}` });
    expect(codeOf(await make(["people:unmask"]))).toBe("key.scope_not_held");
    expect((await make([])).json()).toMatchObject({ key: { scopes: ["people:read"], createdBy: "a secret key" } });
  });
});

describe("the first start", () => {
  test("makes a workspace, an owner and keys, and repeating it changes nothing", async () => {
    const input = {
      workspaceName: "Again",
      initOwner: "second@example.com:another password",
      initWriteKey: `write-key-${addresses}`,
      initSecretKey: `secret-key-${addresses}`,
    };
    const [a, b] = await Promise.all([access.bootstrapAccess(input), createModule().bootstrapAccess(input)]);
    expect(a).toEqual({ workspaceId, created: false, ownerId: a.ownerId, ownerHasPassword: true });
    expect(b).toEqual(a);
    await access.bootstrapAccess({ ...input, initOwner: "second@example.com:a different password" });
    expect((await signIn({ email: "second@example.com", password: "another password" })).statusCode).toBe(200);
    expect(await access.findWriteKey(input.initWriteKey)).toMatchObject({ workspaceId });
    expect((await access.authenticateSecretKey(input.initSecretKey))?.scopes).toEqual([...PERMISSIONS]);
    const counted = await engine.db<{ keys: number }[]>`select count(*)::int as keys from api_key where workspace_id = ${workspaceId}`;
    expect(counted[0]?.keys).toBe(2);
  });

  test("does not bring a revoked key back", async () => {
    const owner = await ownerClient();
    const key = (await owner.call("GET", ofWorkspace("/keys"))).json<{ items: { id: string }[] }>().items[0];
    await owner.call("DELETE", ofWorkspace(`/keys/${key?.id ?? ""}`));
    await access.bootstrapAccess({ workspaceName: "x", initSecretKey: `secret-key-${addresses}` });
    expect(await access.authenticateSecretKey(`secret-key-${addresses}`)).toBeNull();
  });

  test("refuses keys and owners that cannot work", async () => {
    for (const input of [{ initWriteKey: "short" }, { initSecretKey: "with a space in it" }, { initOwner: "no-colon" }]) {
      await expect(access.bootstrapAccess({ workspaceName: "x", ...input })).rejects.toThrow(/TERRACE_INIT_/);
    }
  });
});

describe("the audit log", () => {
  test("can be added to, and nothing else, not even by the database's owner", async () => {
    for (const attempt of [
      () => engine.db`update audit_entry set actor = 'someone else'`,
      () => engine.db`delete from audit_entry`,
      () => engine.db`truncate audit_entry`,
      () => engine.db`truncate workspace cascade`,
      () =>
        engine.db.begin(async (tx) => {
          await tx`set local session_replication_role = replica`;
          await tx`delete from audit_entry`;
        }),
    ])
      await expect(attempt()).rejects.toThrow("the audit log is append-only");
  });

  test("tells every change, newest first, page by page, filtered by who and what", async () => {
    const owner = await ownerClient();
    const member = await memberClient(owner, "analyst");
    await owner.call("PATCH", ofWorkspace(`/members/${member.operatorId}`), { role: "admin" });
    const { id } = await keyOf(owner, "write");
    await owner.call("DELETE", ofWorkspace(`/keys/${id}`));
    await member.call("PATCH", ofWorkspace(""), { name: "New name" });
    type Page = {
      readonly items: readonly {
        readonly id: string;
        readonly actor: string;
        readonly action: string;
        readonly target: string;
        readonly detail: object;
        readonly ip: string;
      }[];
      readonly nextCursor?: string;
    };
    const actions: string[] = [];
    let cursor: string | undefined = "";
    while (cursor !== undefined) {
      const page: Page = (
        await owner.call("GET", `${ofWorkspace("/audit")}?limit=3${cursor === "" ? "" : `&cursor=${cursor}`}`)
      ).json<Page>();
      actions.push(...page.items.map(({ action }) => action));
      cursor = page.nextCursor;
    }
    expect(actions).toEqual([
      "workspace.update",
      "key.revoke",
      "key.create",
      "member.change_role",
      "session.open",
      "member.add",
      "session.open",
      "member.add",
      "key.create",
      "workspace.create",
    ]);
    const keys = (await owner.call("GET", `${ofWorkspace("/audit")}?action=key&actor=${encodeURIComponent(OWNER.email)}`)).json<Page>();
    expect(keys.items.map(({ action, target }) => `${action} ${target}`)).toEqual([`key.revoke key:${id}`, `key.create key:${id}`]);
    expect((await owner.call("GET", `${ofWorkspace("/audit")}?action=member.change_role`)).json<Page>().items[0]).toMatchObject({
      actor: OWNER.email,
      target: `operator:${member.operatorId}`,
      detail: { from: "analyst", to: "admin" },
      ip: "127.0.0.1",
    });
    expect(codeOf(await owner.call("GET", `${ofWorkspace("/audit")}?cursor=x`))).toBe("request.invalid");
  });

  test("keeps secrets and personal values out, whatever a module hands in", async () => {
    await inTransaction(engine.db, (tx) =>
      access.audit(tx, {
        workspaceId,
        actor: "support@example.com",
        action: "person.unmask",
        target: "person:912126039220909891",
        detail: { reason: "客户 13800138000 来电，邮箱 li@example.com", apiKey: "ts_x" },
        ip: "127.0.0.1",
      }),
    );
    const owner = await ownerClient();
    const { items } = (await owner.call("GET", `${ofWorkspace("/audit")}?action=person.unmask`)).json<{ items: unknown[] }>();
    expect(items).toMatchObject([
      { target: "person:912126039220909891", detail: { reason: "客户 [removed] 来电，邮箱 [removed]", apiKey: "[removed]" } },
    ]);
  });

  test("a change that is rolled back leaves no line", async () => {
    const entry = { workspaceId, actor: "x", action: "role.update", target: "x", detail: {}, ip: "" } as const;
    await expect(
      inTransaction(engine.db, async (tx) => {
        await access.audit(tx, entry);
        throw new Error("undo");
      }),
    ).rejects.toThrow("undo");
    expect((await engine.db`select from audit_entry where actor = 'x'`).count).toBe(0);
  });
});

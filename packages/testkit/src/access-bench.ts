import { accessRoutes } from "@terrace/contract/api/access";
import { dataRoutes } from "@terrace/contract/api/data";
import { peopleRoutes } from "@terrace/contract/api/people";
import type { RouteContract } from "@terrace/contract/route";
import type { FieldView } from "@terrace/domain/access/field-view";
import type { RoleKey } from "@terrace/domain/access/roles";
import { createAccessModule, type AccessDeps, type AccessModule } from "@terrace/server/modules/access/module";
import { createHttpServer } from "@terrace/server/platform/http/http-server";
import type { RouteContext } from "@terrace/server/platform/http/handler";
import { registerRoutes } from "@terrace/server/platform/http/register-routes";
import type { FastifyInstance, LightMyRequestResponse } from "fastify";
import { randomBytes } from "node:crypto";
import { payloadCipher } from "./payload-cipher.ts";
import { startStateEngine } from "./state-engine.ts";

export const contracts: readonly RouteContract[] = [...accessRoutes, ...peopleRoutes, ...dataRoutes];

type Headers = Readonly<Record<string, string>>;

/** Someone signed in. */
export type Client = {
  readonly operatorId: string;
  readonly cookie: string;
  readonly call: (method: string, url: string, body?: unknown, headers?: Headers) => Promise<LightMyRequestResponse>;
  /** Calls and expects success. */
  readonly ok: <T = unknown>(method: string, url: string, body?: unknown, headers?: Headers) => Promise<T>;
  /** Calls and answers the fault's code, empty for success. */
  readonly code: (method: string, url: string, body?: unknown, headers?: Headers) => Promise<string>;
};

/** The real access module behind the real HTTP edge, on a clock that tests move; other modules' routes answer an empty object. */
export type AccessBench = {
  readonly access: AccessModule;
  readonly workspaceId: number;
  readonly ownerCredentials: { readonly email: string; readonly password: string };
  readonly nowMs: () => number;
  readonly pass: (ms: number) => void;
  readonly reset: () => Promise<void>;
  readonly owner: (headers?: Headers) => Promise<Client>;
  readonly client: (credentials: object, headers?: Headers) => Promise<Client>;
  readonly member: (by: Client, role: RoleKey, email?: string) => Promise<Client>;
  readonly anyone: (method: string, url: string, body?: unknown, headers?: Headers) => Promise<LightMyRequestResponse>;
  /** Signs in as far as the second factor; answers the cookie. */
  readonly halfSignIn: (credentials: object, ip?: string) => Promise<string>;
  readonly codeOf: (answer: LightMyRequestResponse) => string;
  readonly tokenIn: (path: string) => string;
  /** Everything a table holds, as text. */
  readonly textOf: (table: string) => Promise<string>;
  /** Of the last call that reached a route of another module. */
  readonly lastFields: () => FieldView | undefined;
  readonly lastActor: () => string | undefined;
  readonly close: () => Promise<void>;
};

const QUIET = { info: () => undefined, warn: () => undefined, error: () => undefined };
const OWNER = { email: "owner@example.com", password: "correct horse battery" };
const DAY_MS = 86_400_000;

/** Starts an engine and the access module on it. Call `reset` before each test. */
export async function openAccess(more: Partial<AccessDeps> = {}): Promise<AccessBench> {
  const engine = await startStateEngine();
  let nowMs = Date.parse("2026-03-01T08:00:00Z");
  let last: RouteContext | undefined;
  let workspaceId = 0;
  const makeAccess = (): AccessModule =>
    createAccessModule({ db: engine.db, nowMs: () => nowMs, randomBytes, log: QUIET, cipher: payloadCipher(7), ...more });
  let access = makeAccess();
  let server: FastifyInstance | undefined;
  const anyone: AccessBench["anyone"] = async (method, url, body, headers = {}) => {
    if (server === undefined) throw new Error("call reset first");
    return server.inject({
      method: method as "GET",
      url,
      headers: { ...headers, ...(body === undefined ? {} : { "content-type": "application/json" }) },
      ...(body === undefined ? {} : { payload: JSON.stringify(body) }),
    });
  };
  const codeOf = (answer: LightMyRequestResponse): string =>
    answer.statusCode < 400 ? "" : answer.json<{ error: { code: string } }>().error.code;
  const cookieOf = (answer: LightMyRequestResponse): string => String(answer.headers["set-cookie"]).split(";", 1)[0] ?? "";
  const okOf = <T>(answer: LightMyRequestResponse): T => {
    if (answer.statusCode !== 200) throw new Error(`${answer.statusCode}: ${answer.body}`);
    return answer.json<T>();
  };
  const client: AccessBench["client"] = async (credentials, headers = {}) => {
    const answer = await anyone("POST", "/api/session", credentials, headers);
    const session = okOf<{ csrfToken: string; operator: { id: string } }>(answer);
    const cookie = cookieOf(answer);
    const call: Client["call"] = (method, url, body, more = {}) => anyone(method, url, body, { cookie, "x-terrace-csrf": session.csrfToken, ...more });
    return {
      operatorId: session.operator.id,
      cookie,
      call,
      ok: async (...args) => okOf(await call(...args)),
      code: async (...args) => codeOf(await call(...args)),
    };
  };
  const tokenIn = (path: string): string => new URL(path, "http://x").searchParams.get("token") ?? "";
  return {
    get access() {
      return access;
    },
    get workspaceId() {
      return workspaceId;
    },
    ownerCredentials: OWNER,
    nowMs: () => nowMs,
    pass: (ms) => {
      nowMs += ms;
    },
    reset: async () => {
      await engine.db`alter table audit_entry disable trigger audit_entry_append_only`;
      await engine.db`alter table audit_chain disable trigger audit_chain_append_only`;
      await engine.db`truncate workspace, operator, sign_in_attempt, audit_entry, audit_chain, oidc_config, oidc_flow restart identity cascade`;
      await engine.db`alter table audit_entry enable always trigger audit_entry_append_only`;
      await engine.db`alter table audit_chain enable always trigger audit_chain_append_only`;
      nowMs += 40 * DAY_MS;
      access = makeAccess();
      server = await serverOf(access, () => nowMs, (context) => {
        last = context;
      });
      workspaceId = (await access.bootstrapAccess({ workspaceName: "Shop", initOwner: `${OWNER.email}:${OWNER.password}` })).workspaceId;
    },
    owner: (headers) => client(OWNER, headers),
    client,
    member: async (by, role, email = `${role.replace(":", "-")}@example.com`) => {
      const { signInPath } = await by.ok<{ signInPath: string }>("POST", `/api/workspaces/${workspaceId}/members`, { email, role });
      return client({ token: tokenIn(signInPath) });
    },
    anyone,
    halfSignIn: async (credentials, ip = "10.0.0.1") => {
      const answer = await anyone("POST", "/api/session", credentials, { "x-forwarded-for": ip });
      if (okOf<{ secondFactorDue?: true }>(answer).secondFactorDue !== true) throw new Error("no second factor is due");
      return cookieOf(answer);
    },
    codeOf,
    tokenIn,
    textOf: async (table) => {
      const [row] = await engine.db<{ text: string | null }[]>`select string_agg(t::text, ',') as text from ${engine.db(table)} t`;
      return row?.text ?? "";
    },
    lastFields: () => last?.fields,
    lastActor: () => last?.actor,
    close: () => engine.stop(),
  };
}

/** The real routes of access, and stand-ins for everyone else's: what is tested is the door, not the room. */
async function serverOf(module: AccessModule, nowMs: () => number, note: (context: RouteContext) => void): Promise<FastifyInstance> {
  const built = createHttpServer({ log: QUIET, nowMs, randomId: () => "request-id", trustProxy: 1 });
  const real = new Set(module.routes.map(({ contract }) => contract.id));
  const stubs = contracts
    .filter(({ id }) => !real.has(id))
    .map((contract) => ({
      contract,
      run: async (_input: unknown, context: RouteContext) => {
        note(context);
        return { stub: true };
      },
    }));
  registerRoutes(built, module.routes, { authorise: module.authorise, nowMs, checkResponses: true, apiPerSecond: 10_000 });
  registerRoutes(built, stubs, { authorise: module.authorise, nowMs, apiPerSecond: 10_000 });
  await built.ready();
  return built;
}

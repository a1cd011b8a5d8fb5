import { accessRoutes } from "@terrace/contract/api/access";
import { eventRoutes } from "@terrace/contract/api/events";
import { exportRoutes } from "@terrace/contract/api/exports";
import { feedRoutes } from "@terrace/contract/api/feed";
import { liveRoutes } from "@terrace/contract/api/live";
import { quarantineRoutes } from "@terrace/contract/api/quarantine";
import { mergeRoutes } from "@terrace/contract/api/merges";
import { peopleRoutes } from "@terrace/contract/api/people";
import { personRemarkRoutes } from "@terrace/contract/api/person-remarks";
import { rightsRoutes } from "@terrace/contract/api/rights";
import type { RouteContract } from "@terrace/contract/route";
import type { FieldView } from "@terrace/domain/access/field-view";
import type { RoleKey } from "@terrace/domain/access/roles";
import { createAccessModule, type AccessDeps, type AccessModule } from "@terrace/server/modules/access/module";
import { createHttpServer } from "@terrace/server/platform/http/http-server";
import type { RouteContext } from "@terrace/server/platform/http/handler";
import type { Db } from "@terrace/server/platform/storage/postgres";
import { registerRoutes } from "@terrace/server/platform/http/register-routes";
import type { FastifyInstance, LightMyRequestResponse } from "fastify";
import { randomBytes } from "node:crypto";
import { payloadCipher } from "./payload-cipher.ts";
import { startStateEngine } from "./state-engine.ts";

export const contracts: readonly RouteContract[] = [
  ...accessRoutes,
  ...peopleRoutes,
  ...personRemarkRoutes,
  ...mergeRoutes,
  ...rightsRoutes,
  ...eventRoutes,
  ...quarantineRoutes,
  ...liveRoutes,
  ...feedRoutes,
  ...exportRoutes,
];

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
  const state = { nowMs: Date.parse("2026-03-01T08:00:00Z"), workspaceId: 0, last: undefined as RouteContext | undefined };
  const nowMs = (): number => state.nowMs;
  const makeAccess = (): AccessModule =>
    createAccessModule({ db: engine.db, nowMs, randomBytes, log: QUIET, cipher: payloadCipher(7), ...more });
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
  const client: AccessBench["client"] = async (credentials, headers) =>
    clientOf(anyone, await anyone("POST", "/api/session", credentials, headers));
  return {
    ...readers(state, engine.db),
    ...callers(anyone, client, () => state.workspaceId),
    get access() {
      return access;
    },
    get workspaceId() {
      return state.workspaceId;
    },
    reset: async () => {
      await forgetEverything(engine.db);
      state.nowMs += 40 * DAY_MS;
      access = makeAccess();
      server = await serverOf(access, nowMs, (context) => {
        state.last = context;
      });
      state.workspaceId = (
        await access.bootstrapAccess({ workspaceName: "Shop", initOwner: `${OWNER.email}:${OWNER.password}` })
      ).workspaceId;
    },
    close: () => engine.stop(),
  };
}

type State = { nowMs: number; workspaceId: number; last: RouteContext | undefined };

function readers(state: State, db: Db) {
  return {
    ownerCredentials: OWNER,
    nowMs: () => state.nowMs,
    pass: (ms: number) => {
      state.nowMs += ms;
    },
    codeOf,
    tokenIn,
    textOf: async (table: string) => {
      const [row] = await db<{ text: string | null }[]>`select string_agg(t::text, ',') as text from ${db(table)} t`;
      return row?.text ?? "";
    },
    lastFields: () => state.last?.fields,
    lastActor: () => state.last?.actor,
  };
}

function callers(anyone: AccessBench["anyone"], client: AccessBench["client"], workspaceId: () => number) {
  return {
    anyone,
    client,
    owner: (headers?: Headers) => client(OWNER, headers),
    member: async (by: Client, role: RoleKey, email = `${role.replace(":", "-")}@example.com`) => {
      const answer = await by.call("POST", `/api/workspaces/${workspaceId()}/members`, { email, role });
      return client({ token: tokenIn((await bodyOf<{ signInPath: string }>(answer)).signInPath) });
    },
    halfSignIn: async (credentials: object, ip = "10.0.0.1") => {
      const answer = await anyone("POST", "/api/session", credentials, { "x-forwarded-for": ip });
      if ((await bodyOf<{ secondFactorDue?: true }>(answer)).secondFactorDue !== true) throw new Error("no second factor is due");
      return cookieOf(answer);
    },
  };
}

async function clientOf(anyone: AccessBench["anyone"], signedIn: LightMyRequestResponse): Promise<Client> {
  const session = await bodyOf<{ csrfToken: string; operator: { id: string } }>(signedIn);
  const cookie = cookieOf(signedIn);
  const call: Client["call"] = (method, url, body, headers = {}) =>
    anyone(method, url, body, { cookie, "x-terrace-csrf": session.csrfToken, ...headers });
  return {
    operatorId: session.operator.id,
    cookie,
    call,
    ok: async (...args) => bodyOf(await call(...args)),
    code: async (...args) => codeOf(await call(...args)),
  };
}

/** The body of an answer that has to be a success; the caller names the shape that the contract declares. */
async function bodyOf<T>(answer: LightMyRequestResponse): Promise<T> {
  if (answer.statusCode !== 200) throw new Error(`${answer.statusCode}: ${answer.body}`);
  return JSON.parse(answer.body) as T;
}

function codeOf(answer: LightMyRequestResponse): string {
  return answer.statusCode < 400 ? "" : answer.json<{ error: { code: string } }>().error.code;
}

function cookieOf(answer: LightMyRequestResponse): string {
  return String(answer.headers["set-cookie"]).split(";", 1)[0] ?? "";
}

function tokenIn(path: string): string {
  return new URL(path, "http://x").searchParams.get("token") ?? "";
}

/** Only whoever may alter the tables can empty the audit log. */
async function forgetEverything(db: Db): Promise<void> {
  for (const table of ["audit_entry", "audit_chain"]) await db.unsafe(`alter table ${table} disable trigger ${table}_append_only`);
  await db`truncate workspace, operator, sign_in_attempt, audit_entry, audit_chain, oidc_config, oidc_flow restart identity cascade`;
  for (const table of ["audit_entry", "audit_chain"]) await db.unsafe(`alter table ${table} enable always trigger ${table}_append_only`);
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
  const { authorise, noteClear } = module;
  registerRoutes(built, module.routes, { authorise, noteClear, nowMs, checkResponses: true, apiPerSecond: 10_000 });
  registerRoutes(built, stubs, { authorise, noteClear, nowMs, apiPerSecond: 10_000 });
  await built.ready();
  return built;
}

import { glob } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { allRoutes } from "@terrace/contract/api/all-routes";
import type { RouteContract } from "@terrace/contract/route";
import { PERMISSIONS, ROLE_PERMISSIONS, ROLES, type Permission } from "@terrace/domain/access/permissions";
import { eventually, startTerrace, type TestTerrace } from "@terrace/testkit/terrace";
import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";

/** Stands in everything of workspace B, and nowhere else. */
const MARK = "乙方机密";
const CUSTOM: readonly Permission[] = ["people:read", "audit:read"];
const SCOPES: readonly Permission[] = ["events:read", "members:manage"];
const NOBODYS_ID = "999999999";

type Caller = {
  readonly name: string;
  readonly headers: Record<string, string>;
  readonly holds: readonly Permission[];
  readonly isSession: boolean;
};
type Answer = { readonly status: number; readonly text: string; readonly code: string; readonly atTheDoor: boolean };

let terrace: TestTerrace;
let callers: readonly Caller[] = [];
/** An owner of A who does not know B, and the owner of both. */
let ownerOfA: Caller;
let ownerOfBoth: Caller;
const workspaces = { a: "", b: "" };
let uploadOfB = "";

beforeAll(async () => {
  terrace = await startTerrace();
  ownerOfBoth = { ...(await signIn("owner of both", terrace.owner)), holds: ROLE_PERMISSIONS.owner };
  const session = await ok<{ workspaces: { id: string }[] }>(ownerOfBoth, "GET", "/api/session");
  workspaces.a = session.workspaces[0]?.id ?? "";
  workspaces.b = (await ok<{ id: string }>(ownerOfBoth, "POST", "/api/workspaces", { name: MARK })).id;
  callers = await everyKindOfCaller();
  const found = callers.find(({ name }) => name === "owner");
  if (found === undefined) throw new Error("no owner of A");
  ownerOfA = found;
  await fillB();
}, 120_000);
afterAll(() => terrace.stop());

/** Every route there is a contract of, whoever wrote it, whether or not it was put into the list. */
async function writtenContracts(): Promise<readonly RouteContract[]> {
  const folder = fileURLToPath(new URL("../../packages/contract/src/api/", import.meta.url));
  const found = new Map<string, RouteContract>();
  for await (const file of glob("*.ts", { cwd: folder })) {
    const module = (await import(`${folder}${file}`)) as Readonly<Record<string, unknown>>;
    for (const value of Object.values(module)) if (isContract(value)) found.set(value.id, value);
  }
  return [...found.values()];
}

function isContract(value: unknown): value is RouteContract {
  return typeof value === "object" && value !== null && "id" in value && "access" in value && "path" in value && "response" in value;
}

async function call(caller: Caller | undefined, method: string, path: string, body?: unknown): Promise<Answer> {
  const answer = await fetch(new URL(path, terrace.url), {
    method,
    headers: { ...caller?.headers, ...(body === undefined ? {} : { "content-type": "application/json" }) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    signal: AbortSignal.timeout(20_000),
  });
  // Streams and files start; nothing of them is needed.
  const isText = answer.headers.get("content-type")?.includes("json") === true;
  const text = isText ? await answer.text() : "";
  if (!isText) await answer.body?.cancel();
  const fault =
    answer.status < 400 || text === ""
      ? undefined
      : (JSON.parse(text) as { error: { code: string; details?: { permission?: string } } }).error;
  const code = fault?.code ?? "";
  const refused =
    answer.status === 401 || (answer.status === 403 && (code !== "role.not_allowed" || fault?.details?.permission !== undefined));
  return { status: answer.status, text, code, atTheDoor: refused && !INSIDE.has(code) };
}

/** What handlers refuse after the door: not who one is, but what is asked for. */
const INSIDE = new Set(["role.beyond_own", "sign_in.first_workspace", "key.scope_not_held", "field.hidden", "second_factor.required"]);

async function ok<T>(caller: Caller, method: string, path: string, body?: unknown): Promise<T> {
  const answer = await call(caller, method, path, body);
  if (answer.status !== 200) throw new Error(`${method} ${path}: ${answer.status} ${answer.text}`);
  return JSON.parse(answer.text) as T;
}

async function signIn(name: string, credentials: object): Promise<Caller> {
  const answer = await fetch(new URL("/api/session", terrace.url), {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(credentials),
  });
  const { csrfToken } = (await answer.json()) as { csrfToken: string };
  const cookie = answer.headers.getSetCookie()[0]?.split(";", 1)[0] ?? "";
  return { name, headers: { cookie, "x-terrace-csrf": csrfToken }, holds: [], isSession: true };
}

async function everyKindOfCaller(set = "first"): Promise<readonly Caller[]> {
  const at = (rest: string) => `/api/workspaces/${workspaces.a}${rest}`;
  const { key: custom } = await ok<{ key: string }>(ownerOfBoth, "POST", at("/roles"), { name: `店长 ${set}`, permissions: CUSTOM });
  const made: Caller[] = [];
  for (const role of [...ROLES, custom]) {
    const email = `${role.replace(":", "-")}-${set}@a.test`;
    const { signInPath } = await ok<{ signInPath: string }>(ownerOfBoth, "POST", at("/members"), { email, role });
    const token = new URL(signInPath, terrace.url).searchParams.get("token");
    const holds = role === custom ? CUSTOM : ROLE_PERMISSIONS[role as (typeof ROLES)[number]];
    made.push({ ...(await signIn(role, { token })), holds });
  }
  const admin = made.find(({ name }) => name === "admin");
  if (admin === undefined) throw new Error("no admin");
  const key = await ok<{ secret: string }>(ownerOfBoth, "POST", at("/keys"), { kind: "secret", name: "k", scopes: SCOPES });
  const token = await ok<{ secret: string }>(admin, "POST", "/api/session/tokens", { workspace: workspaces.a, name: "t", scopes: SCOPES });
  for (const [name, { secret }] of [
    ["secret key", key],
    ["token", token],
  ] as const)
    made.push({ name, headers: { authorization: `Bearer ${secret}` }, holds: SCOPES, isSession: false });
  return made;
}

async function fillB(): Promise<void> {
  const at = (rest: string) => `/api/workspaces/${workspaces.b}${rest}`;
  const { secret } = await ok<{ secret: string }>(ownerOfBoth, "POST", at("/keys"), { kind: "write", name: MARK });
  const batch = [
    {
      type: "track",
      userId: `b-${MARK}`,
      event: MARK,
      properties: { note: MARK },
      context: { traits: { city: MARK, phone: "13800138000" } },
    },
    { type: "track", event: `nobody ${MARK}` },
  ];
  await fetch(new URL("/v1/batch", terrace.url), {
    method: "POST",
    headers: { authorization: `Basic ${btoa(`${secret}:`)}`, "content-type": "application/json" },
    body: JSON.stringify({ batch }),
  });
  await ok(ownerOfBoth, "POST", at("/roles"), { name: MARK, permissions: ["people:read"] });
  await ok(ownerOfBoth, "POST", at("/invitations"), { email: "someone@b.test", name: MARK, role: "analyst" });
  await ok(ownerOfBoth, "PUT", at("/provisioning/members/ext-b"), { email: "b@b.test", name: MARK, role: "analyst" });
  await ok(ownerOfBoth, "POST", at("/condition-templates"), { name: MARK, note: MARK, rule: { trait: "city", is: [MARK] } });
  // An event that never comes, so that nothing is ever sent.
  await ok(ownerOfBoth, "POST", at("/webhooks"), { name: MARK, address: "https://8.8.8.8/b", events: ["Never Happens"] });
  await ok(ownerOfBoth, "POST", at("/receivers"), {
    name: MARK,
    expression: "body",
    signature: { kind: "standard" },
    secret: "whsec_AAAA",
  });
  uploadOfB = (await ok<{ id: string }>(ownerOfBoth, "POST", at("/imports/uploads"), { fileName: `${MARK}.csv`, bytes: 10 })).id;
  const purpose = { nameZh: MARK, nameEn: MARK, descriptionZh: MARK, descriptionEn: MARK, basis: "consent", textKey: "", active: true };
  await ok(ownerOfBoth, "PUT", at("/consent/purposes/secret_b"), purpose);
  await eventually(async () => expect((await call(ownerOfBoth, "GET", at("/people"))).text).toContain(MARK));
  await eventually(async () => expect((await call(ownerOfBoth, "GET", at("/quarantine"))).text).toContain(MARK));
}

const guarded = () => allRoutes.filter(({ access }) => access !== "public");
const extraParams = ({ path }: RouteContract): readonly string[] =>
  [...path.matchAll(/:(\w+)/g)].map((match) => match[1] ?? "").filter((name) => name !== "workspace");
const addressOf = ({ path }: RouteContract, workspace: string, id: string): string =>
  path.replace(":workspace", workspace).replaceAll(/:\w+/g, encodeURIComponent(id));
const takesBody = ({ body }: RouteContract): boolean => !(body instanceof z.ZodUndefined);

test("every contract there is stands in the list that is called here and served", async () => {
  const written = (await writtenContracts()).map(({ id }) => id);
  expect(allRoutes.map(({ id }) => id).toSorted()).toEqual(written.toSorted());
  const document = JSON.stringify(await (await fetch(new URL("/api/openapi.json", terrace.url))).json());
  expect(written.filter((id) => !document.includes(`"operationId":"${id}"`))).toEqual([]);
});

test("every endpoint lets in exactly who holds the permission its contract names", async () => {
  expect(guarded().length).toBeGreaterThan(150);
  expect(callers.map(({ name }) => name)).toEqual([...ROLES, expect.stringMatching(/^custom:/), "secret key", "token"]);
  const wrong: string[] = [];
  let asked = 0;
  const tryOut = async (contract: RouteContract): Promise<void> => {
    const address = addressOf(contract, workspaces.a, NOBODYS_ID);
    const body = takesBody(contract) ? [] : undefined;
    const stranger = await call(undefined, contract.method, address, body);
    if (stranger.status !== 401) wrong.push(`a stranger at ${contract.id}: ${stranger.status} ${stranger.code}`);
    for (const caller of callers) {
      const may = contract.access === "session" ? caller.isSession : caller.holds.includes(contract.access as Permission);
      const answer = await call(caller, contract.method, address, body);
      asked += 1;
      if (answer.atTheDoor === may || answer.status >= 500) wrong.push(`${caller.name} at ${contract.id}: ${answer.status} ${answer.code}`);
    }
  };
  // Nothing that is sent is valid, so nothing happens; only signing out needs nothing and comes last.
  const [signsOut, others] = [guarded().filter(({ id }) => id === "signOut"), guarded().filter(({ id }) => id !== "signOut")];
  await together(others, tryOut);
  expect([wrong, asked]).toEqual([[], others.length * callers.length]);
  const [again, signedIn] = [callers, await everyKindOfCaller("again")];
  callers = signedIn;
  await together(signsOut, tryOut);
  callers = again;
  expect([wrong, signsOut.length]).toEqual([[], 1]);
}, 120_000);

test("whoever works in A is told that there is no B, at every endpoint", async () => {
  const wrong: string[] = [];
  const inWorkspace = guarded().filter(({ path }) => path.includes(":workspace"));
  await together(inWorkspace, async (contract) => {
    for (const caller of callers) {
      const answer = await call(
        caller,
        contract.method,
        addressOf(contract, workspaces.b, NOBODYS_ID),
        takesBody(contract) ? [] : undefined,
      );
      if (answer.code !== "workspace.not_found") wrong.push(`${caller.name} at ${contract.id}: ${answer.status} ${answer.code}`);
    }
  });
  expect(wrong).toEqual([]);
}, 60_000);

test("ids of B asked for through A show and change nothing of B", async () => {
  const before = await stateOfB();
  expect([...before.ids].filter(([, ids]) => ids.length > 0).map(([path]) => path.replace("/api/workspaces/:workspace", ""))).toEqual(
    expect.arrayContaining(FILLED),
  );
  const leaks: string[] = [];
  const keyOfA: Caller = {
    name: "key of A",
    headers: { authorization: `Bearer ${terrace.secretKey}` },
    holds: PERMISSIONS,
    isSession: false,
  };
  const tryOut = async (by: Caller, contract: RouteContract, address: string, body: unknown) => {
    const answer = await call(by, contract.method, address, body);
    // An answer may repeat what was asked; it may not know more.
    if (answer.text.replaceAll(encodeURIComponent(MARK), "").split(MARK).length - 1 > repeats(address, body) || answer.status >= 500)
      leaks.push(`${contract.method} ${decodeURIComponent(address)}: ${answer.status} ${answer.text.slice(0, 200)}`);
  };
  const asking = guarded().filter((one) => one.path.includes(":workspace") && (extraParams(one).length > 0 || BY_BODY.has(one.id)));
  await together(asking, async (contract) => {
    for (const id of BY_BODY.has(contract.id) ? [before.person, uploadOfB] : idsFor(contract, before.ids)) {
      const body = takesBody(contract) ? bodyWith(contract, id) : undefined;
      await tryOut(ownerOfA, contract, addressOf(contract, workspaces.a, id), body);
      await tryOut(keyOfA, contract, addressOf(contract, "current", id), body);
    }
  });
  expect(leaks).toEqual([]);
  expect((await stateOfB()).text).toEqual(before.text);
}, 180_000);

const AT_ONCE = 8;

/** Runs a piece of work for every item, some at the same time. */
async function together<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const left = [...items];
  const worker = async (): Promise<void> => {
    for (let item = left.shift(); item !== undefined; item = left.shift()) await work(item);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
}

/** Ids of the list a route continues (`/people` for `/people/:person/tags`), or one of each list where it continues none. */
function idsFor({ path }: RouteContract, ids: IdsByList): readonly string[] {
  const own = [...ids].find(([list]) => path.startsWith(`${list}/:`))?.[1];
  return own === undefined ? [...ids.values()].flatMap((some) => some.slice(0, 1)) : own.slice(0, IDS_EACH_MAX);
}

/** Ids by the path of the list they stand in. */
type IdsByList = ReadonlyMap<string, readonly string[]>;
const IDS_EACH_MAX = 6;

/** Routes that take ids in their bodies only. */
const BY_BODY = new Set([
  "previewMerge",
  "createMerge",
  "replayQuarantine",
  "discardQuarantine",
  "keepPeopleApart",
  "decideConflicts",
  "previewErasure",
  "createErasure",
  "startTrial",
  "startImport",
]);

/** Lists of B that hold something to look for. */
const FILLED = [
  "/people",
  "/quarantine",
  "/event-definitions",
  "/members",
  "/roles",
  "/keys",
  "/invitations",
  "/condition-templates",
  "/webhooks",
  "/receivers",
  "/consent/purposes",
  "/imports/uploads",
];

function repeats(address: string, body: unknown): number {
  const asked = `${decodeURIComponent(address)} ${JSON.stringify(body) ?? ""}`;
  // A name that is created or not found comes back at most twice: in the answer and in the fault's details.
  return 2 * (asked.split(MARK).length - 1);
}

/** What B's owner sees in lists, without what changes by being looked at, and the ids in it. */
async function stateOfB(): Promise<{ readonly text: string; readonly ids: IdsByList; readonly person: string }> {
  const lists = guarded().filter(
    (contract) => contract.method === "GET" && contract.path.startsWith("/api/workspaces/:workspace") && extraParams(contract).length === 0,
  );
  const texts: string[] = [];
  const ids = new Map<string, readonly string[]>();
  for (const contract of lists.filter(({ id }) => !PASSING.has(id))) {
    const { text, status } = await call(ownerOfBoth, "GET", addressOf(contract, workspaces.b, ""));
    if (status !== 200 || text === "") continue;
    texts.push(`${contract.id} ${text.replaceAll(/"(?:lastSeenAt|lastUsedAt|checkedAt|generatedAt)":"[^"]*"/g, "")}`);
    const found = [...text.matchAll(/"(?:id|key|operatorId|originId|externalId|name|messageId|eventId)":"((?:[^"\\]|\\.){1,80})"/g)];
    ids.set(contract.path, [...new Set(found.map(([, id = ""]) => id))]);
  }
  // Uploads are in no list.
  ids.set("/api/workspaces/:workspace/imports/uploads", [uploadOfB]);
  const people = await ok<{ items: { id: string }[] }>(ownerOfBoth, "GET", `/api/workspaces/${workspaces.b}/people`);
  return { text: texts.join("\n"), ids, person: people.items[0]?.id ?? "" };
}

/** Figures that move by themselves. */
const PASSING = new Set(["getLive", "getOverview", "getFeedStatus", "getMessageFigures"]);

/** A body that names an id wherever one could stand; erasing names people in a list that may be left out. */
function bodyWith(contract: RouteContract, id: string): unknown {
  const body = sample(z.toJSONSchema(contract.body, { io: "input", unrepresentable: "any" }), id);
  return contract.id.endsWith("Erasure") ? { ...(body as object), people: [id] } : body;
}

type Schema = z.core.JSONSchema.BaseSchema;

/** Something a schema accepts, with an id wherever a text could be one. */
function sample(schema: Schema, id: string): unknown {
  if (schema.const !== undefined) return schema.const;
  if (schema.enum !== undefined) return schema.enum[0];
  const [choice] = schema.anyOf ?? schema.oneOf ?? [];
  if (choice !== undefined) return sample(choice, id);
  switch (schema.type) {
    case "object":
      return Object.fromEntries((schema.required ?? []).map((name) => [name, sample((schema.properties?.[name] ?? {}) as Schema, id)]));
    case "array":
      return Array.from({ length: schema.minItems ?? 1 }, () => sample((schema.items ?? {}) as Schema, id));
    case "integer":
    case "number":
      return schema.minimum ?? 1;
    case "boolean":
      return false;
    case "string":
      return textFor(schema, id);
    default:
      return id;
  }
}

function textFor(schema: Schema, id: string): string {
  if (schema.format === "email") return "someone@a.test";
  if (schema.format === "date-time") return "2026-01-01T00:00:00Z";
  if (schema.format === "uri") return "https://example.com";
  return schema.pattern?.includes("owner") === true ? "analyst" : id.padEnd(schema.minLength ?? 0, "x");
}

import * as changeApi from "@terrace/contract/api/flag-changes";
import * as environmentApi from "@terrace/contract/api/flag-environments";
import * as reportApi from "@terrace/contract/api/flag-reports";
import * as api from "@terrace/contract/api/flags";
import type { RouteContract } from "@terrace/contract/route";
import { bucketOf } from "@terrace/domain/assignment/bucket";
import type { ExperimentStanding, Variant } from "@terrace/domain/experiments/standing";
import { callRoute, type CallInput } from "@terrace/testkit/call-route";
import { askedAbout, eraseFrom, erasureOf } from "@terrace/testkit/personal-data";
import { makeWorkspace, startStateEngine, type TestStateEngine } from "@terrace/testkit/state-engine";
import Fastify, { type FastifyInstance } from "fastify";
import pino from "pino";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import type { RouteContext } from "../../platform/http/handler.ts";
import { createPrivacyModule } from "../privacy/module.ts";
import type { FlagDeps } from "./flag-deps.ts";
import { createFlags, type Flags } from "./module.ts";

const START_MS = Date.UTC(2026, 10, 23, 4);
const DAY_MS = 86_400_000;
const KEY = "tw_client";
const privacy = createPrivacyModule({ masterKey: new Uint8Array(32).fill(7) });

let engine: TestStateEngine;
let workspaceId = 0;
let nowMs = START_MS;
let audited: string[] = [];
let flags: Flags;
let forgotten = "";
let standings: Map<string, ExperimentStanding & { readonly id: string }>;
let variants: Map<string, readonly Variant[]>;
const opened: { readonly flags: Flags; readonly app: FastifyInstance }[] = [];

beforeAll(async () => {
  engine = await startStateEngine();
}, 120_000);
afterAll(() => engine.stop());
beforeEach(async () => {
  workspaceId = await makeWorkspace(engine.db);
  [nowMs, audited, forgotten, standings, variants] = [START_MS, [], "", new Map(), new Map()];
  flags = createFlags(depsNow());
});
afterEach(async () => {
  for (const { flags: one, app } of opened.splice(0)) {
    await one.stop();
    await app.close();
  }
});

function depsNow(): FlagDeps {
  return {
    db: engine.db,
    privacy,
    audit: (_tx, { action, actor }) => Promise.resolve(void audited.push(`${action} ${actor}`)),
    findWriteKey: (key) =>
      Promise.resolve(
        key === KEY
          ? { workspaceId, keyId: "1", name: "", scopes: [], fields: { personal: "masked", restricted: {} } as never, ipRanges: [] }
          : null,
      ),
    segmentNames: (_workspace, ids) => Promise.resolve(new Map(ids.filter((id) => id === "11").map((id) => [id, "Buyers"]))),
    standings: () => Promise.resolve(standings),
    variantsOf: () => Promise.resolve(variants),
    holdSplit: () => Promise.resolve(),
    moves: () => Promise.resolve(() => Promise.reject(new Error("no experiment is moved here"))),
    denies: (_workspace, originId) => originId === forgotten,
    nowMs: () => nowMs,
    log: pino({ level: "silent" }),
  };
}

/** Another process on the same database, that serves clients. */
async function process(): Promise<(path: string, body?: unknown) => Promise<unknown>> {
  const app = Fastify();
  const one = createFlags(depsNow());
  await one.register(app);
  opened.push({ flags: one, app });
  return async (path, body) => {
    const answer = await app.inject({
      method: body === undefined ? "GET" : "POST",
      url: path,
      headers: { authorization: `Bearer ${KEY}` },
      ...(body === undefined ? {} : { payload: body as object }),
    });
    return answer.json();
  };
}

const as = (name: string): Partial<RouteContext> => ({
  actor: `${name}@example.test`,
  caller: { kind: "operator", operatorId: name, email: `${name}@example.test`, role: "admin", sessionId: "s" },
});
const call = <C extends RouteContract>(contract: C, input: CallInput<C> = {}) => callRoute(flags.routes, workspaceId, contract, input);

type Definition = NonNullable<CallInput<typeof api.createFlag>["body"]>["definition"];
const rule = (value: boolean) => ({ id: "all", kind: "force" as const, value });
const definition = (change: Partial<Definition> = {}): Definition => ({
  type: "boolean",
  defaultValue: false,
  offValue: false,
  environments: { production: { on: true, rules: [rule(true)] } },
  ...change,
});
const make = (key: string, change: Partial<Definition> = {}, by = "ann") =>
  call(api.createFlag, { body: { key, name: key, definition: definition(change) }, as: as(by) });
const change = async (key: string, changed: Partial<Definition>, by = "ann") => {
  const { version } = await call(api.getFlag, { params: { flag: key } });
  return call(api.updateFlag, {
    params: { flag: key },
    body: { name: key, baseVersion: version, definition: definition(changed) },
    as: as(by),
  });
};
const on = (value: boolean) => ({ environments: { production: { on: true, rules: [rule(value)] } } });
const refusal = async (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => "taken",
    (error: unknown) => (error as { code?: string }).code ?? String(error),
  );

test("every change is a version, and nobody overwrites what they have not seen", async () => {
  await make("checkout");
  expect(await refusal(make("checkout"))).toBe("flag.key_taken");
  const changed = await change("checkout", on(false));
  expect(changed).toMatchObject({ version: 2, killed: false, openChange: null, changedBy: "ann@example.test" });
  const stale = { name: "checkout", baseVersion: 1, definition: definition(on(true)) };
  expect(await refusal(call(api.updateFlag, { params: { flag: "checkout" }, body: stale }))).toBe("flag.version_changed");
  // A name is no version.
  expect(
    await call(api.updateFlag, {
      params: { flag: "checkout" },
      body: { ...stale, name: "Checkout", baseVersion: 2, definition: definition(on(false)) },
    }),
  ).toMatchObject({
    name: "Checkout",
    version: 2,
  });
  const { items } = await call(api.listFlagVersions, { params: { flag: "checkout" } });
  expect(items.map(({ version, definition: was }) => [version, was.environments["production"]?.rules[0]])).toMatchObject([
    [2, { value: false }],
    [1, { value: true }],
  ]);
  expect(audited).toEqual(["flag.create ann@example.test", "flag.update ann@example.test", "flag.update ann@example.test"]);
});

test("lists go on where they ended", async () => {
  for (const key of ["c", "a", "B"]) await make(key);
  const first = await call(api.listFlags, { query: { limit: 2 } });
  const second = await call(api.listFlags, { query: { limit: 2, cursor: first.nextCursor ?? "" } });
  expect([...first.items, ...second.items].map(({ key }) => key)).toEqual(["B", "a", "c"]);
  expect(second.nextCursor).toBeUndefined();
  expect((await call(api.listFlags, { query: { search: "_" } })).items).toEqual([]);
});

test("where changes are reviewed they wait for somebody else, and a kill waits for nobody", async () => {
  await make("checkout");
  await call(environmentApi.putFlagEnvironment, { params: { environment: "production" }, body: { name: "Production", review: true } });
  const asked = await change("checkout", on(false));
  const id = asked.openChange ?? "";
  expect(asked).toMatchObject({ version: 1, definition: { environments: { production: { rules: [{ value: true }] } } } });
  expect(await refusal(change("checkout", on(false)))).toBe("flag.change_open");
  const approve = (by: string, more: Partial<RouteContext> = {}) =>
    call(changeApi.approveFlagChange, { params: { change: id }, body: {}, as: { ...as(by), ...more } });
  expect(await refusal(approve("ann"))).toBe("flag_change.own");
  // The same person by a token of their own.
  expect(await refusal(approve("ann", { actor: "ann@example.test (token)" }))).toBe("flag_change.own");
  expect(await refusal(approve("bob", { caller: { kind: "key", keyId: "3", name: "k", scopes: [] } }))).toBe("flag_change.person_needed");
  expect(await refusal(call(changeApi.withdrawFlagChange, { params: { change: id }, as: as("bob") }))).toBe("flag_change.not_own");
  expect(await call(api.killFlag, { params: { flag: "checkout" }, body: { note: "broken" } })).toMatchObject({ killed: true, version: 1 });
  expect(await approve("bob")).toMatchObject({
    state: "approved",
    askedBy: "ann@example.test",
    decidedBy: "bob@example.test",
    environments: ["production"],
  });
  expect(await call(api.getFlag, { params: { flag: "checkout" } })).toMatchObject({ version: 2, killed: true, openChange: null });
  expect(await refusal(approve("bob"))).toBe("flag_change.decided");
  // What was refused is rolled back with its entry, which this list does not know.
  expect([...new Set(audited.filter((entry) => !entry.startsWith("flag_env")))]).toEqual([
    "flag.create ann@example.test",
    "flag.update ann@example.test",
    "flag.ask ann@example.test",
    "flag.kill ann@example.test",
    "flag.approve bob@example.test",
  ]);
});

test("a change that was rejected or taken back leaves the flag as it is, and one that was overtaken is not put in force", async () => {
  await make("checkout");
  await call(environmentApi.putFlagEnvironment, { params: { environment: "production" }, body: { name: "Production", review: true } });
  const ask = async () => (await change("checkout", on(false))).openChange ?? "";
  await call(changeApi.rejectFlagChange, { params: { change: await ask() }, body: { reason: "too early" }, as: as("bob") });
  await call(changeApi.withdrawFlagChange, { params: { change: await ask() }, as: as("ann") });
  const open = await ask();
  await change("checkout", { environments: { ...definition().environments, development: { on: true, rules: [] } } });
  expect(await refusal(call(changeApi.approveFlagChange, { params: { change: open }, body: {}, as: as("bob") }))).toBe(
    "flag.version_changed",
  );
  const { items } = await call(changeApi.listFlagChanges);
  expect(items.map(({ state, reason }) => [state, reason])).toEqual([
    ["open", ""],
    ["withdrawn", ""],
    ["rejected", "too early"],
  ]);
});

test("no key asks for what is reviewed, and what is on there is neither put away nor brought back", async () => {
  await make("checkout");
  await make("old");
  await call(api.archiveFlag, { params: { flag: "old" } });
  await call(environmentApi.putFlagEnvironment, { params: { environment: "production" }, body: { name: "Production", review: true } });
  const key: Partial<RouteContext> = { caller: { kind: "key", keyId: "3", name: "k", scopes: [] } };
  const body = { name: "checkout", baseVersion: 1, definition: definition(on(false)) };
  expect(await refusal(call(api.updateFlag, { params: { flag: "checkout" }, body, as: key }))).toBe("flag_change.person_needed");
  expect(await refusal(call(api.archiveFlag, { params: { flag: "checkout" } }))).toBe("flag.review_needed");
  expect(await refusal(call(api.unarchiveFlag, { params: { flag: "old" } }))).toBe("flag.review_needed");
  const { openChange } = await change("checkout", { environments: { production: { on: false, rules: [] } } });
  await call(changeApi.approveFlagChange, { params: { change: openChange ?? "" }, body: {}, as: as("bob") });
  expect(await call(api.archiveFlag, { params: { flag: "checkout" } })).toMatchObject({ archived: true });
  expect(await call(api.unarchiveFlag, { params: { flag: "checkout" } })).toMatchObject({ archived: false });
});

test("an older version comes back as a new one, through a review where there is one", async () => {
  const restore = (version: number, baseVersion: number) =>
    call(api.restoreFlagVersion, {
      params: { flag: "checkout", version: String(version) },
      body: { baseVersion, note: "as it was" },
      as: as("ann"),
    });
  await make("checkout");
  await change("checkout", on(false));
  expect(await refusal(restore(1, 1))).toBe("flag.version_changed");
  expect(await refusal(restore(3, 2))).toBe("flag.no_such_version");
  expect(await restore(1, 2)).toMatchObject({ version: 3, definition: { environments: { production: { rules: [{ value: true }] } } } });
  // What is in force already is no change.
  expect(await restore(1, 3)).toMatchObject({ version: 3 });
  await call(environmentApi.putFlagEnvironment, { params: { environment: "production" }, body: { name: "Production", review: true } });
  const asked = await restore(2, 3);
  expect(asked).toMatchObject({ version: 3, definition: { environments: { production: { rules: [{ value: true }] } } } });
  await call(changeApi.approveFlagChange, { params: { change: asked.openChange ?? "" }, body: {}, as: as("bob") });
  const { items } = await call(api.listFlagVersions, { params: { flag: "checkout" } });
  expect(items.map(({ version, note, definition: was }) => [version, note, was.environments["production"]?.rules[0]])).toMatchObject([
    [4, "ann@example.test: as it was", { value: false }],
    [3, "as it was", { value: true }],
    [2, "", { value: false }],
    [1, "", { value: true }],
  ]);
  // Neither what was in force already nor what waited was restored; the approval is on record as one.
  expect(audited.filter((entry) => entry.startsWith("flag.restore"))).toEqual(["flag.restore ann@example.test"]);
});

test("a version that names what is gone does not come back", async () => {
  await make("base");
  await make("child", { prerequisites: [{ flag: "base", values: [true] }] });
  await change("child", {});
  await call(api.archiveFlag, { params: { flag: "base" } });
  const restored = call(api.restoreFlagVersion, { params: { flag: "child", version: "1" }, body: { baseVersion: 2 } });
  expect(await refusal(restored)).toBe("flag.no_such_prerequisite");
});

test("a flag that was put away comes back only while there is room", async () => {
  await make("away");
  await call(api.archiveFlag, { params: { flag: "away" } });
  await engine.db`
    insert into flag (workspace_id, key, name, description, version, definition, created_at, created_by, changed_at, changed_by)
    select workspace_id, key || n, name, description, version, definition, created_at, created_by, changed_at, changed_by
    from flag, generate_series(1, 1000) n where workspace_id = ${workspaceId}`;
  expect(await refusal(call(api.unarchiveFlag, { params: { flag: "away" } }))).toBe("flag.too_many");
});

test("a new flag begins off where changes are reviewed", async () => {
  await call(environmentApi.putFlagEnvironment, { params: { environment: "production" }, body: { name: "Production", review: true } });
  const made = await make("checkout", { environments: { production: { on: true, rules: [] }, development: { on: true, rules: [] } } });
  expect(Object.keys(made.definition.environments)).toEqual(["development"]);
  expect(made.openChange).not.toBeNull();
});

test.each([
  ["flag.no_such_environment", { environments: { staging: { on: true, rules: [] } } }],
  [
    "flag.condition_invalid",
    { environments: { production: { on: true, rules: [{ ...rule(true), condition: { country: { $is: "CN" } } }] } } },
  ],
  [
    "flag.condition_invalid",
    { environments: { production: { on: true, rules: [{ ...rule(true), condition: { url: { $regex: "(a+)+" } } }] } } },
  ],
  [
    "flag.names_people",
    { environments: { production: { on: true, rules: [{ ...rule(true), condition: { email: "mei@example.test" } }] } } },
  ],
  [
    "condition.no_such_segment",
    { environments: { production: { on: true, rules: [{ ...rule(true), segments: { any: ["12"], none: [] } }] } } },
  ],
  ["flag.no_such_prerequisite", { prerequisites: [{ flag: "nothing", values: [true] }] }],
  ["flag.cycle", { prerequisites: [{ flag: "one", values: [true] }] }],
])("%s is said of a flag that would not work", async (code, broken) => {
  expect(await refusal(make("one", broken as Partial<Definition>))).toBe(code);
});

test("flags cannot come to presuppose each other, and what is presupposed is not put away", async () => {
  await make("base");
  await make("child", { prerequisites: [{ flag: "base", values: [true] }] });
  expect(
    await refusal(
      change("base", {
        environments: { production: { on: true, rules: [{ ...rule(true), prerequisites: [{ flag: "child", values: [true] }] }] } },
      }),
    ),
  ).toBe("flag.cycle");
  expect(await refusal(call(api.archiveFlag, { params: { flag: "base" } }))).toBe("flag.needed");
  await call(api.archiveFlag, { params: { flag: "child" } });
  expect(await call(api.archiveFlag, { params: { flag: "base" } })).toMatchObject({ archived: true });
  expect(await refusal(call(api.unarchiveFlag, { params: { flag: "child" } }))).toBe("flag.no_such_prerequisite");
});

test("environments that keys lead to stay, and so does production", async () => {
  await call(environmentApi.putFlagEnvironment, { params: { environment: "staging" }, body: { name: "Staging", review: false } });
  expect((await call(environmentApi.listFlagEnvironments)).items.map(({ key }) => key)).toEqual(["production", "development", "staging"]);
  const [row] = await engine.db<{ id: string }[]>`
    insert into api_key (workspace_id, kind, name, hint, hash, scopes, created_at, created_by)
    values (${workspaceId}, 'write', 'site', 'tw_', ${Buffer.from(`hash ${workspaceId}`)}, '{}', now(), 'ann') returning key_id::text as id`;
  await call(environmentApi.putFlagKey, { params: { key: row?.id ?? "" }, body: { environment: "staging" } });
  expect((await call(environmentApi.listFlagKeys)).items).toMatchObject([{ name: "site", environment: "staging" }]);
  await engine.db`
    insert into flag_environment (workspace_id, key, name, review, place) values (${workspaceId}, 'former', 'Former', false, 9)`;
  await engine.db`
    with gone as (
      insert into api_key (workspace_id, kind, name, hint, hash, scopes, created_at, created_by, revoked_at)
      values (${workspaceId}, 'write', 'old site', 'tw_', ${Buffer.from(`gone ${workspaceId}`)}, '{}', now(), 'ann', now()) returning key_id)
    insert into flag_key (workspace_id, key_id, environment) select ${workspaceId}, key_id, 'former' from gone`;
  const remove = (environment: string) => refusal(call(environmentApi.deleteFlagEnvironment, { params: { environment } }));
  expect([
    await remove("staging"),
    await remove("production"),
    await remove("nowhere"),
    await remove("development"),
    await remove("former"),
  ]).toEqual(["flag_environment.in_use", "flag_environment.in_use", "flag_environment.not_found", "taken", "taken"]);
});

const SPLIT = {
  id: "ab",
  kind: "experiment" as const,
  experiment: "prices",
  coverage: 10_000,
  arms: [
    { key: "control", value: false, weight: 5_000 },
    { key: "new", value: true, weight: 5_000 },
  ],
};
const split = { environments: { production: { on: true, rules: [SPLIT] } } };

test("two processes and one that begins later give everyone the same arm, and both see a change", async () => {
  await make("prices", split);
  const [one, other] = [await process(), await process()];
  const armsOf = async (ask: typeof one) => {
    const arms: unknown[] = [];
    for (let at = 0; at < 20; at += 1)
      arms.push(((await ask("/ofrep/v1/evaluate/flags/prices", { context: { targetingKey: `v${at}` } })) as { variant: string }).variant);
    return arms;
  };
  const expected = Array.from({ length: 20 }, (_, at) => (bucketOf("prices", `v${at}`) < 5_000 ? "control" : "new"));
  expect(await armsOf(one)).toEqual(expected);
  expect(await armsOf(other)).toEqual(expected);
  expect(await armsOf(await process())).toEqual(expected);
  await call(api.killFlag, { params: { flag: "prices" }, body: {} });
  for (const ask of [one, other])
    await expect
      .poll(() => ask("/ofrep/v1/evaluate/flags/prices", { context: {} }), { timeout: 30_000 })
      .toMatchObject({ value: false, reason: "DISABLED" });
});

test("a schedule comes in every process without a change", async () => {
  const until = new Date(START_MS + DAY_MS).toISOString();
  await make("sale", { environments: { production: { on: true, rules: [{ ...rule(true), window: { from: null, until } }] } } });
  const ask = await process();
  const value = async () => ((await ask("/ofrep/v1/evaluate/flags/sale", {})) as { value: boolean }).value;
  nowMs = START_MS + DAY_MS - 1;
  expect(await value()).toBe(true);
  nowMs += 1;
  expect(await value()).toBe(false);
});

const originOf = (id: string): string => privacy.originId(workspaceId, "user_id", id);

test("an arm is kept for a person until they are forgotten, and nothing is kept of whoever was", async () => {
  await make("prices", split);
  const ask = await process();
  const give = async (id: string) => ask("/ofrep/v1/evaluate/flags/prices", { context: { targetingKey: id, userId: id } });
  forgotten = originOf("gone");
  await give("gone");
  await give("mei");
  const kept = async () => engine.db`select origin_id::text as id from assignment where workspace_id = ${workspaceId}`;
  await expect.poll(kept, { timeout: 30_000 }).toEqual([{ id: originOf("mei") }]);
  const person = { personId: "1", originIds: [originOf("mei")] };
  expect(await flags.holder.describe(askedAbout(workspaceId, person))).toMatchObject([
    { key: "assignments", total: 1, items: [{ what: "prices" }] },
  ]);
  await engine.db`
    insert into assignment (workspace_id, experiment, version, origin_id, arm, at)
    select workspace_id, 'prices-' || number, version, origin_id, arm, at from assignment cross join generate_series(1, 1000) as number
    where workspace_id = ${workspaceId}`;
  const [told] = await flags.holder.describe(askedAbout(workspaceId, person));
  expect([told?.total, told?.items.length]).toEqual([1_001, 1_000]);
  expect(await eraseFrom(engine.db, flags.holder, erasureOf(workspaceId, [person]))).toMatchObject({
    done: true,
    removed: { rows: 1_001 },
  });
  expect(await kept()).toEqual([]);
});

test("the report of stale flags says which may go, and why", async () => {
  await make("forgotten");
  await make("asked", split);
  await make("young");
  await call(api.createFlag, {
    body: { key: "over", name: "over", expiresAt: new Date(START_MS + DAY_MS).toISOString(), definition: definition(split) },
  });
  const ask = await process();
  nowMs = START_MS + 40 * DAY_MS;
  await make("new");
  await change("young", on(false));
  await ask("/ofrep/v1/evaluate/flags/asked", { context: { targetingKey: "x" } });
  const report = async () =>
    (await call(reportApi.listStaleFlags, { query: { days: 30 } })).items.map(({ key, reasons, value }) => ({ key, reasons, value }));
  await expect.poll(report, { timeout: 30_000 }).toEqual([
    { key: "forgotten", reasons: ["one_value", "use_not_known"], value: true },
    { key: "over", reasons: ["expired", "use_not_known"], value: null },
  ]);
});

test("a flag can be tried without leaving anything behind", async () => {
  await make("prices", split);
  const tried = await call(api.tryFlag, { params: { flag: "prices" }, body: { environment: "production", attributes: { id: "v1" } } });
  expect(tried).toMatchObject({
    reason: "SPLIT",
    rule: "ab",
    experiment: { key: "prices", bucket: bucketOf("prices", "v1"), remembered: false },
  });
  expect(await engine.db`select from assignment where workspace_id = ${workspaceId}`).toHaveLength(0);
  const long = { environment: "production", attributes: { url: "a".repeat(2_049) } };
  expect(await refusal(call(api.tryFlag, { params: { flag: "prices" }, body: long }))).toBe("request.invalid");
});

test("a flag whose experiment was only just decided, or is not, is not yet one that may go", async () => {
  await make("paged", split);
  nowMs = START_MS + 40 * DAY_MS;
  const days = (count: number) => new Date(START_MS + count * DAY_MS);
  const stopped = { id: "1", state: "stopped" as const };
  const reasons = async (standing: ExperimentStanding) => {
    standings.set(SPLIT.experiment, { ...stopped, ...standing });
    return (await call(reportApi.listStaleFlags, { query: { days: 30 } })).items.map((item) => item.reasons);
  };
  expect(await reasons({ ...stopped, movedAt: days(1) })).toEqual([["one_value", "use_not_known"]]);
  expect(await reasons({ ...stopped, movedAt: days(39) })).toEqual([]);
  expect(await reasons({ ...stopped, movedAt: days(1), isUndecided: true })).toEqual([["use_not_known"]]);
});

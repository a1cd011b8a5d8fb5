import * as reportApi from "@terrace/contract/api/holdout-report";
import * as api from "@terrace/contract/api/holdouts";
import * as costApi from "@terrace/contract/api/program-costs";
import * as mergeApi from "@terrace/contract/api/merges";
import type { RouteContract } from "@terrace/contract/route";
import { groupByHash } from "@terrace/domain/holdouts/generation";
import { startBothEngines, type TestEngines } from "@terrace/testkit/both-engines";
import { callRoute, type CallInput } from "@terrace/testkit/call-route";
import { actsIn } from "@terrace/testkit/live-acts";
import { freshLiveWorld, type LiveWorld } from "@terrace/testkit/live-world";
import { device, eventOf, user } from "@terrace/testkit/people-model";
import { askedAbout, eraseFrom, erasureOf } from "@terrace/testkit/personal-data";
import pino from "pino";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { ch } from "../../platform/storage/clickhouse.ts";
import { createHoldouts, type Holdouts } from "./module.ts";

const DAY_MS = 86_400_000;
const START_MS = Date.UTC(2026, 1, 10, 12);
const PEOPLE = 200;

let engines: TestEngines;
let world: LiveWorld;
let holdouts: Holdouts;
let workspaceId = 0;
beforeAll(async () => {
  engines = await startBothEngines();
}, 120_000);
afterAll(() => engines.stop());
beforeEach(async () => {
  ({ workspaceId, world } = await freshLiveWorld(engines, START_MS));
  holdouts = make();
  await world.append(users.map((name) => eventOf({ workspaceId, messageId: `seen-${name}`, timeMs: world.nowMs, ids: [user(name)] })));
  await world.drain();
});

const audited: object[] = [];
const users = Array.from({ length: PEOPLE }, (_, n) => `u${n}`);
const make = (): Holdouts =>
  createHoldouts({
    db: engines.db,
    privacy: world.privacy,
    audit: (_, { action, target, detail }) => {
      audited.push({ action, target, detail });
      return Promise.resolve();
    },
    log: pino({ enabled: false }),
    people: world.people,
    insight: world.insight,
    calendar: () => Promise.resolve({ zone: "Europe/Berlin", weekStart: "monday" }),
    nowMs: () => world.nowMs,
  });
const call = <C extends RouteContract>(of: C, input: CallInput<C> = {}) => callRoute(holdouts.routes, workspaceId, of, input);
const { people, personOf } = actsIn(() => ({ engines, world, workspaceId }));
const sms = { kind: "message", key: "sms" } as const;
const ask = async (names: readonly string[], program: { kind: "message" | "coupon"; key: string } = sms) =>
  (await call(api.askHoldouts, { body: { program, people: names.map((value) => ({ kind: "user_id" as const, value })) } })).items;
const begin = (part: Partial<CallInput<typeof api.createHoldout>["body"]> = {}) =>
  call(api.createHoldout, { body: { key: "all", name: "全局对照组", scope: "everything", share: 1_000, ...part } });
const originOf = (name: string, kind: "user_id" | "anonymous_id" = "user_id"): string => world.privacy.originId(workspaceId, kind, name);

type Exposure = { readonly origin: string; readonly experiment: string; readonly variant: string };
const exposures = async (): Promise<readonly Exposure[]> => {
  await world.drain();
  return engines.warehouse.rows<Exposure>(
    workspaceId,
    "test",
    ch`select toString(origin_id) as origin, toString(properties.experiment) as experiment, toString(properties.variant) as variant
      from events where workspace_id = ${ch.value("UInt32", workspaceId)} and name = '$exposure' order by origin, experiment`,
  );
};

test("without a holdout everybody may get everything, and nothing is logged", async () => {
  expect(await ask(["u1", "nobody"])).toEqual([{ may: true, heldBy: null, groups: [] }, null]);
  expect(await exposures()).toEqual([]);
});

test("a share is held, the same each time, and each is logged once however often and by however many it is asked", async () => {
  await begin();
  const [first, second] = await Promise.all([ask(users), ask(users)]);
  expect(second).toEqual(first);
  expect(await ask(users, { kind: "coupon", key: "c1" })).toEqual(first);
  const held = first.filter((one) => one?.may === false).length;
  // 10 % of 200: five standard deviations.
  expect(held).toBeGreaterThan(0);
  expect(held).toBeLessThan(42);
  const told = await exposures();
  expect(told).toHaveLength(PEOPLE);
  const groups = new Map(told.map(({ origin, variant }) => [origin, variant]));
  for (const [n, name] of users.entries()) expect(groups.get(originOf(name))).toBe(first[n]?.may === true ? "open" : "held");
  expect(new Set(told.map(({ experiment }) => experiment))).toEqual(new Set(["holdout:all:1"]));
  const [listed] = (await call(api.listHoldouts)).items;
  expect(listed?.generation).toMatchObject({ number: 1, share: 1_000, held, open: PEOPLE - held, conflicts: 0 });
  await call(api.rotateHoldout, { params: { holdout: "all" } });
  await ask(users.slice(0, 3));
  const [rotated] = (await call(api.listHoldouts)).items;
  expect(rotated?.generation).toMatchObject({ number: 2, conflicts: 0 });
  expect((rotated?.generation.held ?? 0) + (rotated?.generation.open ?? 0)).toBe(3);
  const turns = (await call(api.getHoldout, { params: { holdout: "all" } })).generations;
  expect(turns.map((turn) => turn.held + turn.open)).toEqual([3, PEOPLE]);
});

test("who is held from everything is no part of holdouts of single programs", async () => {
  await begin({ key: "coupons", scope: [{ kind: "coupon", key: null }], share: 5_000 });
  await begin({ share: 5_000 });
  for (const one of await ask(users, { kind: "coupon", key: "c1" })) {
    const [all, coupons] = one?.groups ?? [];
    expect(all?.holdout).toBe("all");
    expect(coupons?.holdout).toBe(all?.group === "held" ? undefined : "coupons");
    expect(one?.heldBy).toBe(all?.group === "held" ? "all" : coupons?.group === "held" ? "coupons" : null);
  }
  expect((await ask(users)).every((one) => one?.groups.length === 1)).toBe(true);
  const page = await call(api.listHoldoutPeople, { params: { holdout: "coupons" }, query: { group: "held", limit: 3 } });
  expect(page.items).toHaveLength(3);
  expect(page.items.every(({ group }) => group === "held")).toBe(true);
  const next = await call(api.listHoldoutPeople, {
    params: { holdout: "coupons" },
    query: { group: "held", limit: 200, cursor: page.nextCursor },
  });
  const [detail] = (await call(api.getHoldout, { params: { holdout: "coupons" } })).generations;
  expect(page.items.length + next.items.length).toBe(detail?.held);
});

test("turns follow the calendar, also while nobody runs; the past stays known", async () => {
  await begin({ rotation: { every: 1, unit: "month" }, share: 5_000 });
  const before = await ask(users);
  world.nowMs += 60 * DAY_MS;
  // April the 11th: the turns of March and April are made up for by whoever asks first.
  const after = await ask(users);
  expect(after[0]?.groups[0]?.generation).toBe(3);
  expect(after.map((one) => one?.may)).not.toEqual(before.map((one) => one?.may));
  const detail = await call(api.getHoldout, { params: { holdout: "all" } });
  expect(detail.generations.map(({ number, from, to }) => [number, from, to])).toEqual([
    [3, "2026-03-31T22:00:00.000Z", null],
    [2, "2026-02-28T23:00:00.000Z", "2026-03-31T22:00:00.000Z"],
    [1, "2026-02-10T12:00:00.000Z", "2026-02-28T23:00:00.000Z"],
  ]);
  expect(detail.rotatesAt).toBe("2026-04-30T22:00:00.000Z");
  const person = await personOf("u3");
  const groupAt = async (at: string) => (await call(api.listPersonHoldouts, { params: { person }, query: { at } })).items[0];
  expect(await groupAt("2026-02-20T00:00:00Z")).toMatchObject({
    generation: 1,
    group: before[3]?.may === true ? "open" : "held",
    askedAt: "2026-02-10T12:00:00.000Z",
  });
  // In March nobody asked: it is the group that would have been.
  expect(await groupAt("2026-03-31T21:59:59Z")).toMatchObject({
    generation: 2,
    group: groupByHash("all", { number: 2, share: 5_000 }, person),
    askedAt: null,
  });
  expect(await groupAt("2026-03-31T22:00:00Z")).toMatchObject({ generation: 3 });
  expect(await groupAt("2026-02-10T11:59:59Z")).toBeUndefined();
});

test("one that cannot rotate keeps no other from it, and the last place is taken once", async () => {
  await begin({ key: "broken", rotation: { every: 1, unit: "day" } });
  await begin({ rotation: { every: 1, unit: "month" } });
  await engines.db`delete from holdout_generation where workspace_id = ${workspaceId}
    and holdout_id = (select holdout_id from holdout where workspace_id = ${workspaceId} and key = 'broken')`;
  world.nowMs += 30 * DAY_MS;
  await holdouts.jobs[0]?.run();
  expect((await call(api.getHoldout, { params: { holdout: "all" } })).generation.number).toBe(2);
  await engines.db`delete from holdout where workspace_id = ${workspaceId} and key = 'broken'`;
  for (let at = 2; at < api.HOLDOUTS_MAX; at += 1) await begin({ key: `h${at}` });
  const last = await Promise.allSettled(["one", "two", "three"].map((key) => begin({ key })));
  expect(last.map(({ status }) => status).toSorted()).toEqual(["fulfilled", "rejected", "rejected"]);
  expect((await call(api.listHoldouts)).items).toHaveLength(api.HOLDOUTS_MAX);
});

test("however many ended since, all are listed page by page, and who was held when stays known", async () => {
  await begin({ key: "first", name: "第一个" });
  await ask(["u1"]);
  const then = new Date(world.nowMs).toISOString();
  world.nowMs += 1_000;
  await call(api.endHoldout, { params: { holdout: "first" } });
  const ended = new Date(world.nowMs);
  await engines.db`
    with made as (
      insert into holdout (workspace_id, key, name, scope, created_at, created_by, ended_at)
      select ${workspaceId}, 'later' || n, 'later', '"everything"', ${ended}, 'ann', ${ended} from generate_series(1, 1100) n returning holdout_id)
    insert into holdout_generation (workspace_id, holdout_id, number, share, from_at, to_at)
    select ${workspaceId}, holdout_id, 1, 500, ${ended}, ${ended} from made`;
  await begin({ key: "runs" });
  const keys: string[] = [];
  for (let cursor: string | undefined; ;) {
    const page = await call(api.listHoldouts, { query: { limit: 200, ...(cursor === undefined ? {} : { cursor }) } });
    keys.push(...page.items.map(({ key }) => key));
    cursor = page.nextCursor;
    if (cursor === undefined) break;
  }
  expect(keys).toHaveLength(1_102);
  expect(new Set(keys).size).toBe(1_102);
  expect([keys[0], keys[1], keys.at(-1)]).toEqual(["runs", "later1100", "first"]);
  const person = await personOf("u1");
  expect((await call(api.listPersonHoldouts, { params: { person }, query: { at: then } })).items.map(({ name }) => name)).toEqual([
    "第一个",
  ]);
  const asked = askedAbout(workspaceId, { personId: person, originIds: [originOf("u1")] });
  expect(await holdouts.holder.describe(asked)).toMatchObject([{ items: [{ what: "第一个" }] }]);
});

test("a new share and a rotation by hand begin turns; an ended holdout holds nobody and can go", async () => {
  await begin({ rotation: null });
  await call(api.updateHoldout, { params: { holdout: "all" }, body: { name: "新名字" } });
  world.nowMs += 1_000;
  const changed = await call(api.updateHoldout, { params: { holdout: "all" }, body: { share: 200 } });
  expect(changed).toMatchObject({ name: "新名字", rotatesAt: null, generation: { number: 2, share: 200 } });
  world.nowMs += 1_000;
  expect((await call(api.rotateHoldout, { params: { holdout: "all" } })).generations.map(({ to }) => to)).toEqual([
    null,
    new Date(world.nowMs).toISOString(),
    new Date(world.nowMs - 1_000).toISOString(),
  ]);
  await expect(call(api.deleteHoldout, { params: { holdout: "all" } })).rejects.toMatchObject({ fault: { code: "holdout.running" } });
  await ask(["u1"]);
  world.nowMs += 1_000;
  await call(api.endHoldout, { params: { holdout: "all" } });
  expect(await ask(["u1"])).toEqual([{ may: true, heldBy: null, groups: [] }]);
  await expect(call(api.rotateHoldout, { params: { holdout: "all" } })).rejects.toMatchObject({ fault: { code: "holdout.ended" } });
  await expect(begin()).rejects.toMatchObject({ fault: { code: "holdout.key_taken" } });
  await call(api.deleteHoldout, { params: { holdout: "all" } });
  expect((await call(api.listHoldouts)).items).toEqual([]);
});

test("an anonymous visitor who signs in keeps the group; joined people of different groups are a conflict, and the earlier holds", async () => {
  await begin({ share: 5_000 });
  const dev = (n: number) => device(`d${n}`);
  await world.append(
    [0, 1, 2, 3, 4, 5, 6, 7].map((n) => eventOf({ workspaceId, messageId: `d-${n}`, timeMs: world.nowMs, ids: [dev(n)] })),
  );
  await world.drain();
  const asked = (
    await call(api.askHoldouts, {
      body: { program: sms, people: [0, 1, 2, 3, 4, 5, 6, 7].map((n) => ({ kind: "anonymous_id" as const, value: `d${n}` })) },
    })
  ).items;
  // Signing in as somebody the hash puts into the other group.
  const signsIn = [0, 1, 2, 3, 4, 5, 6, 7].map((n) => ({ n, name: `fresh${n}` }));
  world.nowMs += 1_000;
  await world.append(
    signsIn.map(({ n, name }) => eventOf({ workspaceId, messageId: `in-${n}`, timeMs: world.nowMs, ids: [user(name), dev(n)] })),
  );
  await world.drain();
  const after = await ask(signsIn.map(({ name }) => name));
  expect(after).toEqual(asked);
  // The hash of their new ids says otherwise for some of them.
  const hashed = signsIn.map(({ name }) => groupByHash("all", { number: 1, share: 5_000 }, originOf(name)));
  expect(hashed).not.toEqual(after.map((one) => one?.groups[0]?.group));
  const all = await ask(users);
  const other = users.findIndex((_, n) => all[n]?.may !== after[0]?.may);
  const [one, two] = [await personOf("fresh0"), await personOf(users[other] ?? "")];
  world.nowMs += 1_000;
  await people(mergeApi.createMerge, { body: { people: [one, two], confirmConflicts: true } });
  await world.drain();
  const joined = (await ask(["fresh0", users[other] ?? ""])).map((each) => each?.may);
  expect(joined).toEqual([after[0]?.may, after[0]?.may]);
  expect((await call(api.getHoldout, { params: { holdout: "all" } })).generation.conflicts).toBe(1);
});

test("who is forgotten is in no group, and the report to a person tells theirs", async () => {
  await begin();
  await ask(["u1", "u2"]);
  const person = { personId: await personOf("u1"), originIds: [originOf("u1")] };
  const asked = askedAbout(workspaceId, person);
  expect(await holdouts.holder.describe(asked)).toMatchObject([{ key: "holdouts", total: 1, items: [{ what: "全局对照组" }] }]);
  expect(await eraseFrom(engines.db, holdouts.holder, erasureOf(workspaceId, [person]))).toMatchObject({
    done: true,
    removed: { rows: 1 },
  });
  expect(await holdouts.holder.describe(asked)).toEqual([]);
  const { generation } = await call(api.getHoldout, { params: { holdout: "all" } });
  expect(generation.held + generation.open).toBe(1);
});

/** An order as it comes in now. */
const bought = (name: string, n: number, revenue: number) =>
  eventOf({
    workspaceId,
    messageId: `order-${n}`,
    timeMs: world.nowMs,
    ids: [user(name)],
    name: "Order Completed",
    properties: { revenue },
  });

test("only a turn that ended by the calendar of its beginning is read once", async () => {
  await begin({ share: 5_000, rotation: { every: 1, unit: "month" } });
  const may = (await ask(users)).map((one) => one?.may === true);
  world.nowMs += 60_000;
  await world.append(
    users.flatMap((name, n) => (n % 2 === 0 && may[n] === true ? [bought(name, n, 30)] : n % 5 === 0 ? [bought(name, n, 10)] : [])),
  );
  await world.drain();
  const reportOf = (generation: number) =>
    call(reportApi.reportHoldout, { params: { holdout: "all" }, body: { generation, covariateDays: null } });
  const going = await reportOf(1);
  world.nowMs = Date.parse("2026-03-01T00:00:00+01:00");
  await ask(users);
  const over = await reportOf(1);
  expect([going.reading, over.reading]).toEqual(["sequential", "fixed"]);
  // Read once, an interval is narrower than one that may be read on any day.
  const width = ({ metrics }: typeof over): number => (metrics[0]?.total?.high ?? Infinity) - (metrics[0]?.total?.low ?? -Infinity);
  expect(width(over)).toBeLessThan(width(going));
  // The turn of March was to end with March; another rhythm lets it end before.
  await call(api.updateHoldout, { params: { holdout: "all" }, body: { rotation: { every: 1, unit: "week" } } });
  world.nowMs = Date.parse("2026-03-03T00:00:00+01:00");
  await ask(users);
  const detail = await call(api.getHoldout, { params: { holdout: "all" } });
  expect(detail.generations.map(({ number, to }) => [number, to])).toEqual([
    [3, null],
    [2, "2026-03-01T23:00:00.000Z"],
    [1, "2026-02-28T23:00:00.000Z"],
  ]);
  expect((await reportOf(2)).reading).toBe("sequential");
});

test("a report tells what the others did more than who is held, what it cost and what came back", async () => {
  await begin({ share: 5_000 });
  // Before the question: no part of it.
  await world.append(users.map((name, n) => bought(name, n, 99)));
  world.nowMs += DAY_MS;
  const may = (await ask(users, { kind: "coupon", key: "spring" })).map((one) => one?.may === true);
  world.nowMs += 60_000;
  // Every fifth buys anyway for 10; who may get the coupon buys for 30 at every second, too.
  const spent = users.map((_, n) => (n % 5 === 0 ? 10 : 0) + (may[n] === true && n % 2 === 0 ? 30 : 0));
  await world.append(users.flatMap((name, n) => (spent[n] === 0 ? [] : [bought(name, 1_000 + n, spent[n] ?? 0)])));
  const cost = (id: string, at: string, key = "spring") => ({ id, program: { kind: "coupon" as const, key }, at, amountMinor: 10_000 });
  const costs = [cost("a", "2026-02-11T12:00:00Z"), cost("b", "2026-02-11T12:00:30Z", "other"), cost("c", "2026-02-10T11:59:59Z")];
  expect(await call(costApi.bookProgramCosts, { body: { items: costs } })).toEqual({ booked: 3, known: 0 });
  expect(await call(costApi.bookProgramCosts, { body: { items: costs } })).toEqual({ booked: 0, known: 3 });
  // What was there already is no booking.
  expect(audited.filter((act) => "action" in act && act.action === "holdout.book")).toEqual([
    {
      action: "holdout.book",
      target: "program_cost:a",
      detail: { costs: 3, amountMinor: 30_000, programs: "coupon:other, coupon:spring", morePrograms: 0 },
    },
  ]);
  expect((await call(costApi.listProgramCosts, { query: { limit: 2 } })).items.map(({ id }) => id)).toEqual(["b", "a"]);
  // Of the turn: not what was booked for a time before it.
  const ofTurn = await call(costApi.listProgramCosts, { query: { holdout: "all", generation: 1 } });
  expect(ofTurn.items.map(({ id }) => id)).toEqual(["b", "a"]);
  await expect(call(costApi.listProgramCosts, { query: { holdout: "none" } })).rejects.toMatchObject({
    fault: { code: "holdout.not_found" },
  });
  world.nowMs += 60_000;
  await world.drain();

  const report = await call(reportApi.reportHoldout, { params: { holdout: "all" }, body: { covariateDays: null } });
  const total = (of: boolean, value: (n: number) => number) => users.reduce((sum, _, n) => sum + (may[n] === of ? value(n) : 0), 0);
  const [held, open] = [total(false, () => 1), total(true, () => 1)];
  const minor = (n: number): number => (spent[n] ?? 0) * 100;
  const isBuyer = (n: number): number => ((spent[n] ?? 0) > 0 ? 1 : 0);
  expect(report).toMatchObject({
    generation: 1,
    reading: "sequential",
    people: { held, open, conflicts: 0 },
    costMinor: 20_000,
    split: { blocks: false },
  });
  const [buyers, revenue] = report.metrics;
  expect(buyers).toMatchObject({ statistic: "proportion", held: { n: held }, open: { n: open } });
  expect(buyers?.held.value).toBeCloseTo(total(false, isBuyer) / held, 12);
  expect(revenue?.held.value).toBeCloseTo(total(false, minor) / held, 6);
  expect(revenue?.open.value).toBeCloseTo(total(true, minor) / open, 6);
  const brought = (total(true, minor) / open - total(false, minor) / held) * open;
  expect(revenue?.total?.estimate).toBeCloseTo(brought, 4);
  expect(revenue?.returnOnCost?.estimate).toBeCloseTo((brought - 20_000) / 20_000, 8);
  expect(revenue?.perPerson?.low).toBeLessThan(revenue?.perPerson?.estimate ?? 0);

  world.nowMs += 1_000;
  await call(api.rotateHoldout, { params: { holdout: "all" } });
  const over = await call(reportApi.reportHoldout, { params: { holdout: "all" }, body: { generation: 1, covariateDays: null } });
  // Whoever ended it may have done so by what it showed.
  expect(over.reading).toBe("sequential");
  expect(over.metrics[1]?.total?.estimate).toBeCloseTo(brought, 4);
  const now = await call(reportApi.reportHoldout, { params: { holdout: "all" }, body: {} });
  expect(now.metrics[0]).toMatchObject({ held: { n: 0, value: null }, perPerson: null });
  await call(costApi.deleteProgramCost, { params: { cost: "b" } });
  expect(audited.at(-1)).toEqual({ action: "holdout.unbook", target: "program_cost:b", detail: { cost: "b" } });
  expect((await call(reportApi.reportHoldout, { params: { holdout: "all" }, body: { generation: 1 } })).costMinor).toBe(10_000);
  await expect(call(costApi.deleteProgramCost, { params: { cost: "b" } })).rejects.toMatchObject({
    fault: { code: "holdout.no_such_cost" },
  });
});

import { fieldView, NO_FIELD_RULES } from "@terrace/domain/access/field-view";
import * as mergeApi from "@terrace/contract/api/merges";
import * as codeApi from "@terrace/contract/api/referral-codes";
import * as treeApi from "@terrace/contract/api/referral-tree";
import * as api from "@terrace/contract/api/referrals";
import type { RouteContract } from "@terrace/contract/route";
import type { FeedEvent } from "@terrace/domain/event/feed-event";
import { EMPTY_CONTEXT } from "@terrace/domain/event/feed-event";
import { CLICK_EVENT, type VirtualEvent } from "@terrace/domain/event/virtual-event";
import { settleClaims, type Claim } from "@terrace/domain/referrals/settle-claims";
import { startBothEngines, type TestEngines } from "@terrace/testkit/both-engines";
import { callRoute, type CallInput } from "@terrace/testkit/call-route";
import { actsIn } from "@terrace/testkit/live-acts";
import { freshLiveWorld, ownersIn, type LiveWorld } from "@terrace/testkit/live-world";
import { device, user } from "@terrace/testkit/people-model";
import { askedAbout, eraseFrom, erasureOf } from "@terrace/testkit/personal-data";
import { makeWorkspace, refuseWrites } from "@terrace/testkit/state-engine";
import fc from "fast-check";
import fastify from "fastify";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { LANE_COUNT } from "../../platform/feed/lanes.ts";
import { createReactor, type Reactor } from "../../platform/feed/reactor.ts";
import { ch } from "../../platform/storage/clickhouse.ts";
import { inTransaction } from "../../platform/storage/postgres.ts";
import { lockSettling } from "./claim.store.ts";
import { createReferrals, programsNaming, type Referrals } from "./module.ts";

const RUNS = Number(process.env["TERRACE_RUNS"] ?? 4);
const DAY_MS = 86_400_000;
const START_MS = Date.UTC(2026, 2, 28, 9);
const LANES = Array.from({ length: LANE_COUNT }, (_, lane) => lane);

let engines: TestEngines;
let world: LiveWorld;
let referrals: Referrals;
let reactor: Reactor;
let clicks: FeedEvent[] = [];
let virtuals: readonly VirtualEvent[] = [];
let workspaceId = 0;
let messages = 0;
beforeAll(async () => {
  engines = await startBothEngines();
}, 120_000);
afterAll(() => engines.stop());
beforeEach(begin);

async function begin(): Promise<void> {
  ({ workspaceId, world } = await freshLiveWorld(engines, START_MS));
  clicks = [];
  virtuals = [];
  startReferrals();
  messages += 1;
}

function startReferrals(): void {
  const { db, warehouse } = engines;
  let drawn = 0;
  referrals = createReferrals({
    db,
    warehouse,
    privacy: world.privacy,
    audit: () => Promise.resolve(),
    workspace: (id) => Promise.resolve({ workspaceId: id, name: "w", timeZone: "Europe/Berlin", currency: "CNY", label: "" }),
    people: world.people,
    virtualEvents: () => Promise.resolve(virtuals),
    segmentsOf: () => Promise.resolve(new Set(["7"])),
    segmentNames: (_, ids) => Promise.resolve(new Map(ids.filter((id) => id === "7" || id === "8").map((id) => [id, id]))),
    denies: () => false,
    accept: (events) => {
      clicks.push(...events);
      return world.append(events);
    },
    nowMs: () => world.nowMs,
    randomId: () => `r-${messages++}`,
    randomBytes: (count) => Uint8Array.from({ length: count }, () => (drawn = (drawn * 137 + 31 + workspaceId) % 251)),
    log: world.log,
  });
  reactor = createReactor({ db, cipher: world.privacy }, referrals.reaction);
}

/** Everything until nothing is left to do. The list of programs is looked up again after a second. */
async function drain(): Promise<void> {
  const { signal } = new AbortController();
  world.nowMs += 1_000;
  for (let worked = true; worked;) {
    await world.drain();
    worked = false;
    while (await reactor.step(LANES)) worked = true;
    for (const { step } of referrals.loops) while ((await step(signal)) === 0) worked = true;
  }
}

const call = <C extends RouteContract>(of: C, input: CallInput<C> = {}) => callRoute(referrals.routes, workspaceId, of, input);
const { people, came, originOf, personOf } = actsIn(() => ({ engines, world, workspaceId }));

type NewProgram = CallInput<typeof api.createProgram>["body"];
const PROGRAM = {
  name: "老带新",
  landing: "https://shop.test/new?from=friend",
  conversion: { event: "Order Completed" },
} as const;
const makeProgram = async (more: Partial<NonNullable<NewProgram>> = {}): Promise<string> =>
  (await call(api.createProgram, { body: { ...PROGRAM, ...more } })).id;

/** Who was brought by whom, as ids of users; with the generation, and whether they converted. */
async function treeNow(program: string, names: readonly string[]): Promise<readonly string[]> {
  const owners = await ownersIn(engines, workspaceId);
  const nameOf = new Map(names.map((name) => [owners.get(originOf(name)) ?? originOf(name), name]));
  const rows = await engines.db<{ inviter: string; invitee: string; generation: number; converted: string | null }[]>`
    select inviter_id as inviter, invitee_id as invitee, generation, converted_ms as converted
    from referral_claim where workspace_id = ${workspaceId} and program_id = ${program} and state = 'bound' order by at_ms, invitee_origin`;
  return rows.map(
    ({ inviter, invitee, generation, converted }) =>
      `${nameOf.get(inviter) ?? inviter}>${nameOf.get(invitee) ?? invitee}:${generation}${converted === null ? "" : "!"}`,
  );
}

/** Events that were told, by the message they came with: twice is twice. */
async function told(name: string): Promise<readonly { message: string; origin: string; properties: string }[]> {
  // They end with the number of a claim, of which the shorter is the earlier.
  return engines.warehouse.rows(
    workspaceId,
    "test",
    ch`select message_id as message, toString(origin_id) as origin, toString(properties) as properties from events
      where workspace_id = ${ch.value("UInt32", workspaceId)} and name = ${ch.value("String", name)} order by length(message_id), message_id`,
  );
}

test("a workspace in which nothing can be settled or looked at stops none of those after it", async () => {
  const broken = workspaceId;
  const begun = async (): Promise<string> => {
    const signedIn = ["ann", "ben", "cat"].map((name) => came({ ids: [user(name)], name: "Signed In" }));
    await world.append(signedIn);
    await drain();
    return makeProgram();
  };
  const bind = (program: string, name: string) =>
    call(codeApi.bindPeople, { params: { program }, body: { pairs: [{ inviter: { value: "ann" }, invitee: { value: name } }] } });
  const first = await begun();
  await bind(first, "ben");
  const sound = await makeWorkspace(engines.db);
  workspaceId = sound;
  const program = await begun();
  await bind(program, "ben");
  await drain();
  world.nowMs += DAY_MS;
  const ids = [user("ben")];
  await world.append([broken, sound].map((id) => ({ ...came({ ids, name: "Order Completed" }), workspaceId: id })));
  await world.drain();
  while (await reactor.step(LANES));
  world.outlivesFailures = true;
  const mend = await refuseWrites(engines.db, ["referral_claim"], broken);
  await drain();
  expect(await treeNow(program, ["ann", "ben"])).toEqual(["ann>ben:1!"]);
  await bind(program, "cat");
  workspaceId = broken;
  await bind(first, "cat");
  await drain();
  workspaceId = sound;
  expect(await treeNow(program, ["ann", "ben", "cat"])).toEqual(["ann>ben:1!", "ann>cat:1"]);
  await mend();
});

test("a program whose condition cannot be read stops nobody else's, and what came for it meanwhile is heard once it can", async () => {
  const rules = { newPeopleOnly: false, bindBy: { event: "Invited", property: "by" } };
  const begun = async (of: number): Promise<string> => {
    workspaceId = of;
    await world.append([came({ ids: [user("ann")], name: "Signed In" })]);
    await drain();
    return makeProgram({ ...rules, conversion: { event: "Order Completed", where: { property: "amount", gte: 10 } } });
  };
  const broken = workspaceId;
  const sound = await makeWorkspace(engines.db);
  const unread = await begun(broken);
  const program = await begun(sound);
  const [held] = await engines.db<{ where: Uint8Array }[]>`
    select conversion_where as where from referral_program where workspace_id = ${broken} and program_id = ${unread}`;
  const seal = (where: Uint8Array) =>
    engines.db`update referral_program set conversion_where = ${where} where workspace_id = ${broken} and program_id = ${unread}`;
  await seal(new Uint8Array(40));
  world.outlivesFailures = true;
  for (const part of [
    { name: "Invited", properties: { by: "ann" } },
    { name: "Order Completed", properties: { amount: 20 } },
  ]) {
    world.nowMs += DAY_MS;
    await world.append([broken, sound].map((id) => ({ ...came({ ids: [user("ben")], ...part }), workspaceId: id })));
  }
  await drain();
  expect(await treeNow(program, ["ann", "ben"])).toEqual(["ann>ben:1!"]);
  workspaceId = broken;
  expect(await treeNow(unread, ["ann", "ben"])).toEqual([]);
  await seal(held?.where ?? new Uint8Array());
  // Whoever starts again leaves nobody alone for having failed before.
  startReferrals();
  await drain();
  expect(await treeNow(unread, ["ann", "ben"])).toEqual(["ann>ben:1!"]);
});

test("a code in the address of a page binds who comes; converting is told once, and credited to those above", async () => {
  await world.append([came({ ids: [user("ann")], name: "Signed In" })]);
  await drain();
  const program = await makeProgram({ creditDepth: 2 });
  const [given] = (await call(codeApi.giveCodes, { params: { program }, body: { people: [await personOf("ann")], code: "Ann-2026" } }))
    .items;
  expect(given).toMatchObject({ code: "ann-2026", path: "/r/ann-2026", given: true, bound: 0, person: { displayName: "ann" } });
  await expect(
    call(codeApi.giveCodes, { params: { program }, body: { people: [await personOf("ann")], label: "x", code: "ANN-2026" } }),
  ).rejects.toMatchObject({ fault: { code: "referral.code_taken", field: "code" } });

  world.nowMs += DAY_MS;
  const page = (code: string) => ({
    ...EMPTY_CONTEXT,
    pageUrl: `https://shop.test/new?from=friend&ref=${code}`,
    ipPrefix: "203.0.113.0/24",
  });
  await world.append([came({ ids: [device("d-ben")], name: "$pageview", context: page("ANN-2026") })]);
  await world.append([came({ ids: [user("ben"), device("d-ben")], name: "Signed Up" })]);
  // Ann was there before, so nobody brought her; nor does she bring herself.
  await world.append([came({ ids: [user("ann")], name: "$pageview", context: page("ann-2026") })]);
  await drain();
  expect(await treeNow(program, ["ann", "ben"])).toEqual(["ann>ben:1"]);

  const bens = await call(codeApi.askForCode, { params: { program }, body: { person: { value: "ben" } } });
  expect(bens.code).toMatch(/^[2-9a-hj-km-np-z]{9}$/);
  expect((await call(codeApi.askForCode, { params: { program }, body: { person: { value: "ben" } } })).code).toBe(bens.code);
  world.nowMs += DAY_MS;
  await world.append([
    came({ ids: [user("cat")], name: "Signed Up", properties: { $referral_code: bens.code } }),
    came({ ids: [user("ben")], name: "Order Completed", properties: { revenue: 12.5, currency: "CNY" } }),
  ]);
  await drain();
  world.nowMs += DAY_MS;
  await world.append([
    came({ ids: [user("cat")], name: "Order Completed", properties: { revenue: 30 } }),
    came({ ids: [user("cat")], name: "Order Completed", properties: { revenue: 1 } }),
  ]);
  await drain();
  expect(await treeNow(program, ["ann", "ben", "cat"])).toEqual(["ann>ben:1!", "ben>cat:2!"]);
  expect((await told("$referral_bound")).map(({ properties }) => JSON.parse(properties) as unknown)).toMatchObject([
    { code: "ann-2026", generation: 1 },
    { code: bens.code, generation: 2 },
  ]);
  const brought = (await told("$referral_brought")).map(({ origin, properties }) => [
    origin,
    (JSON.parse(properties) as { code: string }).code,
  ]);
  expect(brought).toEqual([
    [originOf("ann"), "ann-2026"],
    [originOf("ben"), bens.code],
  ]);
  // Ben is known by the device that followed the link, too.
  const owners = await ownersIn(engines, workspaceId);
  const converted = (await told("$referral_converted")).map(({ origin }) => owners.get(origin) ?? "");
  expect(converted.toSorted()).toEqual([await personOf("ben"), await personOf("cat")].toSorted());
  const credits = (await told("$referral_credited")).map(({ origin, properties }) => [
    owners.get(origin),
    (JSON.parse(properties) as { level: number }).level,
  ]);
  expect(credits.toSorted()).toEqual(
    [
      [await personOf("ann"), 1],
      [await personOf("ben"), 1],
      [await personOf("ann"), 2],
    ].toSorted(),
  );
  const { now } = await call(treeApi.getFigures, { params: { program } });
  expect(now).toMatchObject({ codes: 2, bound: 2, converted: 2, conversionRate: 1, revenueMinor: 4_350, inviters: 2 });
  expect(now.generations).toEqual([
    { generation: 1, people: 1, converted: 1, rate: 1, revenueMinor: 1_250 },
    { generation: 2, people: 1, converted: 1, rate: 1, revenueMinor: 3_100 },
  ]);
  // Ann and ben brought one each, cat nobody.
  expect(now.viral).toMatchObject({
    participants: 3,
    brought: 2,
    converted: 2,
    invitationsPerParticipant: 2 / 3,
    conversionRate: 1,
    complete: false,
  });
  expect(now.viral.k).toBeCloseTo(2 / 3);
  expect(await call(treeApi.getPersonReferrals, { params: { person: await personOf("ben") } })).toMatchObject({
    items: [
      {
        program: { id: program },
        broughtBy: { displayName: "ann" },
        code: "ann-2026",
        generation: 1,
        direct: 1,
        convertedDirect: 1,
        codes: [{ code: bens.code }],
      },
    ],
  });
  expect((await call(treeApi.listInviters, { params: { program } })).items).toMatchObject([{ bound: 1 }, { bound: 1 }]);
  await call(codeApi.retireCode, { params: { program, code: "ann-2026" } });
  world.nowMs += DAY_MS;
  await world.append([came({ ids: [user("dan")], name: "Signed Up", properties: { $referral_code: "ann-2026" } })]);
  await drain();
  expect(await treeNow(program, ["ann", "ben", "cat", "dan"])).toHaveLength(2);
});

test("who may invite is asked when a server asks for a code, not when an operator gives one", async () => {
  await world.append([came({ ids: [user("ann")], name: "Signed In" })]);
  await drain();
  const codes = async (whoInvites: "everyone" | "given" | { segment: string }): Promise<string> => {
    const program = await makeProgram({ whoInvites });
    const asked = () => call(codeApi.askForCode, { params: { program }, body: { person: { value: "ann" } } });
    const first = await asked().then(
      () => "yes",
      (error: { fault: { code: string } }) => error.fault.code,
    );
    await call(codeApi.giveCodes, { params: { program }, body: { people: [await personOf("ann")] } });
    expect((await asked()).given).toBe(true);
    return first;
  };
  expect([await codes("everyone"), await codes("given"), await codes({ segment: "7" }), await codes({ segment: "8" })]).toEqual([
    "yes",
    "referral.may_not_invite",
    "yes",
    "referral.may_not_invite",
  ]);
  expect(await programsNaming(engines, workspaceId, "7")).toMatchObject([{ kind: "referral_program" }]);
  expect(await programsNaming(engines, workspaceId, "9")).toEqual([]);
  await expect(makeProgram({ name: "老王 13800138000" })).rejects.toMatchObject({ fault: { code: "request.invalid", field: "name" } });
  await expect(makeProgram({ whoInvites: { segment: "9" } })).rejects.toMatchObject({ fault: { code: "segment.not_found" } });
});

test("a program asks about no field that is hidden from its maker, nor does it take names that hold personal values later on", async () => {
  const fields = fieldView({ ...NO_FIELD_RULES, properties: { margin: "hidden" } }, false);
  const conversion = { event: "Order Completed", where: { property: "margin", isSet: true } };
  const body = { ...PROGRAM, conversion };
  const hidden = { fault: { code: "field.hidden", field: "conversion.where.property" } };
  await expect(call(api.createProgram, { body, as: { fields } })).rejects.toMatchObject(hidden);
  const program = (await call(api.createProgram, { body })).id;
  // What stood there already is no asking.
  await call(api.updateProgram, { params: { program }, body: { conversion }, as: { fields } });
  const other = { ...conversion, event: "Order Refunded" };
  await expect(call(api.updateProgram, { params: { program }, body: { conversion: other }, as: { fields } })).rejects.toMatchObject(hidden);
  const bindBy = { event: "Signed Up", property: "margin" };
  await expect(call(api.updateProgram, { params: { program }, body: { bindBy }, as: { fields } })).rejects.toMatchObject({
    fault: { code: "field.hidden", field: "bindBy.property" },
  });
  await expect(call(api.updateProgram, { params: { program }, body: { name: "a@b.test" } })).rejects.toMatchObject({
    fault: { field: "name" },
  });
  await call(api.updateProgram, { params: { program }, body: { creditDepth: 2 }, as: { fields } });
});

test("a short link leads to the landing page only, and counts people, not robots", async () => {
  await world.append([came({ ids: [user("ann")], name: "Signed In" })]);
  await drain();
  const program = await makeProgram();
  await call(codeApi.giveCodes, { params: { program }, body: { people: [await personOf("ann")], code: "hello", label: "wechat" } });
  const app = fastify();
  await referrals.register(app);
  const follow = (
    path: string,
    agent = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36",
  ) => app.inject({ method: "GET", url: path, headers: { "user-agent": agent } });
  const answer = await follow("/r/HELLO?to=https://evil.test");
  expect([answer.statusCode, answer.headers.location]).toEqual([302, "https://shop.test/new?from=friend&ref=hello"]);
  expect((await follow("/r/hello", "Googlebot/2.1 (+http://www.google.com/bot.html)")).statusCode).toBe(302);
  expect((await follow("/r/hello", "")).statusCode).toBe(302);
  expect((await follow("/r/nobodys")).statusCode).toBe(500);
  expect(clicks.map(({ name, properties, ids }) => [name, properties, ids])).toEqual([
    ["$referral_clicked", { program, code: "hello", label: "wechat" }, []],
  ]);
  await drain();
  expect((await call(treeApi.getFigures, { params: { program } })).now.clicks).toBe(1);
  const answers = await Promise.all(
    Array.from({ length: 45 }, (_, host) => app.inject({ url: "/r/hello", remoteAddress: `2001:db8:1:2::${host + 1}` })),
  );
  expect(answers.filter(({ statusCode }) => statusCode === 302)).toHaveLength(40);
  expect((await app.inject({ url: "/r/hello", remoteAddress: "2001:db8:1:3::1" })).statusCode).toBe(302);
  await app.close();
});

test("pairs are taken by a server, once each, and the refused are named", async () => {
  const program = await makeProgram();
  const pair = (inviter: string, invitee: string) => ({ inviter: { value: inviter }, invitee: { value: invitee } });
  const pairs = [pair("ann", "ben"), { invitee: { value: "cat" }, code: "no-such" }, pair("undefined", "dan")];
  const bind = () => call(codeApi.bindPeople, { params: { program }, body: { pairs } });
  expect(await bind()).toEqual({
    taken: 1,
    refused: [
      { pair: 1, code: "referral.code_not_found", field: "code" },
      { pair: 2, code: "request.invalid", field: "inviter.value" },
    ],
  });
  await drain();
  await bind();
  await drain();
  expect(await treeNow(program, ["ann", "ben"])).toEqual(["ann>ben:1"]);
  // Nobody can be told of who was never seen; once they come they are.
  expect(await told("$referral_bound")).toHaveLength(0);
  world.nowMs += DAY_MS;
  await world.append([came({ ids: [user("ben")], name: "Signed Up" })]);
  await drain();
  expect(await told("$referral_bound")).toHaveLength(1);
});

test("a chain of 10,000 is settled, walked and counted", async () => {
  const program = await makeProgram();
  for (let from = 0; from < 10_000; from += 1_000)
    await call(codeApi.bindPeople, {
      params: { program },
      body: {
        trusted: true,
        pairs: Array.from({ length: 1_000 }, (_, index) => ({
          inviter: { value: `u${from + index}` },
          invitee: { value: `u${from + index + 1}` },
        })),
      },
    });
  await drain();
  const top = await call(treeApi.listTree, { params: { program } });
  expect(top).toMatchObject({
    items: [{ generation: 0, direct: 1, descendants: 10_000, person: { personId: originOf("u0") } }],
    descendantsCapped: false,
  });
  const line = await call(treeApi.listAncestors, { params: { program, person: originOf("u10000") } });
  expect([line.items.length, line.more, line.items[0]?.generation]).toEqual([100, true, 9_999]);
  // One end of it bites the other: the latest edge of the circle does not hold.
  await call(codeApi.bindPeople, {
    params: { program },
    body: { trusted: true, pairs: [{ inviter: { value: "u10000" }, invitee: { value: "u0" } }] },
  });
  await drain();
  expect((await call(api.getProgram, { params: { program } })).bound).toBe(10_000);
}, 240_000);

test("somebody who is forgotten leaves the shape of the tree, and nothing else", async () => {
  await world.append(["ann", "ben", "cat"].map((name) => came({ ids: [user(name)], name: "Signed In" })));
  await drain();
  const program = await makeProgram();
  const pairs = [
    { inviter: { value: "ann" }, invitee: { value: "ben" } },
    { inviter: { value: "ben" }, invitee: { value: "cat" } },
  ];
  await call(codeApi.bindPeople, { params: { program }, body: { pairs, trusted: true } });
  await call(codeApi.giveCodes, { params: { program }, body: { people: [await personOf("ben")] } });
  await drain();
  const person = { personId: await personOf("ben"), originIds: [originOf("ben")] };
  const [held] = await referrals.holder.describe(askedAbout(workspaceId, person));
  expect([held?.key, held?.total]).toEqual(["referrals", 3]);
  const [ann, cat] = [await personOf("ann"), await personOf("cat")];
  expect(held?.items.map(({ what, value }) => ({ what, value })).toSorted((a, b) => (a.what < b.what ? -1 : 1))).toEqual([
    { what: "老带新 · code", value: { code: expect.stringMatching(/^[2-9a-z]{9}$/) } },
    { what: "老带新 · invited", value: { state: "bound", inviter: ann } },
    { what: "老带新 · inviter", value: { state: "bound", invited: cat } },
  ]);
  for (const rows of [3, 0])
    expect(await eraseFrom(engines.db, referrals.holder, erasureOf(workspaceId, [person]))).toMatchObject({
      done: true,
      removed: { rows },
    });
  await engines.db`delete from identity where workspace_id = ${workspaceId} and origin_id = ${originOf("ben")}`;
  await engines.db`insert into referral_touch (workspace_id, origin_id) values (${workspaceId}, ${originOf("cat")})`;
  await drain();
  const tree = await treeNow(program, ["ann", "cat"]);
  expect(tree.toSorted()).toEqual([expect.stringMatching(/^\d+>cat:2$/), expect.stringMatching(/^ann>\d+:1$/)]);
  expect(tree.join(" ")).not.toContain(originOf("ben"));
  const [node] = (await call(treeApi.listTree, { params: { program }, query: { person: await personOf("ann") } })).items;
  expect(node).toMatchObject({ person: { displayName: "" }, generation: 1, direct: 1, descendants: 1 });
});

test("somebody who is forgotten before the ids they were joined by were settled is in the tree once", async () => {
  await world.append(["ann", "ben", "dan", "cat"].map((name) => came({ ids: [user(name)], name: "Signed In" })));
  await drain();
  const program = await makeProgram();
  const pairs = ["ben", "dan", "cat"].map((invitee) => ({ inviter: { value: "ann" }, invitee: { value: invitee } }));
  await call(codeApi.bindPeople, { params: { program }, body: { pairs, trusted: true } });
  await drain();
  const person = { personId: await personOf("ben"), originIds: [originOf("ben"), originOf("dan")] };
  await eraseFrom(engines.db, referrals.holder, erasureOf(workspaceId, [person]));
  const tree = await treeNow(program, ["ann", "cat"]);
  expect(tree.toSorted()).toEqual([expect.stringMatching(/^ann>\d+:1$/), "ann>cat:1"]);
  const nobodys = { params: { program }, body: { people: [await personOf("cat")], code: "13800138000" } };
  await expect(call(codeApi.giveCodes, nobodys)).rejects.toMatchObject({ fault: { field: "code" } });
});

/** Who waits to be looked at for a conversion. */
const lookedFor = () =>
  engines.db<{ id: string }[]>`select claim_id as id from referral_claim where workspace_id = ${workspaceId} and look_batch is not null`;
const stepOf = (name: string) => {
  const loop = referrals.loops.find((one) => one.name === name);
  if (loop === undefined) throw new Error(`no loop ${name}`);
  return async () => {
    while ((await loop.step(new AbortController().signal)) === 0);
  };
};

test("a conversion that is known outlives its events, and what is outside the window is not looked at", async () => {
  const program = await makeProgram({ convertWithinDays: 10, newPeopleOnly: false });
  const bind = (inviter: string, invitee: string) =>
    call(codeApi.bindPeople, { params: { program }, body: { pairs: [{ inviter: { value: inviter }, invitee: { value: invitee } }] } });
  const buy = (revenue: number) => world.append([came({ ids: [user("ben")], name: "Order Completed", properties: { revenue } })]);
  await world.append([came({ ids: [user("ben")], name: "Signed In" })]);
  await bind("ann", "ben");
  await drain();
  world.nowMs += DAY_MS;
  await buy(30);
  await drain();
  const conversion = async () => {
    const { now } = await call(treeApi.getFigures, { params: { program } });
    return [now.converted, now.revenueMinor];
  };
  expect(await conversion()).toEqual([1, 3_000]);
  await engines.warehouse.client.command({
    query: "alter table events delete where workspace_id = {workspace: UInt32} and name = 'Order Completed' settings mutations_sync = 2",
    query_params: { workspace: workspaceId },
  });
  // Another order in the window, another ancestor, and another id of the same person.
  world.nowMs += DAY_MS;
  await buy(10);
  await bind("zoe", "ann");
  await drain();
  await world.append([came({ ids: [user("ben"), device("d-ben")], name: "Login" })]);
  await drain();
  expect(await treeNow(program, ["ann", "ben", "zoe"])).toEqual(expect.arrayContaining(["ann>ben:2!", "zoe>ann:1"]));
  expect(await conversion()).toEqual([1, 3_000]);
  world.nowMs += 10 * DAY_MS;
  await buy(50);
  await world.drain();
  while (await reactor.step(LANES));
  await stepOf("referrals.settle")();
  expect(await lookedFor()).toEqual([]);
  // The console sends a program as a whole: what is said again asks nothing anew.
  const whole = await call(api.getProgram, { params: { program } });
  await call(api.updateProgram, {
    params: { program },
    body: {
      name: "老带新二期",
      conversion: whole.conversion,
      convertWithinDays: whole.convertWithinDays,
      newPeopleOnly: whole.newPeopleOnly,
    },
  });
  await drain();
  expect(await conversion()).toEqual([1, 3_000]);
  // What counts as a conversion is asked of the events there are.
  await call(api.updateProgram, { params: { program }, body: { convertWithinDays: 1 } });
  await drain();
  expect(await conversion()).toEqual([0, 0]);
});

test("people who are joined bring their orders along, and parted they take them back, in whatever portions that is settled", async () => {
  await world.append(["ann", "ben", "dan"].map((name) => came({ ids: [user(name)], name: "Signed In" })));
  await drain();
  const program = await makeProgram({ newPeopleOnly: false });
  for (const invitee of ["dan", "ben"]) {
    await call(codeApi.bindPeople, {
      params: { program },
      body: { pairs: [{ inviter: { value: "ann" }, invitee: { value: invitee } }] },
    });
    world.nowMs += 1_000;
  }
  await drain();
  await world.append([came({ ids: [user("ben")], name: "Order Completed", properties: { revenue: 7 } })]);
  await drain();
  expect(await treeNow(program, ["ann", "ben", "dan"])).toEqual(["ann>dan:1", "ann>ben:1!"]);
  const joined = [await personOf("dan"), await personOf("ben")] as const;
  const { id: merge } = await people(mergeApi.createMerge, { body: { people: [...joined], confirmConflicts: true } });
  await drain();
  expect(await treeNow(program, ["ann"])).toEqual([expect.stringMatching(/^ann>.*:1!$/)]);
  await people(mergeApi.takeBackMerge, { params: { merge } });
  await world.drain();
  const touches = await engines.db<{ id: string; origin: string; change: string }[]>`
    delete from referral_touch where workspace_id = ${workspaceId} returning touch_id as id, origin_id as origin, change`;
  expect(touches.length).toBeGreaterThan(0);
  // Each touch in a transaction of its own, in both orders the queue may be cut in.
  for (const { origin, change } of touches.toReversed()) {
    await engines.db`insert into referral_touch (workspace_id, origin_id, change) values (${workspaceId}, ${origin}, ${change})`;
    await stepOf("referrals.settle")();
  }
  await drain();
  expect(await treeNow(program, ["ann", "ben", "dan"])).toEqual(["ann>dan:1", "ann>ben:1!"]);
});

test("hearing events waits for no settling, and a click is a conversion only by the name of a virtual event", async () => {
  await world.append([came({ ids: [user("ben")], name: "Signed In" })]);
  await drain();
  const program = await makeProgram({ newPeopleOnly: false, bindBy: { event: "Invited", property: "by" } });
  await drain();
  const { promise: held, resolve: letGo } = Promise.withResolvers<void>();
  const { promise: locked, resolve: isLocked } = Promise.withResolvers<void>();
  const settling = inTransaction(engines.db, async (tx) => {
    await lockSettling(tx, workspaceId);
    isLocked();
    await held;
  });
  await locked;
  await world.append([came({ ids: [user("ben")], name: "Invited", properties: { by: "ann" } })]);
  await world.drain();
  // It would not return before the lock is let go.
  while (await reactor.step(LANES));
  letGo();
  await settling;
  await drain();
  expect(await treeNow(program, ["ann", "ben"])).toEqual(["ann>ben:1"]);
  await world.append([came({ ids: [user("ben")], name: CLICK_EVENT, properties: { $el_text: "Pay" } })]);
  await world.drain();
  while (await reactor.step(LANES));
  await stepOf("referrals.settle")();
  expect(await lookedFor()).toEqual([]);
  virtuals = [{ name: "Order Completed", matcher: { text: { match: "is", value: "Pay" } } }];
  await world.append([came({ ids: [user("ben")], name: CLICK_EVENT, properties: { $el_text: "Pay" } })]);
  await world.drain();
  while (await reactor.step(LANES));
  await stepOf("referrals.settle")();
  expect(await lookedFor()).toHaveLength(1);
});

test("periods are days of the workspace, and the edge belongs to the day it begins", async () => {
  const program = await makeProgram({ conversion: { event: "Paid" } });
  // Midnight in Berlin, the night the clocks go forward.
  const at = (iso: string) => ({ inviter: { value: "ann" }, invitee: { value: iso }, at: iso });
  const pairs = ["2026-03-28T22:59:59.999Z", "2026-03-28T23:00:00.000Z", "2026-03-29T21:59:59.999Z", "2026-03-29T22:00:00.000Z"].map(at);
  await call(codeApi.bindPeople, { params: { program }, body: { pairs, trusted: true } });
  await drain();
  const { now, before } = await call(treeApi.getFigures, { params: { program }, query: { from: "2026-03-29", to: "2026-03-30" } });
  expect([now.bound, before.bound, now.from, before.from]).toEqual([2, 1, "2026-03-29", "2026-03-28"]);
  expect(now.viral).toMatchObject({ participants: 2, brought: 0, k: 0 });
});

test("whatever happens to people, in whatever order, the tree and conversions are what the facts say", async () => {
  const who = fc.integer({ min: 0, max: 4 });
  const act = fc.oneof(
    {
      weight: 5,
      arbitrary: fc.record({ what: fc.constant("invite" as const), who, other: who, agoHours: fc.integer({ min: 0, max: 30 }) }),
    },
    { weight: 4, arbitrary: fc.record({ what: fc.constant("buy" as const), who, agoHours: fc.integer({ min: 0, max: 30 }) }) },
    { weight: 2, arbitrary: fc.record({ what: fc.constant("login" as const), who, device: fc.integer({ min: 0, max: 1 }) }) },
    { weight: 2, arbitrary: fc.record({ what: fc.constant("merge" as const), who, other: who }) },
    { weight: 2, arbitrary: fc.record({ what: fc.constant("unmerge" as const) }) },
    { weight: 2, arbitrary: fc.record({ what: fc.constant("wait" as const), hours: fc.integer({ min: 1, max: 40 }) }) },
    { weight: 2, arbitrary: fc.record({ what: fc.constant("drain" as const) }) },
  );
  const HOUR_MS = 3_600_000;
  await fc.assert(
    fc.asyncProperty(fc.array(act, { minLength: 5, maxLength: 30 }), fc.boolean(), async (acts, newPeopleOnly) => {
      await begin();
      const rules = { newPeopleOnly, bindWithinDays: 2, convertWithinDays: 2 };
      const program = await makeProgram({ ...rules, bindBy: { event: "Invited", property: "by" } });
      await drain();
      const merges: string[] = [];
      const facts: Claim[] = [];
      const buys: { origin: string; atMs: number }[] = [];
      for (const one of acts) {
        if (one.what === "invite") {
          const [invitee, inviter, atMs] = [`u${one.who}`, `u${one.other}`, world.nowMs - one.agoHours * HOUR_MS];
          await world.append([came({ ids: [user(invitee)], name: "Invited", timeMs: atMs, properties: { by: inviter } })]);
          const [inviteeOrigin, inviterOrigin] = [originOf(invitee), originOf(inviter)];
          const rest = { code: null, invitedMs: null, firstSeenMs: null, trusted: false, inviteeId: "", inviterId: "" };
          facts.push({ claimId: String(facts.length), inviteeOrigin, inviterOrigin, atMs, ...rest });
        } else if (one.what === "buy") {
          const atMs = world.nowMs - one.agoHours * HOUR_MS;
          await world.append([came({ ids: [user(`u${one.who}`)], name: "Order Completed", timeMs: atMs })]);
          buys.push({ origin: originOf(`u${one.who}`), atMs });
        } else if (one.what === "login")
          await world.append([came({ ids: [user(`u${one.who}`), device(`d${one.device}`)], name: "Login" })]);
        else if (one.what === "wait") world.nowMs += one.hours * HOUR_MS;
        else if (one.what === "drain") await drain();
        else if (one.what === "unmerge") {
          const merge = merges.pop();
          if (merge !== undefined) await people(mergeApi.takeBackMerge, { params: { merge } });
        } else {
          const [a, b] = [await personOf(`u${one.who}`), await personOf(`u${one.other}`)];
          if (a !== "" && b !== "" && a !== b)
            merges.push((await people(mergeApi.createMerge, { body: { people: [a, b], confirmConflicts: true } })).id);
        }
      }
      await drain();
      const owners = await ownersIn(engines, workspaceId);
      const seen = await engines.db<{ person: string; first: string }[]>`
        select person_id as person, min(first_seen_ms) as first from identity where workspace_id = ${workspaceId} group by person_id`;
      const firstSeen = new Map(seen.map(({ person, first }) => [person, Number(first)]));
      const ownerOf = (origin: string): string => owners.get(origin) ?? origin;
      const known = facts.map((fact) => {
        const inviteeId = ownerOf(fact.inviteeOrigin);
        return { ...fact, inviteeId, inviterId: ownerOf(fact.inviterOrigin), firstSeenMs: firstSeen.get(inviteeId) ?? null };
      });
      // Of what was said twice the earlier counts.
      const earliest = known.filter(
        (fact) =>
          !known.some(
            (other) =>
              other.inviteeOrigin === fact.inviteeOrigin &&
              other.inviterOrigin === fact.inviterOrigin &&
              (other.atMs < fact.atMs || (other.atMs === fact.atMs && Number(other.claimId) < Number(fact.claimId))),
          ),
      );
      const settled = settleClaims(earliest, { newPeopleOnly, bindWithinMs: 2 * DAY_MS });
      const meant = earliest.flatMap(({ claimId, inviteeId, inviterId, atMs }) => {
        const outcome = settled.get(claimId);
        if (outcome?.state !== "bound") return [];
        const times = buys.filter(({ origin }) => ownerOf(origin) === inviteeId).map((buy) => buy.atMs);
        const converted = times.filter((time) => time >= atMs && time < atMs + 2 * DAY_MS);
        return [
          { inviteeId, inviterId, atMs, generation: outcome.generation, converted: converted.length === 0 ? null : Math.min(...converted) },
        ];
      });
      const rows = await engines.db<{ inviteeId: string; inviterId: string; atMs: string; generation: number; converted: string | null }[]>`
        select invitee_id as "inviteeId", inviter_id as "inviterId", at_ms as "atMs", generation, converted_ms as converted
        from referral_claim where workspace_id = ${workspaceId} and program_id = ${program} and state = 'bound'`;
      const byInvitee = <T extends { readonly inviteeId: string }>(list: readonly T[]): readonly T[] =>
        list.toSorted((a, b) => (a.inviteeId < b.inviteeId ? -1 : 1));
      const found = rows.map((row) => ({
        ...row,
        atMs: Number(row.atMs),
        converted: row.converted === null ? null : Number(row.converted),
      }));
      expect(byInvitee(found)).toEqual(byInvitee(meant));
      for (const name of ["$referral_bound", "$referral_converted"]) {
        const ids = (await told(name)).map(({ message }) => message);
        expect(ids).toEqual([...new Set(ids)]);
        expect(ids.length).toBeGreaterThanOrEqual(found.filter(({ converted }) => name === "$referral_bound" || converted !== null).length);
      }
    }),
    { numRuns: RUNS },
  );
}, 120_000);

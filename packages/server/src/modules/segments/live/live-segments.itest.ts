import * as peopleApi from "@terrace/contract/api/merges";
import * as api from "@terrace/contract/api/segments";
import type { PersonCondition } from "@terrace/domain/conditions/condition";
import type { FeedEvent } from "@terrace/domain/event/feed-event";
import { SEGMENT_ENTERED, SEGMENT_LEFT } from "@terrace/domain/event/segment-events";
import type { IdentityRef } from "@terrace/domain/identity/identity-kinds";
import { startBothEngines, type TestEngines } from "@terrace/testkit/both-engines";
import { actsIn } from "@terrace/testkit/live-acts";
import { builtBy, freshLiveWorld, makeLiveWorld, meantBy, membersIn, ownersIn, type LiveWorld } from "@terrace/testkit/live-world";
import { DRAWN_RULES, drawnAct, drawnId as idOf, type Act } from "@terrace/testkit/live-draws";
import { device, user } from "@terrace/testkit/people-model";
import { askedAbout, eraseFrom, erasureOf } from "@terrace/testkit/personal-data";
import fc from "fast-check";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { ch } from "../../../platform/storage/clickhouse.ts";
import { inTransaction } from "../../../platform/storage/postgres.ts";
import { replayConsumer } from "../../../platform/feed/replay.ts";
import { COUNTING } from "./retrack.ts";

/** Worlds drawn; a longer run is asked for by hand. */
const RUNS = Number(process.env["TERRACE_RUNS"] ?? 4);
const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
/** A day before the clocks of Berlin go forward. */
const START_MS = Date.UTC(2026, 2, 28, 9);

let engines: TestEngines;
let world: LiveWorld;
let workspaceId = 0;
beforeAll(async () => {
  engines = await startBothEngines();
}, 120_000);
afterAll(() => engines.stop());
beforeEach(begin);

async function begin(): Promise<void> {
  ({ workspaceId, world } = await freshLiveWorld(engines, START_MS));
}

const { segments, people, came } = actsIn(() => ({ engines, world, workspaceId }));
const makeSegment = async (name: string, rule: PersonCondition): Promise<string> =>
  (await segments(api.createSegment, { body: { name, rule } })).id;

const originOf = (event: FeedEvent): string =>
  world.privacy.originId(workspaceId, event.ids[0]?.kind ?? "user_id", event.ids[0]?.value ?? "");
const personOf = async (ref: IdentityRef): Promise<string | undefined> =>
  (await ownersIn(engines, workspaceId)).get(world.privacy.originId(workspaceId, ref.kind, ref.value));

/** Members that are the same in both engines, each once, by the name of the person's user. */
async function membersOf(segmentId: string): Promise<readonly string[]> {
  const { state, copy } = await membersIn(engines, workspaceId, segmentId);
  expect(copy).toEqual(state);
  expect(new Set(state).size).toBe(state.length);
  expect((await segments(api.getSegment, { params: { segment: segmentId } })).size).toBe(state.length);
  return state;
}

async function names(segmentId: string, users: readonly string[]): Promise<readonly string[]> {
  const members = new Set(await membersOf(segmentId));
  const known = await Promise.all(users.map(async (name) => [name, await personOf(user(name))] as const));
  return known.flatMap(([name, id]) => (id !== undefined && members.has(id) ? [name] : []));
}

/** What was told of people entering and leaving, in the order in which it stands in the event engine. */
async function toldOf(segmentId: string): Promise<readonly string[]> {
  const rows = await engines.warehouse.rows<{ name: string; why: string }>(
    workspaceId,
    "test",
    ch`select name, toString(properties.why) as why from events where workspace_id = ${ch.value("UInt32", workspaceId)}
      and name in (${ch.value("String", SEGMENT_ENTERED)}, ${ch.value("String", SEGMENT_LEFT)}) and toString(properties.segment) = ${ch.value("String", segmentId)} order by time, event_id`,
  );
  return rows.map(({ name, why }) => `${name === SEGMENT_ENTERED ? "in" : "out"}: ${why}`);
}

async function stage(segmentId: string): Promise<string | undefined> {
  return (await segments(api.getSegment, { params: { segment: segmentId } })).live?.stage;
}

describe("a live segment", () => {
  const boughtTwice: PersonCondition = {
    all: [{ did: { event: "Bought", where: { property: "amount", gte: 10 } }, count: { op: "gte", value: 2 }, within: { days: 3 } }],
  };
  const bought = (name: string, amount = 20) => came({ ids: [user(name)], name: "Bought", properties: { amount } });

  test("begins with whoever meets its rule, and stays right while events come and days pass; each change is told once, with its reason", async () => {
    await world.append([bought("ann"), bought("ann"), bought("ben"), bought("cat", 5), bought("cat", 5)]);
    await world.drain();
    const id = await makeSegment("Regulars", boughtTwice);
    // Counted between the making of the segment and the filling of its counters.
    await world.append([bought("ben")]);
    await world.settle();
    await world.count();
    expect(await stage(id)).toBe("building");
    await world.step("segments.build");
    expect(await stage(id)).toBe("filling");
    // Found by what the event engine knows.
    expect((await membersIn(engines, workspaceId, id)).state).toEqual([await personOf(user("ann"))]);
    await world.drain();
    expect(await stage(id)).toBe("live");
    expect(await names(id, ["ann", "ben", "cat"])).toEqual(["ann", "ben"]);
    expect(await toldOf(id)).toEqual([]);

    world.nowMs += 1_000;
    await world.append([bought("cat"), bought("cat")]);
    await world.drain();
    expect(await names(id, ["ann", "ben", "cat"])).toEqual(["ann", "ben", "cat"]);
    expect(await toldOf(id)).toEqual(["in: event"]);
    expect((await segments(api.getSegment, { params: { segment: id } })).live?.lag).toEqual({ lastMs: 0, p99Ms: 0 });

    world.nowMs += 3 * DAY_MS;
    await world.drain();
    expect(await names(id, ["ann", "ben", "cat"])).toEqual([]);
    expect(await toldOf(id)).toEqual(["in: event", "out: time", "out: time", "out: time"]);
    const [cat] = await engines.db<{ stays: string[] }[]>`
      select array_agg(entered_why || '-' || left_why order by stay_id) as stays from segment_stay where workspace_id = ${workspaceId} and segment_id = ${id}`;
    expect(cat?.stays).toEqual(["build-time", "build-time", "event-time"]);
  });

  test("follows merges and their undoing, traits, absence, and segments inside it", async () => {
    const gold: PersonCondition = { trait: "level", is: ["gold"] };
    await world.append([
      bought("ann"),
      bought("ben"),
      came({ ids: [user("cat")], traits: [{ op: "set", key: "level", value: "gold" }], name: "Joined" }),
    ]);
    await world.drain();
    const twice = await makeSegment("Twice", boughtTwice);
    const rest = await makeSegment("Rest", { all: [{ not: { segment: twice, in: true } }, { not: gold }] });
    await world.drain();
    expect(await names(twice, ["ann", "ben", "cat"])).toEqual([]);
    expect(await names(rest, ["ann", "ben", "cat"])).toEqual(["ann", "ben"]);

    const [ann, ben] = [await personOf(user("ann")), await personOf(user("ben"))];
    const merged = await people(peopleApi.createMerge, { body: { people: [ann ?? "", ben ?? ""], confirmConflicts: true } });
    await world.drain();
    expect(await membersOf(twice)).toEqual([await personOf(user("ann"))]);
    expect(await membersOf(rest)).toEqual([]);
    expect(await toldOf(twice)).toEqual(["in: merge"]);
    // Two of them were one when it left.
    expect(await toldOf(rest)).toEqual(["out: merge"]);

    await people(peopleApi.takeBackMerge, { params: { merge: merged.id } });
    world.nowMs += 1_000;
    await world.append([
      came({ ids: [user("dan")], name: "Visited" }),
      came({ ids: [user("cat")], traits: [{ op: "set", key: "level", value: "tin" }], name: "Fell" }),
    ]);
    await world.drain();
    expect(await names(twice, ["ann", "ben", "cat", "dan"])).toEqual([]);
    expect(await names(rest, ["ann", "ben", "cat", "dan"])).toEqual(["ann", "ben", "cat", "dan"]);
  });

  test("does not take what is told of people for something they did", async () => {
    const idle = await makeSegment("Silent", { did: { event: null }, count: { op: "eq", value: 0 }, within: { days: 2 } });
    await world.append([bought("ann")]);
    await world.drain();
    expect(await names(idle, ["ann"])).toEqual([]);
    const seen = async () =>
      (await engines.db<{ at: string }[]>`select max(last_seen_ms) as at from identity where workspace_id = ${workspaceId}`)[0]?.at;
    const before = await seen();
    world.nowMs += 2 * DAY_MS;
    await world.drain();
    expect(await names(idle, ["ann"])).toEqual(["ann"]);
    world.nowMs += HOUR_MS;
    await world.drain();
    expect(await names(idle, ["ann"])).toEqual(["ann"]);
    expect(await seen()).toBe(before);
  });

  test("counts a replayed feed once, and is right after its rule, the zone or a virtual event changed", async () => {
    const id = await makeSegment("Regulars", boughtTwice);
    await world.append([bought("ann")]);
    await world.drain();
    await replayConsumer(engines.db, COUNTING, new Date(0));
    await world.drain();
    expect(await names(id, ["ann"])).toEqual([]);
    await segments(api.updateSegment, { params: { segment: id }, body: { rule: { did: { event: "Bought" } } } });
    await world.drain();
    expect(await names(id, ["ann"])).toEqual(["ann"]);
    expect(await toldOf(id)).toEqual([]);

    world.virtuals = [{ name: "Bought", matcher: { text: { match: "is", value: "Pay" } } }];
    await world.append([came({ ids: [user("ben")], name: "Element Clicked", properties: { text: "Pay" } })]);
    // Another process, so that it looks at the place at once.
    world = Object.assign(makeLiveWorld(engines, world.nowMs), { zone: "Asia/Shanghai", virtuals: world.virtuals });
    await world.drain();
    expect(await names(id, ["ann", "ben"])).toEqual(["ann", "ben"]);
    const [engine] = await engines.db<{ place: { zone: string } }[]>`select place from segment_engine where workspace_id = ${workspaceId}`;
    expect(engine?.place.zone).toBe("Asia/Shanghai");
  });

  test("is right again after events were taken away, and forgets who is erased", async () => {
    await world.append([bought("ann"), bought("ann"), bought("ben"), bought("ben")]);
    const id = await makeSegment("Regulars", boughtTwice);
    await world.drain();
    expect(await names(id, ["ann", "ben"])).toEqual(["ann", "ben"]);
    const ann = world.privacy.originId(workspaceId, "user_id", "ann");
    for (const node of engines.warehouse.nodes)
      await node.command({
        query: `delete from ${engines.warehouse.cluster === undefined ? "events" : "events_local"} where workspace_id = ${workspaceId} and origin_id = ${ann}`,
      });
    await inTransaction(engines.db, (tx) => world.segments.recount(tx, workspaceId));
    await world.append([bought("ben"), came({ ids: [user("cat")], name: "Bought", properties: { amount: 11 } }), bought("cat")]);
    await world.settle();
    await world.count();
    while (await world.step("segments.evaluate"));
    // What was counted before serves meanwhile.
    expect(await stage(id)).toBe("live");
    await world.drain();
    expect(await stage(id)).toBe("live");
    expect(await names(id, ["ann", "ben", "cat"])).toEqual(["ben", "cat"]);
    expect(await toldOf(id)).toEqual(["in: event"]);

    const ben = world.privacy.originId(workspaceId, "user_id", "ben");
    const person = { personId: ben, originIds: [ben] };
    expect(await world.segments.holder.describe(askedAbout(workspaceId, person))).toMatchObject([{ key: "segments", total: 1 }]);
    await eraseFrom(engines.db, world.segments.holder, erasureOf(workspaceId, [person]));
    const [left] = await engines.db<{ rows: number }[]>`
      select (select count(*) from segment_counter where workspace_id = ${workspaceId} and origin_id = ${ben})::int
        + (select count(*) from segment_stay where workspace_id = ${workspaceId} and person_id = ${ben})::int
        + (select count(*) from segment_due where workspace_id = ${workspaceId} and person_id = ${ben})::int as rows`;
    expect(left?.rows).toBe(0);
    expect((await segments(api.getSegment, { params: { segment: id } })).size).toBe(1);
  });

  test("is refused in a circle, and not deleted while a rule asks about it", async () => {
    const first = await makeSegment("First", boughtTwice);
    const second = await makeSegment("Second", { segment: first, in: true });
    await expect(
      segments(api.updateSegment, { params: { segment: first }, body: { rule: { segment: second, in: false } } }),
    ).rejects.toMatchObject({ code: "segment.circular" });
    await expect(segments(api.createSegment, { body: { name: "None", rule: { segment: "999999", in: true } } })).rejects.toMatchObject({
      code: "condition.no_such_segment",
    });
    await expect(segments(api.deleteSegment, { params: { segment: first } })).rejects.toMatchObject({ code: "segment.in_use" });
    await segments(api.deleteSegment, { params: { segment: second } });
    await segments(api.deleteSegment, { params: { segment: first } });
    await world.drain();
    const [left] = await engines.db<{ rows: number }[]>`
      select (select count(*) from segment_engine where workspace_id = ${workspaceId})::int + (select count(*) from segment_counter where workspace_id = ${workspaceId})::int as rows`;
    expect(left?.rows).toBe(0);
  });
});

test(
  "whatever comes, in whatever order it is worked on: members are those whom the whole history names, in both engines",
  { timeout: 600_000 },
  async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(drawnAct, { minLength: 10, maxLength: 40 }), fc.nat({ max: 10 }), async (acts, madeAfter) => {
        await begin();
        const history: { origin: string; event: FeedEvent }[] = [];
        const merges: string[] = [];
        const ids: string[] = [];
        const rules = [...DRAWN_RULES];
        const ruleOf = (index: number): PersonCondition =>
          JSON.parse(JSON.stringify(rules[index]).replaceAll("$0", ids[0] ?? "")) as PersonCondition;
        const send = async (part: Partial<FeedEvent> & Pick<FeedEvent, "ids">, lateMs = 0): Promise<void> => {
          const event = came(part, lateMs);
          history.push({ origin: originOf(event), event });
          await world.append([event]);
        };
        for (const [index, one] of acts.entries()) {
          if (index === madeAfter) for (const at of DRAWN_RULES.keys()) ids.push(await makeSegment(`s${at}`, ruleOf(at)));
          await perform(one, { send, merges, ids, rules, ruleOf });
        }
        if (ids.length === 0) for (const at of DRAWN_RULES.keys()) ids.push(await makeSegment(`s${at}`, ruleOf(at)));
        await world.drain();
        const members = new Map<string, ReadonlySet<string>>();
        for (const [at, id] of ids.entries()) {
          const condition = ruleOf(at);
          const now = await membersOf(id);
          expect({ at, now }).toEqual({ at, now: await meantBy(engines, world, workspaceId, { condition, history, segments: members }) });
          expect({ at, now }).toEqual({ at, now: await builtBy(engines, world, workspaceId, condition) });
          members.set(id, new Set(now));
          expect(await openStays(id)).toBe(now.length);
        }
      }),
      { numRuns: RUNS },
    );
  },
);

async function openStays(segmentId: string): Promise<number> {
  const [row] = await engines.db<{ rows: number }[]>`
    select count(*)::int as rows from segment_member where workspace_id = ${workspaceId} and segment_id = ${segmentId}`;
  return row?.rows ?? 0;
}

type Acting = {
  readonly send: (part: Partial<FeedEvent> & Pick<FeedEvent, "ids">, lateMs?: number) => Promise<void>;
  readonly merges: string[];
  readonly ids: readonly string[];
  readonly rules: PersonCondition[];
  readonly ruleOf: (index: number) => PersonCondition;
};

async function perform(one: Act, { send, merges, ids, rules, ruleOf }: Acting): Promise<void> {
  switch (one.what) {
    case "event":
      return send({ ids: [idOf(one.who)], name: one.name, properties: { amount: one.amount } }, one.lateMs);
    case "login":
      return send({ ids: [user(`u${one.who}`), device(`d${one.device}`)], name: "Logged In" });
    case "trait":
      return send({
        ids: [idOf(one.who)],
        name: "Described",
        traits: [one.level === null ? { op: "unset", key: "level" } : { op: "set", key: "level", value: one.level }],
      });
    case "born":
      return send({ ids: [idOf(one.who)], name: "Described", traits: [{ op: "set", key: "born", value: `1990-03-${one.day}` }] });
    case "tag": {
      const { kind, value } = idOf(one.who);
      const until = one.hours === null ? null : new Date(world.nowMs + one.hours * HOUR_MS);
      await engines.db`
        insert into person_tag (workspace_id, origin_id, tag, owner, created_at, expires_at)
        select workspace_id, origin_id, 'vip', 'test', now(), ${until}::timestamptz from identity where workspace_id = ${workspaceId} and origin_id = ${world.privacy.originId(workspaceId, kind, value)}
        on conflict (workspace_id, origin_id, tag, rule_id) do update set expires_at = excluded.expires_at`;
      return;
    }
    case "merge": {
      const owners = await ownersIn(engines, workspaceId);
      const [a, b] = [idOf(one.who), idOf(one.other)].map(({ kind, value }) =>
        owners.get(world.privacy.originId(workspaceId, kind, value)),
      );
      if (a === undefined || b === undefined || a === b) return;
      merges.push((await people(peopleApi.createMerge, { body: { people: [a, b], confirmConflicts: true } })).id);
      return;
    }
    case "unmerge": {
      const [merge] = merges.splice(one.which, 1);
      if (merge !== undefined) await people(peopleApi.takeBackMerge, { params: { merge } });
      return;
    }
    case "wait":
      world.nowMs += one.ms;
      return;
    case "work":
      if (one.on === "settle") await world.settle();
      else if (one.on === "store") await world.store();
      else if (one.on === "count") await world.count();
      else await world.step(one.on);
      return;
    case "rule": {
      const id = ids[one.which];
      if (id === undefined) return;
      rules[one.which] = {
        any: [
          DRAWN_RULES[one.which] ?? { trait: "x", isSet: true },
          { did: { event: "Viewed" }, count: { op: "gt", value: 2 }, within: { days: 9 } },
        ],
      };
      await segments(api.updateSegment, { params: { segment: id }, body: { rule: ruleOf(one.which) } });
      return;
    }
  }
}

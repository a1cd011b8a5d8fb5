import * as api from "@terrace/contract/api/computed-traits";
import * as mergeApi from "@terrace/contract/api/merges";
import * as peopleApi from "@terrace/contract/api/people";
import * as segmentApi from "@terrace/contract/api/segments";
import type { EventFacts } from "@terrace/domain/conditions/matches-event";
import type { TraitDefinition } from "@terrace/domain/computed/definition";
import { EMPTY_CONTEXT, type FeedEvent } from "@terrace/domain/event/feed-event";
import type { Json, JsonObject } from "@terrace/domain/json";
import { startBothEngines, type TestEngines } from "@terrace/testkit/both-engines";
import { actsIn } from "@terrace/testkit/live-acts";
import { freshLiveWorld, makeLiveWorld, ownersIn, type LiveWorld } from "@terrace/testkit/live-world";
import { device, user } from "@terrace/testkit/people-model";
import { reckonedByHistory } from "@terrace/testkit/reckoned-by-history";
import { traitDefinition, traitEvent } from "@terrace/testkit/trait-draws";
import fc from "fast-check";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { ch } from "../../../platform/storage/clickhouse.ts";
import { inTransaction } from "../../../platform/storage/postgres.ts";
import { facetsOf } from "../../people/module.ts";

const RUNS = Number(process.env["TERRACE_RUNS"] ?? 4);
const DAY_MS = 86_400_000;
const START_MS = Date.UTC(2026, 2, 2, 9);

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

const { segments: call, people, came, originOf, personOf } = actsIn(() => ({ engines, world, workspaceId }));

const bought = (name: string, properties: JsonObject) => came({ ids: [user(name)], name: "Bought", properties });
const put = (trait: string, definition: TraitDefinition) =>
  call(api.putComputedTrait, { params: { trait }, body: { name: { zh: "特征", en: "Trait" }, definition } });

/** What each person has as a trait, by both engines. */
async function valuesOf(trait: string): Promise<ReadonlyMap<string, Json>> {
  const rows = await engines.db<{ id: string; traits: JsonObject; computed: JsonObject }[]>`
    select person_id as id, traits, computed from person_profile where workspace_id = ${workspaceId} order by person_id`;
  const copy = await engines.warehouse.rows<{ id: string; traits: string }>(
    workspaceId,
    "test",
    ch`select toString(person_id) as id, toJSONString(traits) as traits from person_trait final where workspace_id = ${ch.value("UInt32", workspaceId)}`,
  );
  const copied = new Map(copy.map(({ id, traits }) => [id, JSON.parse(traits) as JsonObject]));
  const having = rows.filter(({ traits }) => Object.keys(traits).length > 0);
  for (const { id, traits, computed } of having) {
    expect(copied.get(id)).toEqual(traits);
    expect(traits).toMatchObject(computed);
  }
  return new Map(having.flatMap(({ id, traits }) => (traits[trait] === undefined ? [] : [[id, traits[trait]] as const])));
}

const TOTAL: TraitDefinition = { kind: "sum", of: { event: "Bought" }, property: "amount" };

test("a trait is reckoned of everyone, stays right as people act, and is what lists, conditions and a person's page know", async () => {
  await world.append([bought("ann", { amount: 12.5 }), bought("ann", { amount: 0.1 }), bought("ben", { amount: "7" }), bought("cat", {})]);
  await world.drain();
  const made = await put("total", TOTAL);
  expect(made).toMatchObject({ key: "total", trait: "$computed_total", type: "number", status: "building", people: 0 });
  await world.drain();
  const [ann, ben] = [await personOf("ann"), await personOf("ben")];
  expect(await valuesOf("$computed_total")).toEqual(
    new Map<string, Json>([
      [ann, 12.6],
      [ben, 7],
    ]),
  );
  expect(await call(api.getComputedTrait, { params: { trait: "total" } })).toMatchObject({
    status: "live",
    people: 2,
    uses: { events: ["Bought"], properties: ["amount"], columns: [] },
    usedBy: [],
  });
  const page = await people(peopleApi.getPerson, { params: { person: ann } });
  expect(page.traits).toMatchObject([
    { key: "$computed_total", value: 12.6, reckoned: { key: "total", name: { en: "Trait" }, unit: "none" } },
  ]);
  const listed = await people(peopleApi.listPeople, { query: { trait: "$computed_total:7" } });
  expect(listed.items.map(({ id }) => id)).toEqual([ben]);

  const rule = { trait: "$computed_total", gte: 15 } as const;
  const segment = await call(segmentApi.createSegment, { body: { name: "Big", rule } });
  await world.drain();
  world.nowMs += 1_000;
  await world.append([bought("ben", { amount: 8 })]);
  await world.drain();
  expect((await call(segmentApi.getSegment, { params: { segment: segment.id } })).size).toBe(1);
  const after = await call(api.getComputedTrait, { params: { trait: "total" } });
  expect(after.live.lag).toEqual({ lastMs: 0, p99Ms: 0 });
  expect(after.usedBy).toEqual([{ kind: "segment", id: segment.id, name: "Big" }]);
  await expect(call(api.deleteComputedTrait, { params: { trait: "total" } })).rejects.toMatchObject({
    fault: { code: "computed_trait.in_use", field: "trait", details: { name: "Big", more: 0 } },
  });
  expect(await call(api.getComputedTraitSpread, { params: { trait: "total" } })).toMatchObject({
    looked: 2,
    numbers: { min: 12.6, max: 15 },
  });
});

test("a trait takes another definition and an end; nobody sets it from outside; what Terrace tells is no source", async () => {
  await world.append([bought("ann", { amount: 3, kind: "tea" }), bought("ann", { amount: 4, kind: "cup" })]);
  await world.drain();
  await put("own", TOTAL);
  await world.drain();
  const ann = await personOf("ann");
  await put("own", { kind: "list", of: { event: "Bought" }, value: { property: "kind" }, limit: 5 });
  expect((await valuesOf("$computed_own")).get(ann)).toBe(7);
  await world.drain();
  expect((await valuesOf("$computed_own")).get(ann)).toEqual(["cup", "tea"]);
  const spread = await call(api.getComputedTraitSpread, { params: { trait: "own" } });
  expect(spread.texts).toEqual([
    { value: "cup", share: 1 },
    { value: "tea", share: 1 },
  ]);
  await expect(people(peopleApi.changeTraits, { params: { person: ann }, body: { set: { $computed_own: "x" } } })).rejects.toMatchObject({
    fault: { code: "trait.invalid" },
  });
  await expect(put("circle", { kind: "count", of: { event: "$segment_entered" } })).rejects.toMatchObject({
    fault: { code: "computed_trait.circular", field: "definition" },
  });
  await call(api.deleteComputedTrait, { params: { trait: "own" } });
  await world.drain();
  expect(await valuesOf("$computed_own")).toEqual(new Map());
  await expect(call(api.getComputedTrait, { params: { trait: "own" } })).rejects.toMatchObject({
    fault: { code: "computed_trait.not_found" },
  });
});

test("a deleted trait goes page after page, over a restart, with what people are found by; one of the same name begins after it", async () => {
  await world.append([bought("ann", { amount: 3 }), bought("ben", { amount: 4 })]);
  await put("total", TOTAL);
  await put("orders", { kind: "count", of: { event: "Bought" } });
  await world.drain();
  const [both, left] = [{ $computed_orders: 1, $computed_total: 5 }, { $computed_orders: 1 }];
  await engines.db`
    insert into person_profile (workspace_id, person_id, traits, facets, computed, computed_facets)
    select ${workspaceId}, 1000 + n, t, f, t, f from generate_series(1, 4500) as n, (select ${JSON.stringify(both)}::text::jsonb as t, ${[...facetsOf(workspaceId, both)]}::integer[] as f) as v`;
  const having = async () => {
    const rows = await engines.db<[{ count: number }]>`
      select count(*)::int as count from person_profile where workspace_id = ${workspaceId} and (computed ? '$computed_total' or traits ? '$computed_total')`;
    return rows[0].count;
  };
  await call(api.deleteComputedTrait, { params: { trait: "total" } });
  expect(await having()).toBe(4_502);
  expect(await world.step("segments.drop")).toBe(true);
  expect(await having()).toBe(2_502);

  world = makeLiveWorld(engines, world.nowMs);
  await put("total", { kind: "count", of: { event: "Bought" } });
  // Nobody is in it by a value that is about to go.
  const asking = await call(segmentApi.createSegment, { body: { name: "Some", rule: { trait: "$computed_total", gte: 1 } } });
  while (await world.step("segments.fill"));
  while (await world.step("segments.evaluate"));
  expect(await call(api.getComputedTrait, { params: { trait: "total" } })).toMatchObject({ status: "building" });
  await world.step("segments.drop");
  expect(await having()).toBe(502);
  expect(await call(segmentApi.getSegment, { params: { segment: asking.id } })).toMatchObject({ size: 0, live: { stage: "building" } });
  await world.drain();
  expect(await call(segmentApi.getSegment, { params: { segment: asking.id } })).toMatchObject({ size: 2, live: { stage: "live" } });
  expect(await call(api.getComputedTrait, { params: { trait: "total" } })).toMatchObject({ status: "live", people: 2 });
  expect(await having()).toBe(2);
  const [odd] = await engines.db<[{ count: number }]>`
    select count(*)::int as count from person_profile
    where workspace_id = ${workspaceId} and person_id between 1001 and 5500 and (facets, computed_facets, traits) is distinct from
      (${[...facetsOf(workspaceId, left)]}::integer[], ${[...facetsOf(workspaceId, left)]}::integer[], ${JSON.stringify(left)}::text::jsonb)`;
  expect(odd.count).toBe(0);
  const [ann, ben] = [await personOf("ann"), await personOf("ben")];
  const once = new Map<string, Json>([
    [ann, 1],
    [ben, 1],
  ]);
  expect([await valuesOf("$computed_total"), await engines.db`select from dropped_trait where workspace_id = ${workspaceId}`]).toEqual([
    once,
    expect.objectContaining({ count: 0 }),
  ]);
});

test("nobody enters a segment by the making or changing of a trait that it asks about, but by what they do", async () => {
  await world.append([bought("ann", { amount: 3, kind: "tea" }), bought("ben", { amount: 9 })]);
  await world.drain();
  const rule = { trait: "$computed_own", gte: 5 } as const;
  const { id } = await call(segmentApi.createSegment, { body: { name: "Big", rule } });
  await put("own", TOTAL);
  await world.drain();
  await put("own", { kind: "count", of: { event: "Bought" } });
  await world.drain();
  await put("own", TOTAL);
  await world.drain();
  world.nowMs += 1_000;
  await world.append([bought("ann", { amount: 4 })]);
  await world.drain();
  const stays = await engines.db<{ entered: string; left: string | null }[]>`
    select entered_why as entered, left_why as left from segment_stay where workspace_id = ${workspaceId} and segment_id = ${id} order by stay_id`;
  expect(stays).toEqual([
    { entered: "rule", left: "rule" },
    { entered: "rule", left: null },
    { entered: "trait", left: null },
  ]);
  const told = await engines.warehouse.rows<{ name: string }>(
    workspaceId,
    "test",
    ch`select name from events where workspace_id = ${ch.value("UInt32", workspaceId)} and startsWith(name, '$segment')`,
  );
  expect(told).toEqual([{ name: "$segment_entered" }]);
});

test("templates can be saved as they are, and previewed with what they would cost", async () => {
  await world.append([
    came({ ids: [user("ann")], name: "Order Completed", properties: { revenue: 20 } }),
    came({
      ids: [user("ann")],
      name: "Product Viewed",
      properties: { category: "tea" },
      context: { ...EMPTY_CONTEXT, utmSource: "wechat" },
    }),
    // Who brought whom hangs on nobody's traits, so it is a source although Terrace tells it.
    came({ ids: [user("ann")], name: "$referral_bound", properties: { program: "1", code: "zoe-1", generation: 1 } }),
    came({ ids: [user("ann")], name: "$referral_brought", properties: { program: "1" } }),
    came({ ids: [user("ann")], name: "$referral_brought", properties: { program: "1" } }),
    came({ ids: [user("ann")], name: "$referral_credited", properties: { program: "1", level: 1 } }),
    came({ ids: [user("ann")], name: "$referral_credited", properties: { program: "1", level: 2 } }),
  ]);
  await world.drain();
  world.nowMs += DAY_MS;
  const { items } = await call(api.listComputedTraitTemplates);
  for (const { key, ...body } of items) await call(api.putComputedTrait, { params: { trait: key }, body });
  await world.drain();
  const ann = await personOf("ann");
  const values = await Promise.all(items.map(async ({ key }) => (await valuesOf(`$computed_${key}`)).get(ann)));
  expect(values).toEqual([20, new Date(START_MS).toISOString(), "tea", "wechat", 1, 0, 2, 1, "zoe-1"]);
  const [total] = items;
  if (total === undefined) throw new Error("there are templates");
  expect(await call(api.previewComputedTrait, { body: { definition: total.definition } })).toMatchObject({
    type: "number",
    people: 1,
    everyone: 1,
    exact: true,
    sample: [{ personId: ann, displayName: "ann", value: 20 }],
    spread: { looked: 1, bins: [{ from: 20, to: 20, share: 1 }] },
    cost: { events: 1, updatesPerDay: 0.1 },
  });
});

test("whatever happens to people, each has what the whole history gives, and the preview says the same", { timeout: 120_000 }, async () => {
  const who = fc.integer({ min: 0, max: 3 });
  const act = fc.oneof(
    {
      weight: 6,
      arbitrary: fc.record({ what: fc.constant("act" as const), who, event: traitEvent, lateDays: fc.constantFrom(0, 0, 1, 35) }),
    },
    { weight: 2, arbitrary: fc.record({ what: fc.constant("login" as const), who, device: fc.integer({ min: 0, max: 1 }) }) },
    { weight: 2, arbitrary: fc.record({ what: fc.constant("merge" as const), who, other: who }) },
    { weight: 2, arbitrary: fc.record({ what: fc.constant("unmerge" as const) }) },
    { weight: 2, arbitrary: fc.record({ what: fc.constant("wait" as const), days: fc.constantFrom(1, 3, 31) }) },
    { weight: 2, arbitrary: fc.record({ what: fc.constant("drain" as const) }) },
  );
  await fc.assert(
    fc.asyncProperty(
      fc.array(act, { minLength: 5, maxLength: 25 }),
      fc.array(traitDefinition, { minLength: 1, maxLength: 4 }),
      fc.integer({ min: 0, max: 10 }),
      async (acts, definitions, madeAt) => {
        await begin();
        const merges: string[] = [];
        const history: { readonly origin: string; readonly event: EventFacts }[] = [];
        const makeAll = async (): Promise<void> => {
          for (const [index, definition] of definitions.entries()) await put(`t${index}`, definition);
        };
        const append = async (event: FeedEvent, origin: string): Promise<void> => {
          history.push({ origin, event });
          await world.append([event]);
        };
        for (const [index, one] of acts.entries()) {
          if (index === madeAt) await makeAll();
          if (one.what === "act") {
            const { name, properties, utmSource } = one.event;
            const timeMs = world.nowMs - one.lateDays * DAY_MS;
            const context = { ...EMPTY_CONTEXT, utmSource };
            await append(came({ ids: [user(`u${one.who}`)], name, properties, timeMs, context }), originOf(`u${one.who}`));
          } else if (one.what === "login")
            await append(came({ ids: [user(`u${one.who}`), device(`d${one.device}`)], name: "Login" }), originOf(`u${one.who}`));
          else if (one.what === "wait") world.nowMs += one.days * DAY_MS;
          else if (one.what === "drain") await world.drain();
          else if (one.what === "unmerge") {
            const merge = merges.pop();
            if (merge !== undefined) await people(mergeApi.takeBackMerge, { params: { merge } });
          } else {
            const [a, b] = [await personOf(`u${one.who}`), await personOf(`u${one.other}`)];
            if (a !== "" && b !== "" && a !== b)
              merges.push((await people(mergeApi.createMerge, { body: { people: [a, b], confirmConflicts: true } })).id);
          }
        }
        if (acts.length <= madeAt) await makeAll();
        await world.drain();
        const owners = await ownersIn(engines, workspaceId);
        const place = { nowMs: world.nowMs, zone: world.zone, virtuals: [] };
        for (const [index, definition] of definitions.entries()) {
          const meant = new Map(
            [...new Set(owners.values())].flatMap((person) => {
              const own = history.filter(({ origin }) => owners.get(origin) === person).map(({ event }) => event);
              const value = reckonedByHistory(definition, own, place);
              return value === undefined ? [] : [[person, value] as const];
            }),
          );
          expect(await valuesOf(`$computed_t${index}`)).toEqual(meant);
          const preview = await call(api.previewComputedTrait, { body: { definition } });
          expect(new Map(preview.sample.map(({ personId, value }) => [personId, value]))).toEqual(meant);
          expect(preview).toMatchObject({ people: meant.size, everyone: new Set(owners.values()).size, exact: true });
        }
      },
    ),
    { numRuns: RUNS },
  );
});

test("a trait is right again after events were taken away, and in another zone", async () => {
  await world.append([bought("ann", { amount: 1 }), bought("ben", { amount: 2 })]);
  await world.drain();
  await put("today", { ...TOTAL, within: { days: 1 } });
  await world.drain();
  const [ann, ben] = [await personOf("ann"), await personOf("ben")];
  for (const node of engines.warehouse.nodes)
    await node.command({
      query: `delete from ${engines.warehouse.cluster === undefined ? "events" : "events_local"} where workspace_id = ${workspaceId} and origin_id = ${originOf("ann")}`,
    });
  await inTransaction(engines.db, (tx) => world.segments.recount(tx, workspaceId));
  // What was reckoned before stands meanwhile.
  expect((await valuesOf("$computed_today")).get(ann)).toBe(1);
  await world.append([bought("ben", { amount: 5 })]);
  await world.drain();
  expect(await valuesOf("$computed_today")).toEqual(new Map([[ben, 7]]));

  // The evening in Berlin is the next morning there.
  world = Object.assign(makeLiveWorld(engines, world.nowMs + 12 * 3_600_000), { zone: "Pacific/Auckland" });
  await world.drain();
  expect(await valuesOf("$computed_today")).toEqual(new Map());
  expect(await call(api.getComputedTrait, { params: { trait: "today" } })).toMatchObject({ status: "live", people: 0 });
});

test("days since something are those of the zone as it is now, whether or not anything is counted anew", async () => {
  await world.append([bought("ann", { amount: 1 })]);
  await put("since", { kind: "days_since_last", of: { event: "Bought" } });
  await world.drain();
  expect(await valuesOf("$computed_since")).toEqual(new Map([[await personOf("ann"), 0]]));
  // The evening in Berlin is the next morning there.
  world = Object.assign(makeLiveWorld(engines, world.nowMs + 12 * 3_600_000), { zone: "Pacific/Auckland" });
  await world.drain();
  expect(await valuesOf("$computed_since")).toEqual(new Map([[await personOf("ann"), 1]]));
});

test("who is being changed meanwhile is reckoned afterwards", async () => {
  await world.append([bought("ann", { amount: 1 }), bought("ben", { amount: 2 })]);
  await world.drain();
  await put("total", TOTAL);
  await world.drain();
  const ben = await personOf("ben");
  world.nowMs += 1_000;
  await world.append([bought("ben", { amount: 5 })]);
  await world.settle();
  await world.store();
  await inTransaction(engines.db, async (tx) => {
    await tx`select from person where workspace_id = ${workspaceId} and person_id = ${ben} for update`;
    while (await world.count());
    await world.step("segments.evaluate");
    expect((await valuesOf("$computed_total")).get(ben)).toBe(2);
  });
  await world.drain();
  expect((await valuesOf("$computed_total")).get(ben)).toBe(7);
});

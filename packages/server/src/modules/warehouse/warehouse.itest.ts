import { EMPTY_CONTEXT, type FeedEvent } from "@terrace/domain/event/feed-event";
import { startBothEngines, type TestEngines } from "@terrace/testkit/both-engines";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import type { FeedBatch } from "../../platform/feed/batch.store.ts";
import type { PlacedEvent } from "../../platform/feed/resolver.ts";
import { ch } from "../../platform/storage/clickhouse.ts";
import { CONTEXT_COLUMNS } from "../../platform/storage/event-columns.ts";
import { countChanges, forgetFormerTraits, forgetTags } from "./erase-events.store.ts";
import { createWarehouseModule, type PersonChange, type TagChange, type TraitsChange, type WarehouseModule } from "./module.ts";

const NOW_MS = Date.UTC(2026, 6, 16, 12);

let engines: TestEngines;
beforeAll(async () => {
  engines = await startBothEngines();
}, 60_000);
afterAll(() => engines.stop());
const quarantined: FeedEvent[] = [];
let changes: PersonChange[] = [];
let traitChanges: TraitsChange[] = [];
let tagChanges: TagChange[] = [];
beforeEach(async () => {
  quarantined.length = 0;
  changes = [];
  traitChanges = [];
  for (const node of engines.warehouse.nodes)
    await node.command({ query: `truncate table ${engines.warehouse.cluster === undefined ? "events" : "events_local"}` });
});

function warehouseModule(): WarehouseModule {
  return createWarehouseModule({
    warehouse: engines.warehouse,
    originId: (event) => event.ids[0]?.value ?? "0",
    nowMs: () => NOW_MS,
    stored: () => undefined,
    quarantine: (event) => {
      quarantined.push(event);
      return Promise.resolve();
    },
    pending: () => Promise.resolve(changes),
    confirm: () => {
      changes = [];
      return Promise.resolve();
    },
    pendingTraits: () => Promise.resolve(traitChanges),
    confirmTraits: () => {
      traitChanges = [];
      return Promise.resolve();
    },
    pendingTags: () => Promise.resolve(tagChanges),
    confirmTags: () => {
      tagChanges = [];
      return Promise.resolve();
    },
  });
}

function placed(index: number, properties: FeedEvent["properties"] = {}, workspaceId = 1): PlacedEvent {
  return {
    lane: 0,
    seq: "7",
    index,
    propertiesText: JSON.stringify(properties),
    event: {
      workspaceId,
      messageId: `m${index}`,
      source: "segment",
      name: "Tested",
      timeMs: NOW_MS + index,
      receivedAtMs: NOW_MS,
      ids: [{ kind: "user_id", value: String(1000 + (index % 3)) }],
      link: "observed",
      properties,
      context: EMPTY_CONTEXT,
      traits: [],
      secrets: {},
    },
  };
}

function batch(batchId: string, events: readonly PlacedEvent[]): FeedBatch {
  return { batchId, ranges: [{ lane: 0, from: "7", to: "7" }], eventCount: events.length, generation: 0, settledAt: new Date(NOW_MS) };
}

async function countEvents(workspaceId = 1): Promise<number> {
  const [row] = await engines.warehouse.rows<{ n: string }>(workspaceId, "test", ch`select count() as n from events`);
  return Number(row?.n ?? 0);
}

test("a batch stored again, fresh or after a doubtful try, is there once", async () => {
  const events = Array.from({ length: 50 }, (_, index) => placed(index));
  const subject = warehouseModule();
  await subject.storeBatch(batch("1", events), events, false);
  await subject.storeBatch(batch("1", events), events, false);
  await subject.storeBatch(batch("1", events), events, true);
  expect(await countEvents()).toBe(50);
});

test("a try that got through in part is completed, not doubled", async () => {
  const events = Array.from({ length: 50 }, (_, index) => placed(index));
  const subject = warehouseModule();
  await subject.storeBatch(batch("2", events), events.slice(0, 20), false);
  await subject.storeBatch(batch("2", events), events, true);
  expect(await countEvents()).toBe(50);
});

test("rows the engine refuses go to quarantine alone", async () => {
  // Deliberately past the sanitiser: text that is no JSON object.
  const bad = new Map([
    [17, '{"a":'],
    [31, "[1]"],
  ]);
  const events = Array.from({ length: 40 }, (_, index) => ({
    ...placed(index, { a: index }),
    propertiesText: bad.get(index) ?? `{"a":${index}}`,
  }));
  await warehouseModule().storeBatch(batch("3", events), events, false);
  expect(quarantined.map(({ messageId }) => messageId).toSorted()).toEqual(["m17", "m31"]);
  expect(await countEvents()).toBe(38);
});

test("every column comes back as it was, whatever is in it", async () => {
  const texts = ["", "梯田 🎉", "a'b\\c\t\n\u0000", "x".repeat(300), "y".repeat(20_000)];
  const events = texts.map((text, index): PlacedEvent => {
    const base = placed(index, { text, at: index });
    const context = Object.fromEntries(Object.keys(EMPTY_CONTEXT).map((field) => [field, `${field} ${text}`])) as FeedEvent["context"];
    const ids = [{ kind: "user_id" as const, value: String(2n ** 63n - 1n - BigInt(index)) }];
    const timeMs = [0, NOW_MS, Date.UTC(1970, 0, 1) + 1, Date.UTC(2099, 11, 31), NOW_MS + 999][index] ?? 0;
    return { ...base, event: { ...base.event, messageId: `id ${text}`, name: `n ${text}`, ids, timeMs, context } };
  });
  await warehouseModule().storeBatch(batch("7", events), events, false);
  const rows = await engines.warehouse.rows<Record<string, string | number> & { readonly properties: string }>(
    1,
    "test",
    ch`select * except (properties, origin_id, time, received_at), toString(origin_id) as origin_id, toUnixTimestamp64Milli(time) as time, toUnixTimestamp64Milli(received_at) as received_at, toJSONString(properties) as properties from events order by event_id`,
  );
  expect(rows).toHaveLength(texts.length);
  for (const [index, { event, lane, seq }] of events.entries()) {
    const { properties, ...row } = rows[index] ?? { properties: "" };
    expect(JSON.parse(properties)).toEqual({ text: texts[index], at: index });
    expect(row).toEqual({
      workspace_id: 1,
      origin_id: event.ids[0]?.value,
      name: event.name,
      time: event.timeMs,
      received_at: NOW_MS,
      message_id: event.messageId,
      event_id: `${lane}-${seq}-${index}`,
      source: "segment",
      ...Object.fromEntries(Object.entries(CONTEXT_COLUMNS).map(([field, column]) => [column, `${field} ${texts[index]}`])),
    });
  }
});

test("a query sees its own workspace only, even when its text forgets the filter", async () => {
  const events = [placed(1), placed(2, {}, 2), placed(3, {}, 2)];
  await warehouseModule().storeBatch(batch("4", events), events, false);
  expect(await countEvents(1)).toBe(1);
  expect(await countEvents(2)).toBe(2);
});

test("integers and floats, text that looks like a date, and nested values come back as they went in", async () => {
  const properties = { whole: 3, part: 2.5, when: "2024-01-02T03:04:05+08:00", nested: { deep: [1, 2] }, list: ["a", "b"], yes: true };
  const events = [placed(1, properties)];
  await warehouseModule().storeBatch(batch("5", events), events, false);
  const [row] = await engines.warehouse.rows<{ properties: unknown }>(1, "test", ch`select properties from events`);
  expect(row?.properties).toMatchObject({ part: 2.5, when: "2024-01-02T03:04:05+08:00", list: ["a", "b"], yes: true });
});

test("the map of people follows joins and joins taken back", async () => {
  const subject = warehouseModule();
  const events = [placed(0), placed(1), placed(2)];
  await subject.storeBatch(batch("6", events), events, false);
  const people = async (): Promise<number> => {
    const [row] = await engines.warehouse.rows<{ n: string }>(
      1,
      "test",
      ch`select uniqExact(dictGetOrDefault('person_of_origin', 'person_id', (workspace_id, origin_id), origin_id)) as n from events`,
    );
    return Number(row?.n ?? 0);
  };
  expect(await people()).toBe(3);
  changes = [{ workspaceId: 1, originId: "1001", personId: "1000", changeSeq: "1" }];
  expect(await subject.syncPeople()).toBe(true);
  expect(await people()).toBe(2);
  changes = [{ workspaceId: 1, originId: "1001", personId: "1001", changeSeq: "2" }];
  await subject.syncPeople();
  expect(await people()).toBe(3);
  expect(await subject.syncPeople()).toBe(false);
});

test("the traits of people follow their changes, and what they were before can be taken out", async () => {
  const subject = warehouseModule();
  const follow = async (changeSeq: string, traits: readonly (readonly [string, TraitsChange["traits"]])[]): Promise<void> => {
    traitChanges = traits.map(([personId, own]) => ({ workspaceId: 1, personId, traits: own, changeSeq, seqs: [changeSeq] }));
    expect(await subject.syncPeople()).toBe(true);
    expect(traitChanges).toEqual([]);
  };
  const known = () =>
    engines.warehouse.rows(
      1,
      "test",
      ch`select toString(person_id) as person, toJSONString(traits) as traits from person_trait final order by person_id`,
    );
  const highest = String(2n ** 63n - 1n);
  await follow("1", [
    ["7", { city: "上海", level: 1 }],
    ["8", { city: "北京" }],
    [highest, { tags: ["a", 1, true] }],
  ]);
  await follow("2", [
    ["7", { city: "杭州" }],
    ["8", null],
  ]);
  // As after a try whose answer was lost.
  await follow("2", [
    ["7", { city: "杭州" }],
    ["8", null],
  ]);
  expect(await subject.syncPeople()).toBe(false);
  const now = [
    { person: "7", traits: '{"city":"杭州"}' },
    { person: highest, traits: '{"tags":["a",1,true]}' },
  ];
  expect(await known()).toEqual(now);
  expect(await engines.warehouse.rows(2, "test", ch`select person_id from person_trait final`)).toEqual([]);

  await forgetFormerTraits(engines.warehouse, 1, ["7", "8"]);
  while ((await countChanges(engines.warehouse)) > 0) await new Promise((resolve) => setTimeout(resolve, 50));
  expect(await known()).toEqual(now);
  const rows = await engines.warehouse.rows(
    1,
    "test",
    ch`select distinct toString(person_id) as person, toJSONString(traits) as traits from person_trait where person_id < 9 order by person_id`,
  );
  expect(rows).toEqual([
    { person: "7", traits: '{"city":"杭州"}' },
    { person: "8", traits: "{}" },
  ]);
});

test("lists of truths and numbers, or of truths and texts, stay as they are", async () => {
  const properties = { numbers: [1, true], texts: ["x", false], inside: [{ list: [true, 2] }] };
  await warehouseModule().storeBatch(batch("9", []), [placed(0, properties)], false);
  const [row] = await engines.warehouse.rows<{ props: string }>(1, "test", ch`select toJSONString(properties) as props from events`);
  expect(JSON.parse(row?.props ?? "")).toEqual(properties);
});

test("tags of ids follow their changes, and those of an id can be taken out", async () => {
  const subject = warehouseModule();
  const follow = async (changeSeq: string, tags: readonly (readonly [string, string, boolean, string?])[]): Promise<void> => {
    tagChanges = tags.map(([originId, tag, isThere, until = "0"]) => ({
      workspaceId: 1,
      originId,
      tag,
      ruleId: "0",
      isThere,
      until,
      changeSeq,
      seqs: [changeSeq],
    }));
    expect(await subject.syncPeople()).toBe(true);
  };
  const known = (): Promise<unknown[]> =>
    engines.warehouse.rows(1, "test", ch`select toString(origin_id) as origin, tag, until from person_tag final order by origin, tag`);
  await follow("1", [
    ["7", "VIP", true],
    ["7", "trial", true, "1700000000000"],
    ["8", "VIP", true],
  ]);
  await follow("2", [["7", "VIP", false]]);
  // As after a try whose answer was lost.
  await follow("2", [["7", "VIP", false]]);
  expect(await known()).toEqual([
    { origin: "7", tag: "trial", until: 1_700_000_000_000 },
    { origin: "8", tag: "VIP", until: 0 },
  ]);
  await forgetTags(engines.warehouse, 1, ["7"]);
  while ((await countChanges(engines.warehouse)) > 0) await new Promise((resolve) => setTimeout(resolve, 50));
  expect(await engines.warehouse.rows(1, "test", ch`select toString(origin_id) as origin from person_tag`)).toEqual([{ origin: "8" }]);
});

import { EMPTY_CONTEXT, type FeedEvent } from "@terrace/domain/event/feed-event";
import type { JsonObject } from "@terrace/domain/json";
import { makeWorkspace, startStateEngine, type TestStateEngine } from "@terrace/testkit/state-engine";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { inTransaction } from "../../../platform/storage/postgres.ts";
import { updateDefinition, type DefinitionChange } from "./definition.store.ts";
import { findDefinitionRow, listDefinitionRows, listProperties } from "./definition.views.ts";
import { createDefinitions, type Definitions } from "./definitions.ts";

const NOW_MS = Date.UTC(2026, 6, 16, 12);
let engine: TestStateEngine;
let workspaceId = 0;
beforeAll(async () => {
  engine = await startStateEngine();
}, 120_000);
afterAll(() => engine.stop());
beforeEach(async () => {
  workspaceId = await makeWorkspace(engine.db);
});

function eventOf(name: string, properties: JsonObject = {}, timeMs = NOW_MS): FeedEvent {
  return {
    workspaceId,
    messageId: "m",
    source: "segment",
    name,
    timeMs,
    receivedAtMs: NOW_MS,
    ids: [{ kind: "user_id", value: "u" }],
    link: "observed",
    properties,
    context: EMPTY_CONTEXT,
    traits: [],
    secrets: {},
  };
}

async function observe(subject: Definitions, events: readonly FeedEvent[]) {
  const outcome = await inTransaction(engine.db, (tx) => subject.observe(tx, events));
  outcome.afterCommit();
  return outcome;
}

const change = (name: string, edit: DefinitionChange): Promise<boolean> =>
  inTransaction(engine.db, (tx) => updateDefinition(tx, workspaceId, name, edit));
const volumeOf = async (name: string): Promise<number> => (await findDefinitionRow(engine.db, workspaceId, name))?.volume ?? 0;

test("names, properties, types and volumes are discovered, whoever saw them first", async () => {
  const [one, two] = [createDefinitions({ db: engine.db }), createDefinitions({ db: engine.db })];
  await observe(one, [
    eventOf("Order Completed", { revenue: 12, at: "2026-01-02T03:04:05Z" }),
    eventOf("Order Completed", { revenue: "12", phone: `~phone.${"x".repeat(22)}` }, NOW_MS - 1000),
  ]);
  await observe(two, [eventOf("Order Completed", { items: [1], extra: { a: 1 }, ok: true }, NOW_MS + 5000), eventOf("Login")]);
  expect(await volumeOf("Order Completed")).toBe(3);
  await one.rollUp();
  const row = await findDefinitionRow(engine.db, workspaceId, "Order Completed");
  expect(row).toMatchObject({ volume: 3, flagged: 0, enforcement: "accept", status: "active", schema: null });
  expect([row?.firstSeenAt.getTime(), row?.lastSeenAt.getTime()]).toEqual([NOW_MS - 1000, NOW_MS + 5000]);
  expect(
    (await listProperties(engine.db, workspaceId, "Order Completed")).map(({ name, types, personal }) => [name, types, personal]),
  ).toEqual([
    ["at", ["datetime"], false],
    ["extra", ["object"], false],
    ["items", ["array"], false],
    ["ok", ["boolean"], false],
    ["phone", ["string"], true],
    ["revenue", ["string", "number"], false],
  ]);
});

test("a transaction that is rolled back leaves nothing in the cache", async () => {
  const subject = createDefinitions({ db: engine.db });
  await expect(
    inTransaction(engine.db, async (tx) => {
      await subject.observe(tx, [eventOf("Seen", { a: 1 })]);
      throw new Error("no");
    }),
  ).rejects.toThrow("no");
  await observe(subject, [eventOf("Seen", { a: 1 })]);
  expect(await volumeOf("Seen")).toBe(1);
  expect(await listProperties(engine.db, workspaceId, "Seen")).toHaveLength(1);
});

test("concurrent batches neither deadlock nor lose a count", async () => {
  const workers = Array.from({ length: 6 }, () => createDefinitions({ db: engine.db }));
  await Promise.all(
    workers.flatMap((worker, at) =>
      Array.from({ length: 5 }, async (_, round) => {
        const names = ["a", "b", "c", "d"].toSorted(() => (at % 2 === 0 ? 1 : -1));
        await observe(
          worker,
          names.map((name) => eventOf(name, { [`p${round}`]: at, shared: at % 2 === 0 ? 1 : "x" })),
        );
        await worker.rollUp();
      }),
    ),
  );
  await Promise.all(workers.map((worker) => worker.rollUp()));
  expect(await Promise.all(["a", "b", "c", "d"].map(volumeOf))).toEqual([30, 30, 30, 30]);
});

test("a schema flags or keeps out what does not match, once an edit made elsewhere is known", async () => {
  const [worker, editor] = [createDefinitions({ db: engine.db }), createDefinitions({ db: engine.db })];
  await worker.refresh();
  await observe(worker, [eventOf("Paid", { amount: 1 })]);
  const schema = { properties: { amount: { type: "number", required: true } }, allowOthers: true } as const;
  await change("Paid", { schema, enforcement: "flag" });
  await worker.refresh();
  const flagged = await observe(worker, [eventOf("Paid", { amount: "1" }), eventOf("Paid", { amount: 2 })]);
  expect([flagged.flagged, flagged.quarantined.size]).toEqual([[0], 0]);
  await change("Paid", { enforcement: "quarantine" });
  await worker.refresh();
  const kept = await observe(worker, [eventOf("Paid", { amount: 3 }), eventOf("Paid", {})]);
  expect([...kept.quarantined.keys()]).toEqual([1]);
  expect(kept.quarantined.get(1)).toMatchObject({ code: "event.schema_mismatch", field: "properties.amount", form: "event", workspaceId });
  expect(await findDefinitionRow(engine.db, workspaceId, "Paid")).toMatchObject({ volume: 4, flagged: 1 });
  expect(await editor.objectionTo(eventOf("Paid", {}))).toMatchObject({ field: "properties.amount" });
  expect(await editor.objectionTo(eventOf("Paid", { amount: 1 }))).toBeUndefined();
});

test("a property marked personal is known to every process, also before its workspace was seen, and can be unmarked", async () => {
  const worker = createDefinitions({ db: engine.db });
  await observe(worker, [eventOf("Visited", { room: "12" })]);
  await change("Visited", { personalProperties: ["room", "not_seen_yet"] });
  const edge = createDefinitions({ db: engine.db });
  await edge.refresh();
  expect([
    edge.isMarkedPersonal(workspaceId, "Visited", "room"),
    edge.isMarkedPersonal(workspaceId, "Visited", "not_seen_yet"),
    edge.isMarkedPersonal(workspaceId, "Visited", "other"),
    edge.isMarkedPersonal(workspaceId + 1, "Visited", "room"),
  ]).toEqual([true, true, false, false]);
  await change("Visited", { personalProperties: [] });
  await edge.refresh();
  expect(edge.isMarkedPersonal(workspaceId, "Visited", "room")).toBe(false);
});

test("an unknown definition is not changed; names are listed by volume, page by page, and found by search", async () => {
  const subject = createDefinitions({ db: engine.db });
  expect(await change("Nothing", { description: "x" })).toBe(false);
  await observe(
    subject,
    ["c", "b", "b", "a_%", "a_%", "a_%", "d"].map((name) => eventOf(name)),
  );
  const page = (after: { volume: number; name: string } | undefined) =>
    listDefinitionRows(engine.db, workspaceId, { limit: 2, search: undefined, knownNames: [], after });
  const first = await page(undefined);
  expect(first.map(({ name }) => name)).toEqual(["a_%", "b"]);
  expect((await page({ volume: 2, name: "b" })).map(({ name }) => name)).toEqual(["c", "d"]);
  const found = await listDefinitionRows(engine.db, workspaceId, { limit: 9, search: "_%", knownNames: ["d"], after: undefined });
  expect(found.map(({ name }) => name)).toEqual(["a_%", "d"]);
  await change("b", { displayName: { zh: "点击", en: "Click" } });
  expect(
    (await listDefinitionRows(engine.db, workspaceId, { limit: 9, search: "点", knownNames: [], after: undefined })).map(
      ({ name }) => name,
    ),
  ).toEqual(["b"]);
});

test("a batch that says nothing new costs microseconds per event", async () => {
  const subject = createDefinitions({ db: engine.db });
  const batch = Array.from({ length: 5_000 }, (_, index) =>
    eventOf(`Event ${index % 20}`, { a: index, b: "text", c: true, d: "2026-01-02", e: [1], f: 1.5, g: "x", h: "y" }),
  );
  await observe(subject, batch);
  const started = performance.now();
  for (let round = 0; round < 10; round += 1) await observe(subject, batch);
  const microseconds = ((performance.now() - started) * 1000) / 50_000;
  process.stdout.write(`observe: ${microseconds.toFixed(2)} µs per event with 8 properties, statements included\n`);
  expect(microseconds).toBeLessThan(15);
});

test("an edit that is put on record while counts are added up waits for them in no circle", async () => {
  const subject = createDefinitions({ db: engine.db });
  await observe(subject, [eventOf("Edited")]);
  let adding = Promise.resolve();
  await inTransaction(engine.db, async (tx) => {
    await updateDefinition(tx, workspaceId, "Edited", { description: "What was changed" });
    adding = subject.rollUp();
    adding.catch(() => undefined);
    const waiting = () => engine.db`
      select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock' and query like '%event_tally%'`;
    while ((await waiting()).length === 0);
    await tx`
      insert into audit_entry (workspace_id, at, actor, action, target, detail, ip)
      values (${workspaceId}, now(), 'ann', 'event_definition.update', 'event:Edited', '{}', '')`;
  });
  await adding;
  expect(await findDefinitionRow(engine.db, workspaceId, "Edited")).toMatchObject({ volume: 1, description: "What was changed" });
});

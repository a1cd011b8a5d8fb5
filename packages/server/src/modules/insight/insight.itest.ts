import { DEFAULT_FIELD_VIEW } from "@terrace/domain/access/field-view";
import { EMPTY_CONTEXT, type EventContext, type FeedEvent } from "@terrace/domain/event/feed-event";
import type { JsonObject } from "@terrace/domain/json";
import { startBothEngines, type TestEngines } from "@terrace/testkit/both-engines";
import { once } from "node:events";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ch } from "../../platform/storage/clickhouse.ts";
import { createWarehouseModule } from "../warehouse/module.ts";
import { listEvents, type StoredEvent } from "./event.views.ts";
import { createLiveStreams, type LiveStreams } from "./live-streams.ts";
import { loadOverview, type OverviewQuery } from "./overview.ts";

const WS = 4_001;
/** 2011-07-01 in London: summer time, so a local day is not a UTC day. */
const DAY = (day: number, hour = 12): number => Date.UTC(2011, 6, day, hour);
const ZONE = "Europe/London";

let engines: TestEngines;
let seq = 0;
beforeAll(async () => {
  engines = await startBothEngines();
  await engines.db`insert into workspace (workspace_id, name, time_zone, currency) overriding system value values (${WS}, 'test', ${ZONE}, 'GBP')`;
}, 120_000);
afterAll(() => engines.stop());

type Given = {
  readonly name?: string;
  readonly at: number;
  readonly who?: string;
  readonly properties?: JsonObject;
  readonly receivedAt?: number;
  readonly workspaceId?: number;
  readonly context?: Partial<EventContext>;
};

async function store(given: readonly Given[]): Promise<void> {
  seq += 1;
  const warehouse = createWarehouseModule({
    warehouse: engines.warehouse,
    originId: (event) => event.ids[0]?.value ?? "0",
    nowMs: Date.now,
    stored: () => undefined,
    quarantine: () => Promise.reject(new Error("not storable")),
    pending: () => Promise.resolve([]),
    confirm: () => Promise.resolve(),
    pendingTraits: () => Promise.resolve([]),
    pendingTags: () => Promise.resolve([]),
    confirmTags: () => Promise.resolve(),
    confirmTraits: () => Promise.resolve(),
  });
  const events = given.map(
    ({ name = "Order Completed", at, who = "1", properties = {}, receivedAt = at, workspaceId = WS, context = {} }, index) => {
      const event: FeedEvent = {
        workspaceId,
        messageId: `m${seq}-${index}`,
        source: "import",
        name,
        timeMs: at,
        receivedAtMs: receivedAt,
        ids: who === "" ? [] : [{ kind: "user_id", value: who }],
        link: "observed",
        properties,
        context: { ...EMPTY_CONTEXT, ...context },
        traits: [],
        secrets: {},
      };
      return { lane: 0, seq: String(seq), index, event, propertiesText: JSON.stringify(properties) };
    },
  );
  await warehouse.storeBatch(
    {
      batchId: String(seq),
      ranges: [{ lane: 0, from: String(seq), to: String(seq) }],
      eventCount: events.length,
      generation: 0,
      settledAt: new Date(),
    },
    events,
    false,
  );
}

const none = () => Promise.resolve([]);

describe("overview", () => {
  const span = { firstMs: DAY(1), lastMs: DAY(10) };
  const overview = (query: Partial<OverviewQuery> = {}) =>
    loadOverview(
      { db: engines.db, warehouse: engines.warehouse, eventSpan: () => Promise.resolve(span), virtualEvents: none, nowMs: () => DAY(20) },
      WS,
      {
        days: 3,
        until: undefined,
        zone: ZONE,
        currency: "GBP",
        ...query,
      },
    );

  beforeAll(async () => {
    await store([
      { at: DAY(10), who: "1", properties: { revenue: 10, currency: "GBP" } },
      { at: DAY(10), who: "2", properties: { revenue: 10.1, currency: "gbp" } },
      { at: DAY(9), who: "1", properties: { total: "5.05" } },
      { at: DAY(9), who: "2", properties: { revenue: 0.1 } },
      { at: DAY(9), who: "3", properties: { revenue: 0.2 } },
      { at: DAY(9), who: "3", properties: { revenue: 1_000_000, currency: "JPY" } },
      { at: DAY(8), who: "3", properties: { revenue: "free" } },
      { at: DAY(10), who: "1", name: "Order Refunded", properties: { revenue: 2.5 } },
      { at: DAY(10), who: "1", name: "Order Refunded", properties: { total: -1 } },
      { at: DAY(10), who: "", name: "$item_set" },
      { at: DAY(7), who: "1", properties: { revenue: 7 } },
      // 23:30 UTC on the 7th is the 8th in London; 23:30 UTC on the 10th is the 11th.
      { at: DAY(7, 23.5), who: "4", name: "Viewed" },
      { at: DAY(10, 23.5), who: "5", name: "Viewed" },
    ]);
    await store([{ at: DAY(10), workspaceId: WS + 1, properties: { revenue: 99 } }]);
  });

  test("orders, revenue, events and people of a period of local days, and of the one before", async () => {
    const { figures, ...rest } = await overview();
    expect(rest).toMatchObject({
      from: "2011-07-08",
      to: "2011-07-10",
      dataFrom: "2011-07-01T12:00:00.000Z",
      dataTo: "2011-07-10T12:00:00.000Z",
      currency: "GBP",
      ordersInOtherCurrency: 1,
    });
    const byId = Object.fromEntries(figures.map((figure) => [figure.id, figure]));
    // Yen are not added to pounds, a text that is no number counts as nothing, refunds come off whatever their sign.
    expect(byId["revenue_minor"]).toMatchObject({
      value: 1000 + 1010 + 505 + 10 + 20 - 250 - 100,
      previous: 700,
      series: [
        { day: "2011-07-08", value: 0 },
        { day: "2011-07-09", value: 535 },
        { day: "2011-07-10", value: 1660 },
      ],
    });
    expect(byId["orders"]).toMatchObject({ value: 7, previous: 1 });
    expect(byId["events"]).toMatchObject({ value: 11, previous: 1 });
    expect(byId["active_people"]).toMatchObject({
      value: 4,
      previous: 1,
      series: [
        { day: "2011-07-08", value: 2 },
        { day: "2011-07-09", value: 3 },
        { day: "2011-07-10", value: 2 },
      ],
    });
    expect(rest.topEvents[0]).toEqual({ name: "Order Completed", events: 7, people: 3 });
  });

  test("a day that ends later in London than in UTC belongs to the later day, and an asked-for end is kept", async () => {
    const { figures, to } = await overview({ days: 1, until: "2011-07-11" });
    expect([to, figures[0]?.value]).toEqual(["2011-07-11", 1]);
  });

  test("a handful of events does not pull the page away from data of long ago; more of them do", async () => {
    const [W, now] = [WS + 10, Date.UTC(2026, 6, 20, 12)];
    const open = (lastMs: number) =>
      loadOverview(
        {
          db: engines.db,
          warehouse: engines.warehouse,
          eventSpan: () => Promise.resolve({ firstMs: DAY(1), lastMs }),
          virtualEvents: none,
          nowMs: () => now,
        },
        W,
        { days: 28, until: undefined, zone: ZONE, currency: "GBP" },
      );
    // 23:30 UTC on the 9th is the 10th in London.
    await store([
      { at: DAY(1), workspaceId: W },
      { at: DAY(9, 23.5), workspaceId: W },
    ]);
    expect(await open(DAY(9, 23.5))).toMatchObject({ to: "2011-07-10", toReason: "newest" });
    await store([{ at: now, workspaceId: W, name: "Tried" }]);
    expect(await open(now)).toMatchObject({ to: "2011-07-10", toReason: "before_few", dataTo: new Date(now).toISOString() });
    await store([{ at: now - 65 * 86_400_000, workspaceId: W, name: "Tried" }]);
    expect(await open(now)).toMatchObject({ to: "2011-07-10", toReason: "before_few" });
    await store(Array.from({ length: 25 }, (_, index) => ({ at: now - index * 1000, workspaceId: W, name: "Used" })));
    expect(await open(now)).toMatchObject({ to: "2026-07-20", toReason: "today" });
  });

  test("an empty workspace has zeros, not gaps", async () => {
    const empty = await loadOverview(
      {
        db: engines.db,
        warehouse: engines.warehouse,
        eventSpan: () => Promise.resolve(undefined),
        virtualEvents: none,
        nowMs: () => DAY(20),
      },
      WS + 9,
      { days: 2, until: undefined, zone: ZONE, currency: "CNY" },
    );
    expect(empty).toMatchObject({ dataFrom: null, to: "2011-07-20", people: 0 });
    expect(empty.figures.every(({ value, previous, series }) => value === 0 && previous === 0 && series.length === 2)).toBe(true);
  });
});

describe("stored events", () => {
  const W = WS + 20;
  const all = async (filter: Parameters<typeof listEvents>[2]["filter"] = {}, limit = 7): Promise<readonly StoredEvent[]> => {
    const found: StoredEvent[] = [];
    for (;;) {
      const last = found.at(-1);
      const page = await listEvents(engines.warehouse, W, {
        filter,
        limit,
        newestMs: DAY(31),
        cursor: last === undefined ? undefined : { timeMs: Date.parse(last.time), eventId: last.eventId },
      });
      found.push(...page);
      if (page.length < limit) return found;
    }
  };

  beforeAll(async () => {
    await store([
      ...Array.from({ length: 20 }, (_, index) => ({
        at: DAY(31),
        who: String(index % 3),
        name: "Same instant",
        workspaceId: W,
        properties: { index },
      })),
      ...Array.from({ length: 10 }, (_, index) => ({
        at: DAY(1) - index * 86_400_000 * 40,
        who: "1",
        name: "Old",
        workspaceId: W,
        properties: { index, ...(index === 3 ? { nested: { a: 1 }, only: null } : {}) },
        context: { pagePath: "/a" },
      })),
    ]);
  });

  test("pages neither lose nor repeat an event, however far apart events lie", async () => {
    const events = await all();
    expect(new Set(events.map(({ eventId }) => eventId)).size).toBe(30);
    expect(events.map(({ time }) => time)).toEqual(
      events
        .map(({ time }) => time)
        .toSorted()
        .toReversed(),
    );
  });

  test("filters by name, person, message and time; properties are the event's own", async () => {
    expect(await all({ name: "Old" })).toHaveLength(10);
    expect(await all({ person: "2" })).toHaveLength(6);
    expect(await all({ fromMs: DAY(1), toMs: DAY(31) })).toHaveLength(1);
    const [old] = await all({ messageId: `m${seq}-23` });
    expect(old).toMatchObject({
      name: "Old",
      properties: { index: 3, nested: { a: 1 } },
      context: { page_path: "/a" },
      originId: "1",
      personId: "1",
      source: "import",
    });
    expect(Object.keys((await all({ messageId: `m${seq}-22` }))[0]?.properties ?? {})).toEqual(["index"]);
  });

  test("whose an origin is decides, not whose it was", async () => {
    await engines.warehouse.client.command({
      query: `insert into person_of_origin_row (workspace_id, origin_id, person_id, change_seq) values (${W}, 2, 1, 1)`,
    });
    for (const node of engines.warehouse.nodes) await node.command({ query: "SYSTEM RELOAD DICTIONARY person_of_origin" });
    expect(await all({ person: "2" })).toHaveLength(0);
    expect((await all({ person: "1" })).filter(({ name }) => name === "Same instant")).toHaveLength(13);
  });
});

describe("the live stream", () => {
  const W = WS + 40;
  const asked: (readonly string[])[] = [];
  const opened: LiveStreams[] = [];
  const streams = (): LiveStreams => {
    const made = createLiveStreams({
      warehouse: engines.warehouse,
      nowMs: Date.now,
      timeZone: () => Promise.resolve(ZONE),
      virtualEvents: none,
      denies: () => false,
      quarantineOpen: () => Promise.resolve(3),
      displayNames: (_, ids) => {
        asked.push(ids);
        return Promise.resolve(new Map(ids.map((id) => [id, { personId: id, displayName: `Person ${id}` }])));
      },
      warn: (error) => {
        throw error;
      },
    });
    opened.push(made);
    return made;
  };
  afterAll(() => {
    for (const made of opened) made.stop();
  });

  test("a quiet workspace shows its last events, however old", async () => {
    await store([{ at: DAY(3), workspaceId: W, name: "Old", who: "7", properties: { revenue: 5, phone: `~phone.${"a".repeat(22)}` } }]);
    const state = await streams().snapshot({ workspaceId: W, fields: DEFAULT_FIELD_VIEW });
    expect(state).toMatchObject({
      perSecond: 0,
      quarantineOpen: 3,
      lagMs: null,
      today: 0,
      events: [{ name: "Old", personId: "7", displayName: "Person 7", summary: { revenue: 5 } }],
    });
    expect(JSON.stringify(state)).not.toContain("~phone");
  });

  test("watchers get new events soon after they are stored, newest first, from one reader", async () => {
    const live = streams();
    const controller = new AbortController();
    const received: { events: { name: string }[]; perSecond: number; today: number; lagMs: number }[] = [];
    const watch = () => live.stream({ workspaceId: W, fields: DEFAULT_FIELD_VIEW }, { limit: 5, signal: controller.signal });
    const [one, two] = [watch(), watch()];
    two.resume();
    one.on("data", (chunk: Buffer) => {
      for (const line of chunk.toString().split("\n"))
        if (line.startsWith("data: ")) received.push(JSON.parse(line.slice(6)) as (typeof received)[number]);
    });
    await expect.poll(() => received.length, { timeout: 30_000 }).toBeGreaterThan(0);
    const now = Date.now();
    await store(
      Array.from({ length: 8 }, (_, index) => ({ at: now - index, workspaceId: W, name: `New ${index}`, receivedAt: now - index })),
    );
    await expect.poll(() => received.at(-1)?.events[0]?.name, { timeout: 30_000 }).toBe("New 0");
    const last = received.at(-1);
    expect(last?.events.map(({ name }) => name)).toEqual(["New 0", "New 1", "New 2", "New 3", "New 4"]);
    expect(last?.lagMs).toBeLessThan(5_000);
    await expect.poll(() => received.at(-1)?.perSecond, { timeout: 30_000 }).toBeGreaterThan(0.5);
    controller.abort();
    if (!one.destroyed) await once(one, "close");
    expect([one.destroyed, two.destroyed]).toEqual([true, true]);
  });

  test("the generated statements find no other workspace's events", async () => {
    const rows = await engines.warehouse.rows(
      W + 1,
      "test",
      ch`select count() as n from events where workspace_id = ${ch.value("UInt32", W)}`,
    );
    expect(rows).toEqual([{ n: 0 }]);
    expect((await streams().snapshot({ workspaceId: W + 1, fields: DEFAULT_FIELD_VIEW })).events).toEqual([]);
  });
});

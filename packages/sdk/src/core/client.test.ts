import { describe, expect, test } from "vitest";
import { createCore, type Core } from "./client.ts";
import { createFakeHost, type FakeHost } from "./fake-host.ts";
import type { Options } from "./message.ts";

type Events = Record<string, Record<string, unknown>>;
const start = (host: FakeHost, options: Partial<Options> = {}): Core<Events> =>
  createCore<Events>(host, { writeKey: "k", host: "https://terrace.test/", ...options });
const sentNames = (host: FakeHost): string[] => host.requests.flatMap(({ batch }) => batch.map(({ type, event }) => event ?? type));

describe("what is sent", () => {
  test("goes out in one batch after a pause, in order, with its key and ids", async () => {
    const host = createFakeHost();
    const { terrace } = start(host);
    terrace.track("A", { price: 1 });
    terrace.page("Home");
    terrace.identify("u-1", { city: "杭州" });
    terrace.track("B");
    await host.pass(1_900);
    expect(host.requests).toEqual([]);
    await host.pass(200);
    expect(host.requests).toHaveLength(1);
    expect(host.requests[0]).toMatchObject({ url: "https://terrace.test/v1/batch", writeKey: "k" });
    expect(sentNames(host)).toEqual(["A", "page", "identify", "B"]);
    const [a, , identify, b] = host.requests[0]?.batch ?? [];
    expect(a).toMatchObject({ properties: { price: 1 }, anonymousId: terrace.anonymousId() });
    expect(a).not.toHaveProperty("userId");
    expect(identify).toMatchObject({ userId: "u-1", traits: { city: "杭州" } });
    expect(b).toMatchObject({ userId: "u-1", anonymousId: terrace.anonymousId() });
    expect(new Set(host.requests[0]?.batch.map(({ messageId }) => messageId)).size).toBe(4);
    expect(terrace.waiting()).toBe(0);
  });

  test("goes out at once when enough waits, in batches of at most 100", async () => {
    const host = createFakeHost();
    const { terrace } = start(host);
    for (let index = 0; index < 230; index += 1) terrace.track("Many", { index });
    await host.pass(0);
    expect(host.requests.map(({ batch }) => batch.length)).toEqual([100, 100, 30]);
  });

  test("carries super properties and the group until they are taken away", async () => {
    const host = createFakeHost();
    const { terrace } = start(host);
    terrace.register({ store: "s-1", draft: true });
    terrace.register({ draft: undefined });
    terrace.group("g-1");
    terrace.track("A", { price: 1 });
    terrace.reset();
    terrace.track("B");
    await terrace.flush();
    const [, a, b] = host.requests[0]?.batch ?? [];
    expect(a).toMatchObject({ properties: { store: "s-1", price: 1 }, context: { groupId: "g-1" } });
    expect(a?.["properties"]).not.toHaveProperty("draft");
    expect(b).toMatchObject({ properties: {}, context: {} });
    expect(b?.["anonymousId"]).not.toBe(a?.["anonymousId"]);
  });

  test("speaks of a new person when another account signs in, and keeps the anonymous past for the first", async () => {
    const host = createFakeHost();
    const { terrace } = start(host);
    const first = terrace.anonymousId();
    terrace.identify("u-1");
    expect(terrace.anonymousId()).toBe(first);
    terrace.identify("u-2");
    expect(terrace.anonymousId()).not.toBe(first);
  });
});

describe("without a network", () => {
  test("waits with growing pauses, honours Retry-After, and repeats the same ids", async () => {
    const host = createFakeHost();
    host.answers.splice(0, 1, { status: 0 }, { status: 503, retryAfterSeconds: 30 }, { status: 200 });
    const { terrace } = start(host);
    terrace.track("A");
    await host.pass(2_000);
    expect(host.requests).toHaveLength(1);
    await host.pass(400);
    expect(host.requests).toHaveLength(1);
    await host.pass(600);
    expect(host.requests).toHaveLength(2);
    await host.pass(29_000);
    expect(host.requests).toHaveLength(2);
    await host.pass(1_100);
    expect(new Set(host.requests.map(({ batch }) => batch[0]?.["messageId"])).size).toBe(1);
    expect(host.requests).toHaveLength(3);
    expect(terrace.waiting()).toBe(0);
  });

  test("keeps events over a restart and sends them once", async () => {
    const host = createFakeHost();
    host.answers[0] = { status: 0 };
    const first = start(host);
    first.terrace.track("Offline", { n: 1 });
    await host.pass(5_000);
    const id = host.requests[0]?.batch[0]?.["messageId"];
    const later = createFakeHost(host.store);
    const second = start(later);
    expect(second.terrace.anonymousId()).toBe(first.terrace.anonymousId());
    await later.pass(3_000);
    expect(later.requests.flatMap(({ batch }) => batch.map(({ messageId }) => messageId))).toEqual([id]);
    await later.pass(1_000);
    const third = createFakeHost(host.store);
    start(third);
    await third.pass(5_000);
    expect(third.requests).toEqual([]);
  });

  test("repeats what a beacon took for two days, and not once Terrace may have forgotten its ids", async () => {
    const store = new Map<string, string>();
    const host = createFakeHost(store);
    const { terrace, save } = start(host);
    terrace.track("Blind");
    save(true);
    const soon = createFakeHost(new Map(store));
    start(soon);
    await soon.pass(3_000);
    expect(sentNames(soon)).toEqual(["Blind"]);
    const late = createFakeHost(new Map(store));
    await late.pass(49 * 3_600_000);
    start(late);
    await late.pass(3_000);
    expect(late.requests).toEqual([]);
  });

  test("drops the oldest beyond its limits, says so, and reports the number once", async () => {
    const host = createFakeHost();
    host.answers[0] = { status: 0 };
    const heard: unknown[] = [];
    const { terrace } = start(host, { queueEventsMax: 10, onDrop: (drop) => heard.push(drop) });
    for (let index = 0; index < 25; index += 1) terrace.track("Many", { index });
    expect(terrace.waiting()).toBe(10);
    expect(heard).toHaveLength(15);
    host.answers[0] = { status: 200 };
    host.requests.length = 0;
    await host.pass(600_000);
    expect(sentNames(host)).toEqual([...Array.from({ length: 10 }, () => "Many"), "Events Dropped"]);
    expect(host.requests[0]?.batch[0]).toMatchObject({ properties: { index: 15 } });
    expect(host.requests[0]?.batch.at(-1)).toMatchObject({ properties: { count: 15, reasons: { queue_full: 15 } } });
    terrace.track("After");
    await terrace.flush();
    expect(sentNames(host).filter((name) => name === "Events Dropped")).toHaveLength(1);
  });

  test("limits the queue by its length too, and refuses an event no server would take", () => {
    const host = createFakeHost();
    const heard: string[] = [];
    const { terrace } = start(host, { queueLengthMax: 50_000, onDrop: ({ reason }) => heard.push(reason) });
    for (let index = 0; index < 6; index += 1) terrace.track("Large", { text: "x".repeat(10_000) });
    expect(terrace.waiting()).toBe(4);
    terrace.track("Too large", { text: "x".repeat(31_000) });
    expect(heard).toEqual(["queue_full", "queue_full", "too_large"]);
  });
});

describe("what Terrace refuses", () => {
  test("is dropped and counted, and what follows goes on", async () => {
    const host = createFakeHost();
    host.answers.splice(0, 1, { status: 401 }, { status: 200 });
    const { terrace } = start(host);
    terrace.track("Refused");
    await terrace.flush();
    expect(terrace.waiting()).toBe(0);
    terrace.track("Good");
    await terrace.flush();
    expect(host.requests[1]?.batch).toMatchObject([
      { event: "Good" },
      { event: "Events Dropped", properties: { reasons: { refused_401: 1 } } },
    ]);
  });

  test("as too large goes again in halves", async () => {
    const host = createFakeHost();
    host.answers.splice(0, 1, { status: 413 }, { status: 200 });
    const { terrace } = start(host);
    for (let index = 0; index < 8; index += 1) terrace.track("A", { index });
    await terrace.flush();
    expect(host.requests.map(({ batch }) => batch.length)).toEqual([8, 4, 4]);
  });
});

describe("consent", () => {
  test("withdrawn empties the queue and the store, and nothing is sent or stored any more", async () => {
    const host = createFakeHost();
    const { terrace } = start(host);
    terrace.identify("u-1");
    terrace.track("Before");
    await host.pass(500);
    expect(host.store.size).toBeGreaterThan(0);
    terrace.consent(false);
    terrace.track("After");
    terrace.identify("u-2");
    await host.pass(600_000);
    expect([host.requests, [...host.store.keys()], terrace.waiting()]).toEqual([[], [], 0]);
  });

  test("withdrawn while a request is under way leaves nothing to repeat", async () => {
    const host = createFakeHost();
    host.answers[0] = { status: 0 };
    const { terrace } = start(host);
    terrace.track("Before");
    const flushing = terrace.flush();
    terrace.consent(false);
    await flushing;
    await host.pass(600_000);
    expect([host.requests.length, host.store.size]).toEqual([1, 0]);
  });

  test("awaited: nothing happens before it is given", async () => {
    const host = createFakeHost();
    const { terrace } = start(host, { consent: false });
    terrace.track("Before");
    await host.pass(10_000);
    expect([host.requests, host.store.size]).toEqual([[], 0]);
    terrace.consent(true);
    terrace.track("After");
    await host.pass(10_000);
    expect(sentNames(host)).toEqual(["After"]);
  });

  test("by purpose is sent as facts", async () => {
    const host = createFakeHost();
    const { terrace } = start(host);
    terrace.consent({ marketing: true, "marketing:sms": false });
    await terrace.flush();
    expect(host.requests[0]?.batch).toMatchObject([
      { event: "Consent Given", properties: { purpose: "marketing" } },
      { event: "Consent Withdrawn", properties: { purpose: "marketing", channel: "sms" } },
    ]);
  });
});

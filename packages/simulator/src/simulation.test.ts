import fc from "fast-check";
import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import { dayOf, seasonOf, startOf, visitFactor, weekdayOf } from "./calendar.ts";
import { dayOfIso } from "@terrace/domain/time/zoned-time";
import { objectionTo, type SimulationConfig } from "./plan.ts";
import { createSimulation, pastEvents } from "./simulation.ts";
import type { SimulatedEvent } from "./world.ts";

const END_MS = Date.UTC(2026, 10, 22, 5, 30);
const SMALL: SimulationConfig = { seed: 7, people: 300, days: 40, endMs: END_MS };

const eventsOf = (config: SimulationConfig): readonly SimulatedEvent[] => [...pastEvents(createSimulation(config))];
const printOf = (events: readonly SimulatedEvent[]): string => {
  const hash = createHash("sha256");
  for (const event of events) hash.update(JSON.stringify(event));
  return hash.digest("hex");
};
const text = (event: SimulatedEvent, key: string): string => String(event.properties[key] ?? "");
const number = (event: SimulatedEvent, key: string): number => Number(event.properties[key] ?? Number.NaN);
const keyOf = ({ kind, value }: { readonly kind: string; readonly value: string }): string => `${kind}:${value}`;

describe("a simulation", () => {
  test("is the same for the same seed, and another for another", () => {
    const first = printOf(eventsOf(SMALL));
    expect(printOf(eventsOf(SMALL))).toBe(first);
    expect(printOf(eventsOf({ ...SMALL, seed: 8 }))).not.toBe(first);
  });

  test("does not depend on how much is read at once, nor on where its past ends within the last day", () => {
    const all = eventsOf(SMALL);
    const halves = createSimulation(SMALL);
    const reader = pastEvents(halves);
    const read: SimulatedEvent[] = [];
    for (let size = 1; ; size = (size * 3) % 101) {
      const batch: SimulatedEvent[] = [];
      while (batch.length < size) {
        const next = reader.next();
        if (next.done === true) break;
        batch.push(next.value);
      }
      read.push(...batch);
      if (batch.length < size) break;
    }
    expect(printOf(read)).toBe(printOf(all));
    const earlier = eventsOf({ ...SMALL, endMs: END_MS - 3 * 3_600_000 });
    expect(printOf(earlier)).toBe(printOf(all.slice(0, earlier.length)));
  });

  test("goes on beyond its last day", () => {
    const simulation = createSimulation(SMALL);
    for (const _ of pastEvents(simulation));
    const tomorrow = simulation.nextDay();
    expect(tomorrow.day).toBe(dayOf(END_MS) + 1);
    expect(tomorrow.events.length).toBeGreaterThan(20);
    expect(tomorrow.events.every(({ timeMs }) => dayOf(timeMs) === tomorrow.day)).toBe(true);
  });

  test("says what it does not take", () => {
    expect(objectionTo({ seed: 1, people: 20_000, days: 180 })).toBeUndefined();
    expect(objectionTo({ seed: 1, people: 1.5, days: 180 })?.field).toBe("people");
    expect(objectionTo({ seed: 1, people: 100, days: 3 })?.field).toBe("days");
    expect(objectionTo({ seed: -1, people: 100, days: 30 })?.field).toBe("seed");
  });
});

describe("whatever the seed and size, the life simulated is one that could be lived", () => {
  const configs = fc.record({
    seed: fc.integer({ min: 0, max: 1_000_000 }),
    people: fc.integer({ min: 40, max: 160 }),
    days: fc.integer({ min: 14, max: 45 }),
    endMs: fc.integer({ min: Date.UTC(2025, 0, 1), max: Date.UTC(2027, 0, 1) }),
  });
  const always = (check: (config: SimulationConfig, events: readonly SimulatedEvent[]) => void): void =>
    fc.assert(
      fc.property(configs, (config) => check(config, eventsOf(config))),
      { numRuns: 12 },
    );

  test("in the order of time, within its days, each event with an id of its own", () =>
    always((config, events) => {
      const times = events.map(({ timeMs }) => timeMs);
      expect(times).toEqual(times.toSorted((a, b) => a - b));
      expect(times[0] ?? 0).toBeGreaterThanOrEqual(startOf(dayOf(config.endMs) - config.days + 1));
      expect(times.at(-1) ?? 0).toBeLessThan(config.endMs);
      expect(new Set(events.map(({ messageId }) => messageId)).size).toBe(events.length);
    }));

  test("an online order holds only what went into the cart before, and nobody pays more than they ordered or gets back more than they paid", () =>
    always((_config, events) => {
      const carts = new Map<string, number>();
      const paid = new Map<string, number>();
      const back = new Map<string, number>();
      for (const event of events) {
        const who = keyOf(event.ids[0] ?? { kind: "", value: "" });
        if (event.name === "Product Added") {
          const key = `${who}/${text(event, "product_id")}`;
          carts.set(key, (carts.get(key) ?? 0) + number(event, "quantity"));
        } else if (event.name === "Order Completed") {
          const lines = event.properties["products"] as readonly { product_id: string; price: number; quantity: number }[];
          const subtotal = lines.reduce((sum, { price, quantity }) => sum + price * quantity, 0);
          expect(number(event, "total")).toBeCloseTo(subtotal - number(event, "discount"), 5);
          expect(number(event, "total")).toBeGreaterThan(0);
          expect(paid.has(text(event, "order_id"))).toBe(false);
          paid.set(text(event, "order_id"), number(event, "total"));
          if (text(event, "sales_channel") === "store") continue;
          for (const line of lines) {
            const key = `${who}/${line.product_id}`;
            expect(carts.get(key) ?? 0).toBeGreaterThanOrEqual(line.quantity);
            carts.set(key, (carts.get(key) ?? 0) - line.quantity);
          }
        } else if (event.name === "Order Refunded") {
          const order = text(event, "order_id");
          back.set(order, (back.get(order) ?? 0) + number(event, "total"));
          expect(back.get(order) ?? Infinity).toBeLessThanOrEqual(paid.get(order) ?? 0);
        }
      }
    }));

  test("nothing comes before its cause: no app event before the installation, no account before the registration, no answer before the question", () =>
    always((_config, events) => {
      const installed = new Set<string>();
      const accounts = new Set<string>();
      const stages = new Map<string, number>();
      const order = ["Ticket Created", "Ticket Replied", "Ticket Resolved", "Ticket Rated"];
      const messages = new Map<string, readonly string[]>();
      for (const event of events) {
        const device = event.ids.find(({ kind, value }) => kind === "anonymous_id" && value.startsWith("app-"));
        if (event.name === "Application Installed") installed.add(device?.value ?? "");
        else if (device !== undefined) expect(installed.has(device.value)).toBe(true);
        const account = event.ids.find(({ kind }) => kind === "user_id" || kind === "member_no");
        if (event.name === "Signed Up" || event.name === "$identify")
          for (const id of event.ids) if (id.kind === "user_id" || id.kind === "member_no") accounts.add(keyOf(id));
        if (account !== undefined) expect(accounts.has(keyOf(account))).toBe(true);
        if (order.includes(event.name)) {
          const ticket = text(event, "ticket_id");
          expect(order.indexOf(event.name)).toBe(stages.get(ticket) ?? 0);
          stages.set(ticket, order.indexOf(event.name) + 1);
        }
        if (event.name.startsWith("Message ")) {
          const before = messages.get(text(event, "message_id")) ?? [];
          if (event.name === "Message Clicked") expect(before).toContain("Message Opened");
          if (event.name !== "Message Sent") expect(before).toContain("Message Sent");
          messages.set(text(event, "message_id"), [...before, event.name]);
        }
      }
    }));

  test("there are as many people as asked for, and none of them can be reached", () =>
    always((config, events) => {
      const simulation = createSimulation(config);
      for (const _ of pastEvents(simulation));
      expect(Math.abs(simulation.manifest().peopleSoFar - config.people)).toBeLessThanOrEqual(1);
      for (const { ids, traits } of events) {
        for (const id of ids) if (id.kind === "phone") expect(id.value).toMatch(/^111\d{8}$/);
        for (const trait of traits) if (trait.op === "set" && trait.key === "email") expect(trait.value).toMatch(/@example\.com$/);
      }
    }));
});

describe("the manifest", () => {
  test("is what the events of whole days add up to", () => {
    const simulation = createSimulation({ seed: 3, people: 800, days: 60, endMs: END_MS });
    const events: SimulatedEvent[] = [];
    for (let day = 0; day < 60; day += 1) events.push(...simulation.nextDay().events);
    const manifest = simulation.manifest();
    const named = (name: string): readonly SimulatedEvent[] => events.filter((event) => event.name === name);
    expect(manifest.events).toBe(events.length);
    expect(manifest.byDay.reduce((sum, { orders }) => sum + orders, 0)).toBe(named("Order Completed").length);
    expect(manifest.byDay.reduce((sum, { paid }) => sum + paid, 0)).toBeCloseTo(
      named("Order Completed").reduce((sum, event) => sum + number(event, "total"), 0),
      2,
    );
    expect(manifest.refunds.amount).toBeCloseTo(
      named("Order Refunded").reduce((sum, event) => sum + number(event, "total"), 0),
      2,
    );
    for (const channel of manifest.truths.channels)
      expect(named("Signed Up").filter((event) => text(event, "channel") === channel.name)).toHaveLength(channel.registered);
    expect(manifest.truths.outage.failed).toBe(named("Payment Failed").length);
    expect(named("Signed Up").filter((event) => text(event, "referrer_id") === manifest.truths.fraud.leader).length).toBeGreaterThanOrEqual(
      manifest.truths.fraud.accounts.length,
    );
  });

  test("holds truths that show at the size of a business", () => {
    const simulation = createSimulation({ seed: 1, people: 6_000, days: 120, endMs: END_MS });
    for (const _ of pastEvents(simulation));
    const { channels, recall, price, service, segment } = simulation.manifest().truths;
    const channel = (id: string) => channels.find((one) => one.id === id);
    expect(channel("douyin")?.returnOnCost).toBeLessThan(1);
    expect(channel("store_code")?.returnOnCost).toBeGreaterThan(20);
    expect(channel("store_code")?.retention["day30"]?.rate ?? 0).toBeGreaterThan(3 * (channel("douyin")?.retention["day30"]?.rate ?? 1));
    expect(recall.coupon.rate).toBeGreaterThan(2 * recall.holdout.rate);
    expect(price.shareAfter / price.shareBefore).toBeGreaterThan(0.5);
    expect(price.shareAfter / price.shareBefore).toBeLessThan(0.8);
    expect(service.slow.left).toBeGreaterThan(4 * service.fast.left);
    expect(segment.best.averageOrder).toBeGreaterThan(1.8 * segment.others.averageOrder);
  });
});

describe("the calendar", () => {
  const day = (iso: string): number => dayOfIso(iso) ?? 0;

  test("knows the week, and the feasts by their date", () => {
    expect(weekdayOf(day("2026-11-22"))).toBe(6);
    expect(seasonOf(day("2026-11-11")).name).toBe("双11");
    expect(seasonOf(day("2026-06-17")).name).toBe("618");
    expect(seasonOf(day("2026-09-23")).name).toBe("中秋");
    expect(seasonOf(day("2026-02-17")).name).toBe("春节");
    expect(seasonOf(day("2026-02-10")).name).toBe("年货节");
    expect(seasonOf(day("2026-03-20")).name).toBe("");
    expect(visitFactor(day("2026-11-11"))).toBeGreaterThan(1.6 * visitFactor(day("2026-11-18")));
  });

  test("begins its days at midnight in China", () => {
    expect(new Date(startOf(day("2026-11-22"))).toISOString()).toBe("2026-11-21T16:00:00.000Z");
    expect(dayOf(startOf(day("2026-11-22")) - 1)).toBe(day("2026-11-21"));
  });
});

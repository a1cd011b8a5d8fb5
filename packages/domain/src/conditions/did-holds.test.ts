import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { JsonObject } from "../json.ts";
import type { DidLeaf, Within } from "./condition.ts";
import { didHolds } from "./did-holds.ts";
import type { EventFacts } from "./matches-event.ts";
import { spanOf, whileWithin } from "./within.ts";

const zone = "America/New_York";
/** Noon on 2026-11-02; the night before, clocks went back. */
const at = { nowMs: Date.UTC(2026, 10, 2, 17), zone, virtuals: [] };

function paid(iso: string, properties: JsonObject = {}): EventFacts {
  return { name: "Paid", timeMs: Date.parse(iso), properties, context: {} };
}

const EVENTS = [
  paid("2026-10-29T12:00:00Z", { price: 0.1, plan: "a" }),
  paid("2026-10-30T12:00:00Z", { price: 0.2, plan: "b" }),
  paid("2026-10-31T12:00:00Z", { price: "0.3", plan: "a" }),
  paid("2026-11-02T16:00:00Z", { price: 2e12 }),
  paid("2026-11-02T17:00:00Z", { plan: ["c"] }),
];
const did = { event: "Paid" };

describe("what someone's events come to", () => {
  test.each<[DidLeaf, boolean]>([
    [{ did, measure: { kind: "sum", property: "price" }, is: { op: "eq", value: 0.6 } }, true],
    [{ did, measure: { kind: "avg", property: "price" }, is: { op: "eq", value: 0.2 } }, true],
    [{ did, measure: { kind: "min", property: "price" }, is: { op: "lte", value: 0.1 } }, true],
    [{ did, measure: { kind: "max", property: "price" }, is: { op: "gt", value: 0.3 } }, false],
    [{ did, measure: { kind: "distinct", property: "plan" }, is: { op: "eq", value: 2 } }, true],
    [{ did, measure: { kind: "days" }, is: { op: "eq", value: 4 } }, true],
    [{ did, measure: { kind: "streak" }, is: { op: "eq", value: 3 } }, true],
    [{ did, measure: { kind: "streak" }, is: { op: "eq", value: 1 }, within: { days: 3 } }, true],
    // Nobody has spent anything yet, and nobody's least is anything.
    [{ did: { event: "Refunded" }, measure: { kind: "sum", property: "price" }, is: { op: "lt", value: 1 } }, true],
    [{ did: { event: "Refunded" }, measure: { kind: "min", property: "price" }, is: { op: "lt", value: 1 } }, false],
    [{ did: { event: "Refunded" }, measure: { kind: "days" }, is: { op: "eq", value: 0 } }, true],
  ])("%j is %s", (leaf, expected) => {
    expect(didHolds(leaf, EVENTS, at)).toBe(expected);
  });
});

describe("when", () => {
  test.each<[DidLeaf, boolean]>([
    [{ did, first: { daysAgo: [4, 4] } }, true],
    [{ did, first: { days: 4 } }, false],
    [{ did, last: { hours: 1 } }, true],
    [{ did, last: { daysAgo: [1, 30] } }, false],
    [{ did: { event: "Refunded" }, first: { from: "2000-01-01", to: "2100-01-01" } }, false],
    // From the instant itself to the hour after, which is out.
    [{ did, count: { op: "eq", value: 1 }, within: { hours: 1 } }, true],
    [{ did, count: { op: "eq", value: 2 }, within: { hours: 2 } }, true],
    [{ did, count: { op: "eq", value: 2 }, within: { daysAgo: [2, 3] } }, true],
  ])("%j is %s", (leaf, expected) => {
    expect(didHolds(leaf, EVENTS, at)).toBe(expected);
  });

  test("what is within now is so from an instant on and up to another", () => {
    const HOUR_MS = 3_600_000;
    const within: fc.Arbitrary<Within> = fc.oneof(
      fc.record({ days: fc.integer({ min: 1, max: 9 }) }),
      fc.record({ hours: fc.integer({ min: 1, max: 50 }) }),
      fc.tuple(fc.nat(5), fc.nat(5)).map(([near, more]) => ({ daysAgo: [near, near + more] as const })),
      fc.constant({ from: "2026-10-30", to: "2026-11-03" }),
    );
    const when = fc.integer({ min: -300, max: 300 }).map((hours) => at.nowMs + hours * HOUR_MS);
    const zones = fc.constantFrom("America/New_York", "America/Santiago", "Asia/Shanghai", "Australia/Lord_Howe");
    fc.assert(
      fc.property(within, when, when, zones, (asked, timeMs, nowMs, inZone) => {
        const span = spanOf(asked, nowMs, inZone);
        const during = whileWithin(asked, timeMs, inZone);
        const isWithin = timeMs >= span.fromMs && timeMs < span.toMs;
        expect(during !== undefined && nowMs >= during.fromMs && nowMs < during.toMs).toBe(isWithin);
      }),
    );
  });
});

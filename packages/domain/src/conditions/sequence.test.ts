import fc from "fast-check";
import { expect, test } from "vitest";
import { isDoneInOrder, sequenceHolds, type SequenceMoment } from "./sequence.ts";
import type { SequenceLeaf } from "./condition.ts";

const at = { nowMs: Date.UTC(2026, 6, 16, 12), zone: "Asia/Shanghai", virtuals: [] };
const done = (name: string, hoursAgo: number, price = 0) => ({
  name,
  timeMs: at.nowMs - hoursAgo * 3_600_000,
  properties: { price },
  context: {},
});
const [seen, carted, paid, refunded] = ["Seen", "Carted", "Paid", "Refunded"].map((event) => ({ event }));
const three = [seen, carted, paid].filter((step) => step !== undefined);

test.each<[SequenceLeaf["sequence"], boolean]>([
  [{ steps: three }, true],
  [{ steps: three.toReversed() }, false],
  [{ steps: three, withinHours: 20 }, true],
  [{ steps: three, withinHours: 19 }, false],
  [{ steps: three, withinDays: 1 }, true],
  [{ steps: three, without: refunded }, true],
  [{ steps: [{ event: "Seen" }, { event: "Paid" }], without: { event: "Refunded", where: { property: "price", gt: 0 } } }, true],
  [{ steps: [{ event: "Seen" }, { event: "Carted" }, { event: "Refunded" }], without: paid }, false],
  // The first one was seen more than a day ago.
  [{ steps: three, within: { hours: 24 } }, true],
  [{ steps: three, within: { hours: 20 } }, false],
  [{ steps: [{ event: "Paid" }, { event: "Paid" }] }, false],
])("%j is %s", (sequence, expected) => {
  const events = [done("Paid", 2), done("Seen", 40), done("Carted", 4), done("Seen", 22), done("Refunded", 1), done("Refunded", 30, 5)];
  expect(sequenceHolds({ sequence }, events, at)).toBe(expected);
});

/** Tries every choice of moments. */
function isThere(moments: readonly SequenceMoment[], count: number, limitMs: number, chosen: readonly SequenceMoment[] = []): boolean {
  const first = chosen[0];
  const last = chosen.at(-1);
  if (first !== undefined && last !== undefined && chosen.length === count) {
    const breaks = moments.some((each) => each.breaks && each.timeMs > first.timeMs && each.timeMs < last.timeMs);
    return !breaks && last.timeMs - first.timeMs <= limitMs;
  }
  return moments.some(
    (each) =>
      each.steps.includes(chosen.length) &&
      (last === undefined || each.timeMs > last.timeMs) &&
      isThere(moments, count, limitMs, [...chosen, each]),
  );
}

test("steps are found in order exactly when some choice of moments is one", () => {
  const moment = fc.record({ steps: fc.uniqueArray(fc.nat(3), { maxLength: 3 }), breaks: fc.boolean() });
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.integer({ min: 1, max: 3 }), moment), { maxLength: 9 }),
      fc.integer({ min: 2, max: 4 }),
      fc.oneof(fc.nat(8), fc.constant(Infinity)),
      (drawn, count, limitMs) => {
        let timeMs = 0;
        const moments = drawn.map(([later, each]) => ({ ...each, timeMs: (timeMs += later) }));
        expect(isDoneInOrder(moments, count, limitMs)).toBe(isThere(moments, count, limitMs));
      },
    ),
    { numRuns: 500 },
  );
});

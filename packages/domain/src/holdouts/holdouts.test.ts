import fc from "fast-check";
import { expect, test } from "vitest";
import { endedAsPlanned, generationAt, groupByHash, rotatedBy, rotatesAt, type Generation } from "./generation.ts";
import { compareHoldouts, covers } from "./holdout.ts";

const BERLIN = { zone: "Europe/Berlin", weekStart: "monday" } as const;
const at = (text: string): number => Date.parse(text);
const first: Generation = { number: 1, share: 500, fromMs: at("2026-02-10T12:00:00Z"), toMs: null };

test("a scope covers everything, a kind, or one program", () => {
  const sms = { kind: "message", key: "sms" } as const;
  expect(covers("everything", sms)).toBe(true);
  expect(covers([{ kind: "message", key: null }], sms)).toBe(true);
  expect(covers([{ kind: "message", key: "sms" }], sms)).toBe(true);
  expect(covers([{ kind: "message", key: "email" }], sms)).toBe(false);
  expect(covers([{ kind: "journey", key: null }], sms)).toBe(false);
});

test("holdouts of everything are asked first, then in the order in which they were made", () => {
  const some = [{ kind: "coupon", key: null }] as const;
  const asked = [
    { id: "9", scope: some },
    { id: "10", scope: "everything" as const },
    { id: "2", scope: some },
    { id: "3", scope: "everything" as const },
  ].toSorted(compareHoldouts);
  expect(asked.map(({ id }) => id)).toEqual(["3", "10", "2", "9"]);
});

test("it rotates at the beginning of units of the calendar, where the workspace is", () => {
  expect(rotatesAt(first, { every: 1, unit: "quarter" }, BERLIN)).toBe(at("2026-03-31T22:00:00Z"));
  expect(rotatesAt(first, { every: 1, unit: "month" }, BERLIN)).toBe(at("2026-02-28T23:00:00Z"));
  expect(rotatesAt(first, { every: 2, unit: "week" }, BERLIN)).toBe(at("2026-02-22T23:00:00Z"));
  expect(rotatesAt(first, { every: 30, unit: "day" }, BERLIN)).toBe(at("2026-03-11T23:00:00Z"));
  expect(rotatesAt(first, null, BERLIN)).toBeUndefined();
});

test("a turn ended as planned when it ended at the instant that was said at its beginning", () => {
  expect(endedAsPlanned({ toMs: 5, plannedToMs: 5 })).toBe(true);
  for (const turn of [
    { toMs: 4, plannedToMs: 5 },
    { toMs: 6, plannedToMs: 5 },
    { toMs: 5, plannedToMs: null },
    { toMs: null, plannedToMs: null },
    { toMs: null, plannedToMs: 5 },
  ])
    expect(endedAsPlanned(turn)).toBe(false);
});

test("turns that were missed are made up for, one after the other", () => {
  const turns = rotatedBy(first, { every: 1, unit: "month" }, BERLIN, at("2026-04-30T22:00:00Z"));
  expect(turns.map(({ number, fromMs, toMs }) => [number, fromMs, toMs])).toEqual([
    [1, first.fromMs, at("2026-02-28T23:00:00Z")],
    [2, at("2026-02-28T23:00:00Z"), at("2026-03-31T22:00:00Z")],
    [3, at("2026-03-31T22:00:00Z"), at("2026-04-30T22:00:00Z")],
    [4, at("2026-04-30T22:00:00Z"), null],
  ]);
  expect(rotatedBy(first, { every: 1, unit: "month" }, BERLIN, at("2026-02-28T22:59:59Z"))).toEqual([first]);
});

test("every instant from the first turn on lies in exactly one generation", () => {
  const units = fc.constantFrom("day" as const, "week" as const, "month" as const, "quarter" as const);
  fc.assert(
    fc.property(units, fc.integer({ min: 1, max: 40 }), fc.integer({ min: 0, max: 900 }), (unit, every, days) => {
      const nowMs = first.fromMs + days * 86_400_000;
      const turns = rotatedBy(first, { every, unit }, BERLIN, nowMs);
      expect(turns.at(-1)?.toMs).toBeNull();
      expect(generationAt(turns, first.fromMs - 1)).toBeUndefined();
      for (const instant of [first.fromMs, nowMs, ...turns.flatMap(({ fromMs }) => [fromMs, Math.max(first.fromMs, fromMs - 1)])]) {
        const holding = turns.filter((turn) => turn.fromMs <= instant && (turn.toMs === null || instant < turn.toMs));
        expect(holding).toEqual([generationAt(turns, instant)]);
      }
    }),
  );
});

test("the share is held, and who was held in one turn is no likelier to be held in the next", () => {
  const people = Array.from({ length: 40_000 }, (_, n) => String(7_919 * n + 13));
  const held = (number: number, among: readonly string[]) =>
    among.filter((id) => groupByHash("all", { number, share: 1_000 }, id) === "held");
  const [one, two] = [held(1, people), held(2, people)];
  // Four standard deviations of 40,000 draws at 10 %, and of 4,000.
  expect(Math.abs(one.length - 4_000)).toBeLessThan(240);
  expect(Math.abs(two.length - 4_000)).toBeLessThan(240);
  expect(Math.abs(held(2, one).length - one.length / 10)).toBeLessThan(76);
  expect(held(1, one)).toEqual(one);
});

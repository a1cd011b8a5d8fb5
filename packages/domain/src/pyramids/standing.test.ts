import fc from "fast-check";
import { standingByReference, type Life, type ReferenceMove, type When } from "@terrace/testkit/pyramid-reference";
import { expect, test } from "vitest";
import { graceEnd, lastDueMonth, monthOf, monthPeriod, monthText, reviewAt } from "./months.ts";
import { look, review, type KeepFacts, type Kept, type KeepRules, type Standing } from "./standing.ts";

const DAY_MS = 86_400_000;
const START_MS = Date.UTC(2026, 1, 20, 9);
const RUNS = Number(process.env["TERRACE_RUNS"] ?? 1) * 500;

const rulesArb: fc.Arbitrary<KeepRules> = fc.record({
  promotion: fc.constantFrom("at_once" as const, "at_review" as const),
  demotion: fc.record({
    lapse: fc.option(fc.record({ graceDays: fc.integer({ min: 0, max: 12 }) })),
    minimum: fc.option(
      fc.record({
        atLeast: fc.integer({ min: 0, max: 3 }),
        months: fc.integer({ min: 1, max: 3 }),
        graceDays: fc.integer({ min: 0, max: 9 }),
      }),
    ),
  }),
});
const dayArb = fc.integer({ min: 0, max: 200 });

/** The same life as the server lives it: who qualifies is seen at the looks, facts are read, the two functions decide. */
function lived(rules: KeepRules, life: Life, { looks, behindMs, reviewDay, zone }: When) {
  const [begin = 0] = looks;
  const moves: ReferenceMove[] = [];
  let standing: Standing | null = life.qualifiesAt(begin) ? { sinceMs: begin, lapseDueMs: null, warned: null } : null;
  if (standing !== null) moves.push({ at: begin, what: "in", why: "rules_changed" });
  let barred: number | null = null;
  let reviewed = monthOf(begin, zone) - 1;
  const contributed = (fromMs: number, toMs: number): number => life.acts.filter((at) => at >= fromMs && at < toMs).length;
  const apply = (kept: Kept, at: number): void => {
    if (kept.why !== null) moves.push({ at, what: kept.standing === null ? "out" : "in", why: kept.why });
    ({ standing, barred } = kept);
  };
  for (const nowMs of looks) {
    const qualifies = life.qualifiesAt(nowMs);
    const ended = life.appointed.filter(({ to }) => to <= nowMs).map(({ to }) => to);
    const facts = (): KeepFacts => ({
      qualifies,
      barred,
      appointed: life.appointed.some(({ from, to }) => from <= nowMs && to > nowMs),
      appointmentEndedMs: ended.length === 0 ? null : Math.max(...ended),
    });
    const atLeast = rules.demotion.minimum?.atLeast ?? 0;
    const met = (month: number): boolean => {
      const { fromMs, toMs } = monthPeriod(month, zone);
      return contributed(fromMs, toMs) >= atLeast;
    };
    const seen = (): void =>
      apply(
        look(rules, standing, facts(), {
          nowMs,
          knownMs: nowMs - behindMs,
          zone,
          met: (month) => contributed(monthPeriod(month, zone).toMs, nowMs) >= atLeast,
        }),
        nowMs,
      );
    seen();
    const due = lastDueMonth(nowMs, reviewDay, zone);
    if (due > reviewed) {
      reviewed = due;
      apply(review(rules, standing, facts(), { nowMs, zone, month: due, met }), nowMs);
    }
    seen();
  }
  return { stands: standing !== null, barred: barred !== null, moves };
}

test("whatever somebody does, and whenever they are looked at, they stand as the table says", () => {
  fc.assert(
    fc.property(
      rulesArb,
      fc.tuple(fc.array(dayArb, { maxLength: 25 }), fc.array(fc.tuple(dayArb, fc.integer({ min: 1, max: 70 })), { maxLength: 2 })),
      fc.array(dayArb, { minLength: 1, maxLength: 40 }),
      fc.record({
        reviewDay: fc.integer({ min: 1, max: 28 }),
        keeps: fc.integer({ min: 1, max: 40 }),
        behindMs: fc.constantFrom(0, 0, DAY_MS / 2, 3 * DAY_MS),
        zone: fc.constantFrom("Europe/Berlin", "Asia/Shanghai", "America/Santiago"),
      }),
      (rules, [actDays, appointments], lookDays, { reviewDay, keeps, behindMs, zone }) => {
        const ms = (day: number): number => START_MS + day * DAY_MS;
        const acts = actDays.map((day) => ms(day) - 1_000);
        const life: Life = {
          acts,
          appointed: appointments.map(([day, days]) => ({ from: ms(day), to: ms(day + days) })),
          qualifiesAt: (at) => acts.some((act) => act <= at && act > at - keeps * DAY_MS),
        };
        const looks = [...new Set(lookDays)].toSorted((a, b) => a - b).map(ms);
        const when = { looks, behindMs, reviewDay, zone };
        expect(lived(rules, life, when)).toEqual(standingByReference(rules, life, when));
      },
    ),
    { numRuns: RUNS },
  );
});

test("months, reviews and graces are those of the zone", () => {
  const zone = "Asia/Shanghai";
  const march = monthOf(Date.UTC(2026, 1, 28, 16), zone);
  expect(monthText(march)).toBe("2026-03");
  expect(monthPeriod(march, zone)).toEqual({ fromMs: Date.UTC(2026, 1, 28, 16), toMs: Date.UTC(2026, 2, 31, 16) });
  expect(reviewAt(march, 5, zone)).toBe(Date.UTC(2026, 3, 4, 17));
  expect(lastDueMonth(Date.UTC(2026, 3, 4, 17), 5, zone)).toBe(march);
  expect(lastDueMonth(Date.UTC(2026, 3, 4, 17) - 1, 5, zone)).toBe(march - 1);
  expect(graceEnd(Date.UTC(2026, 2, 1, 3), 0, zone)).toBe(Date.UTC(2026, 2, 1, 3));
  expect(graceEnd(Date.UTC(2026, 2, 1, 3), 2, zone)).toBe(Date.UTC(2026, 2, 3, 16));
});

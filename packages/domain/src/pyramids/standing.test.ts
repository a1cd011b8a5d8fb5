import fc from "fast-check";
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
  let leftMs: number | null = null;
  let reviewed = monthOf(begin, zone) - 1;
  const contributed = (fromMs: number, toMs: number): number => life.acts.filter((at) => at >= fromMs && at < toMs).length;
  const apply = (kept: Kept, at: number): void => {
    if (kept.why !== null) moves.push({ at, what: kept.standing === null ? "out" : "in", why: kept.why });
    ({ standing, barred } = kept);
  };
  for (const nowMs of looks) {
    const qualifies = life.qualifiesAt(nowMs);
    leftMs = qualifies ? null : (leftMs ?? nowMs);
    const ended = life.appointed.filter(({ to }) => to <= nowMs).map(({ to }) => to);
    const facts = (): KeepFacts => ({
      qualifies,
      leftMs,
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

/** One person's life beside a layer: when they did what counts, and when they were appointed. Times are Unix ms. */
type Life = {
  readonly acts: readonly number[];
  readonly appointed: readonly { readonly from: number; readonly to: number }[];
  /** Whether they meet the condition at an instant. */
  readonly qualifiesAt: (ms: number) => boolean;
};

type ReferenceMove = { readonly at: number; readonly what: "in" | "out"; readonly why: string };

/** When somebody is looked at, and how far what is known is behind each look. */
type When = { readonly looks: readonly number[]; readonly behindMs: number; readonly reviewDay: number; readonly zone: string };
type Seen = { readonly rules: KeepRules; readonly life: Life; readonly now: number; readonly known: number; readonly zone: string };
type State = {
  stands: boolean;
  since: number;
  lapseEnd: number | null;
  warned: { end: number; from: number; month: string } | null;
  barred: boolean;
  moves: ReferenceMove[];
};

/**
 * The table of docs/decisions/0031-pyramids.md word for word, over days of the calendar: what becomes of somebody who is looked at, at some instants
 * one after the other, from when the layer begins. Slow and obvious; tests hold the server to it.
 */
function standingByReference(
  rules: KeepRules,
  life: Life,
  { looks, behindMs, reviewDay, zone }: When,
): { readonly stands: boolean; readonly barred: boolean; readonly moves: readonly ReferenceMove[] } {
  const [begin = 0] = looks;
  const state: State = { stands: false, since: 0, lapseEnd: null, warned: null, barred: false, moves: [] };
  if (life.qualifiesAt(begin)) come(state, begin, "rules_changed");
  let reviewed = monthsBefore(localMonth(begin, zone), 1);
  for (const now of looks) {
    const seen = { rules, life, now, known: now - behindMs, zone };
    lookAt(state, seen);
    const due = lastReview(now, reviewDay, zone);
    if (due > reviewed) {
      reviewed = due;
      reviewIn(state, { ...seen, month: due });
    }
    lookAt(state, seen);
  }
  return { stands: state.stands, barred: state.barred, moves: state.moves };
}

function lookAt(state: State, { rules, life, now, known, zone }: Seen): void {
  const qualifies = life.qualifiesAt(now);
  if (!state.stands) {
    if (rules.promotion === "at_once" && qualifies && !state.barred) come(state, now, "condition");
    return;
  }
  const { lapse } = rules.demotion;
  if (qualifies) state.lapseEnd = null;
  else if (lapse !== null && state.lapseEnd === null)
    state.lapseEnd = lapse.graceDays === 0 ? now : midnightAfter(now, lapse.graceDays, zone);
  if (state.lapseEnd !== null && state.lapseEnd <= known) go(state, now, "lapsed");
  else endWarning(state, { rules, life, now, known, zone });
}

function endWarning(state: State, { rules, life, now, known }: Seen): void {
  const { warned } = state;
  const { minimum } = rules.demotion;
  if (warned === null || warned.end > known) return;
  const since = life.acts.filter((at) => at >= warned.from && at < now).length;
  if (minimum === null || isAppointed(life, now) || since >= minimum.atLeast) state.warned = null;
  else {
    go(state, now, "minimum");
    state.barred = true;
  }
}

type ReviewSeen = Omit<Seen, "known"> & { readonly month: string };

function reviewIn(state: State, { rules, life, now, month, zone }: ReviewSeen): void {
  const { minimum } = rules.demotion;
  const stood = state.stands;
  const met = (of: string): boolean => life.acts.filter((at) => localMonth(at, zone) === of).length >= (minimum?.atLeast ?? 0);
  if (state.barred && (minimum === null || met(month))) state.barred = false;
  if (!state.stands && life.qualifiesAt(now) && !state.barred) come(state, now, "review");
  if (stood) judgeMonth(state, { rules, life, now, month, zone }, met);
}

function judgeMonth(state: State, { rules, life, now, month, zone }: ReviewSeen, met: (of: string) => boolean): void {
  const { minimum } = rules.demotion;
  if (minimum === null || met(month)) {
    state.warned = null;
    return;
  }
  if (isAppointed(life, now)) return;
  const ended = Math.max(state.since, ...life.appointed.filter(({ to }) => to <= now).map(({ to }) => to));
  const judged = Array.from({ length: minimum.months }, (_, back) => monthsBefore(month, back));
  if (judged.some((of) => met(of) || monthStart(of, zone) < ended)) return;
  if (minimum.graceDays === 0) {
    go(state, now, "minimum");
    state.barred = true;
  } else state.warned ??= { end: midnightAfter(now, minimum.graceDays, zone), from: monthStart(monthsBefore(month, -1), zone), month };
}

function come(state: State, at: number, why: string): void {
  Object.assign(state, { stands: true, since: at, lapseEnd: null, warned: null });
  state.moves.push({ at, what: "in", why });
}

function go(state: State, at: number, why: string): void {
  Object.assign(state, { stands: false, lapseEnd: null, warned: null });
  state.moves.push({ at, what: "out", why });
}

function isAppointed({ appointed }: Life, now: number): boolean {
  return appointed.some(({ from, to }) => from <= now && to > now);
}

const HOUR_MS = 3_600_000;

const formats = new Map<string, Intl.DateTimeFormat>();
const starts = new Map<string, number>();

/** `2026-03-09` of an instant, as the calendar of the zone has it. */
function localDate(ms: number, zone: string): string {
  const format =
    formats.get(zone) ?? new Intl.DateTimeFormat("en-CA", { timeZone: zone, year: "numeric", month: "2-digit", day: "2-digit" });
  formats.set(zone, format);
  return format.format(ms);
}

function localMonth(ms: number, zone: string): string {
  return localDate(ms, zone).slice(0, 7);
}

function monthsBefore(month: string, count: number): string {
  const [year = 0, of = 1] = month.split("-").map(Number);
  const number = year * 12 + of - 1 - count;
  return `${Math.floor(number / 12)}-${String((number % 12) + 1).padStart(2, "0")}`;
}

/** The first hour of a local date, looked for around where it must be. */
function dayStart(date: string, zone: string): number {
  const known = starts.get(`${date} ${zone}`);
  if (known !== undefined) return known;
  let at = Date.parse(`${date}T00:00:00Z`) - DAY_MS;
  while (localDate(at, zone) < date) at += HOUR_MS / 2;
  starts.set(`${date} ${zone}`, at);
  return at;
}

function monthStart(month: string, zone: string): number {
  return dayStart(`${month}-01`, zone);
}

/** The end of the so-many-th local day after that of an instant. */
function midnightAfter(ms: number, days: number, zone: string): number {
  const noon = Date.parse(`${localDate(ms, zone)}T12:00:00Z`);
  return dayStart(new Date(noon + (days + 1) * DAY_MS).toISOString().slice(0, 10), zone);
}

/** The last month whose review day has come, an hour ago at least. */
function lastReview(now: number, reviewDay: number, zone: string): string {
  const month = localMonth(now, zone);
  const at = dayStart(`${month}-${String(reviewDay).padStart(2, "0")}`, zone) + HOUR_MS;
  return monthsBefore(month, at <= now ? 1 : 2);
}

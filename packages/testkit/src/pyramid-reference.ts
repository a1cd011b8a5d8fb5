import type { KeepRules } from "@terrace/domain/pyramids/standing";

const DAY_MS = 86_400_000;

/** One person's life beside a layer: when they did what counts, and when they were appointed. Times are Unix ms. */
export type Life = {
  readonly acts: readonly number[];
  readonly appointed: readonly { readonly from: number; readonly to: number }[];
  /** Whether they meet the condition at an instant. */
  readonly qualifiesAt: (ms: number) => boolean;
};

export type ReferenceMove = { readonly at: number; readonly what: "in" | "out"; readonly why: string };

/** When somebody is looked at, and how far what is known is behind each look. */
export type When = { readonly looks: readonly number[]; readonly behindMs: number; readonly reviewDay: number; readonly zone: string };
export type Seen = { readonly rules: KeepRules; readonly life: Life; readonly now: number; readonly known: number; readonly zone: string };
export type State = {
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
export function standingByReference(
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

/** What a look makes of somebody. */
export function lookAt(state: State, { rules, life, now, known, zone }: Seen): void {
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

/** What the review of a month (`2026-03`) makes of somebody. */
export function reviewIn(state: State, { rules, life, now, month, zone }: ReviewSeen): void {
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

/** `2026-03` of an instant. */
export function localMonth(ms: number, zone: string): string {
  return localDate(ms, zone).slice(0, 7);
}

/** The month so many before another. */
export function monthsBefore(month: string, count: number): string {
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

/** When a month begins. */
function monthStart(month: string, zone: string): number {
  return dayStart(`${month}-01`, zone);
}

/** The end of the so-many-th local day after that of an instant. */
function midnightAfter(ms: number, days: number, zone: string): number {
  const noon = Date.parse(`${localDate(ms, zone)}T12:00:00Z`);
  return dayStart(new Date(noon + (days + 1) * DAY_MS).toISOString().slice(0, 10), zone);
}

/** The last month whose review day has come, an hour ago at least. */
export function lastReview(now: number, reviewDay: number, zone: string): string {
  const month = localMonth(now, zone);
  const at = dayStart(`${month}-${String(reviewDay).padStart(2, "0")}`, zone) + HOUR_MS;
  return monthsBefore(month, at <= now ? 1 : 2);
}

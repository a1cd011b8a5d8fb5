/** Why a period ends where it does: as asked, today, with the newest day that has events, or before a few stray events. */
export type PeriodEnd = "asked" | "today" | "newest" | "before_few";

/** Events of one day, by the day number of the workspace's own clock. */
export type DayCount = { readonly day: number; readonly events: number };

/** What is known of a workspace's days. */
export type KnownDays = {
  readonly today: number;
  /** The day of the newest event; undefined without events. */
  readonly newest: number | undefined;
  /** The days with events, newest first; empty when only the newest ones matter. */
  readonly days: readonly DayCount[];
};

export const RECENT_DAYS = 30;
/** So many events are somebody trying things out, not the business of a month. */
export const FEW_EVENTS = 20;
/** After so many days without an event whatever came before is over. */
const SILENCE_DAYS = 2 * RECENT_DAYS;

/**
 * The last day of a period nobody chose: the newest day with events (a sender's clock may run ahead, the page does not). A handful of events
 * does not pull the page away from data that are long past, however often a handful came since: then it is the last day of the newest run of
 * days, no silence in it, with more than `FEW_EVENTS`; where there is none, of the run with most events.
 */
export function decideLastDay({ today, newest, days }: KnownDays): { readonly lastDay: number; readonly end: PeriodEnd } {
  const lastDay = Math.min(today, newest ?? today);
  const runs = splitAtSilences(days.filter(({ day }) => day <= lastDay));
  const run = runs.find(({ events }) => events > FEW_EVENTS) ?? largest(runs);
  // With an event dated ahead the newest run may be long past as well.
  if (run !== undefined && (run !== runs[0] || isSilent(lastDay, run.lastDay))) return { lastDay: run.lastDay, end: "before_few" };
  return { lastDay, end: lastDay === today ? "today" : "newest" };
}

/** Data up to this day are long past beside events of `lastDay`. */
export function silentSince(lastDay: number): number {
  return lastDay - SILENCE_DAYS + 1;
}

function isSilent(later: number, earlier: number): boolean {
  return earlier < silentSince(later);
}

type Run = { readonly lastDay: number; readonly events: number };

/** The run with most events, the newest of equals. */
function largest(runs: readonly Run[]): Run | undefined {
  return runs.toSorted((a, b) => b.events - a.events)[0];
}

/** Days newest first as runs newest first, each with its last day and all its events. */
function splitAtSilences(days: readonly DayCount[]): readonly Run[] {
  const runs: { lastDay: number; events: number }[] = [];
  let before: number | undefined;
  for (const { day, events } of days) {
    const run = runs.at(-1);
    if (run === undefined || before === undefined || isSilent(before, day)) runs.push({ lastDay: day, events });
    else run.events += events;
    before = day;
  }
  return runs;
}

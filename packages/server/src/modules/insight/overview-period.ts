/** Why a period ends where it does: as asked, today, with the newest day that has events, or before a few stray events. */
export type PeriodEnd = "asked" | "today" | "newest" | "before_few";

/** What is known of a workspace's days, as day numbers of its own clock. */
export type KnownDays = {
  readonly today: number;
  /** The day of the newest event; undefined without events. */
  readonly newest: number | undefined;
  /** Events of the `RECENT_DAYS` up to the newest day; counting may stop beyond `FEW_EVENTS`. */
  readonly recentEvents: number;
  /** The newest day with events before those; undefined when there is none. */
  readonly earlier: number | undefined;
};

export const RECENT_DAYS = 30;
/** So many events are somebody trying things out, not the business of a month. */
export const FEW_EVENTS = 20;

/**
 * The last day of a period nobody chose: the newest day with events (a sender's clock may run ahead, the page does not). A handful of events
 * does not pull the page away from data that are long past: then it is the last day before a silence of a month or more.
 */
export function decideLastDay({ today, newest, recentEvents, earlier }: KnownDays): { readonly lastDay: number; readonly end: PeriodEnd } {
  const lastDay = Math.min(today, newest ?? today);
  if (recentEvents <= FEW_EVENTS && earlier !== undefined && earlier < silentSince(lastDay)) return { lastDay: earlier, end: "before_few" };
  return { lastDay, end: lastDay === today ? "today" : "newest" };
}

/** Data up to this day are long past beside events of `lastDay`. */
export function silentSince(lastDay: number): number {
  return lastDay - 2 * RECENT_DAYS + 1;
}

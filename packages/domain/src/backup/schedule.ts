import { dayAt, startOfDay, zoneClock, isoDay } from "../time/zoned-time.ts";

/** When backups are made: every day at a minute after midnight in a zone. */
export type BackupTime = { readonly minuteOfDay: number; readonly timeZone: string };

/** How many are kept of the newest per day, per week and per month. */
export type BackupRetention = { readonly daily: number; readonly weekly: number; readonly monthly: number };

const MINUTE_MS = 60_000;
/** A backup that failed is tried again after this, the same day. */
export const RETRY_AFTER_MS = 3_600_000;

/** Whether a backup is due. `last` is the newest one made by the plan, whatever became of it. */
export function isBackupDue(
  time: BackupTime,
  last: { readonly startedAtMs: number; readonly failed: boolean } | undefined,
  nowMs: number,
): boolean {
  const clock = zoneClock(time.timeZone);
  const today = dayAt(nowMs, clock);
  if (nowMs < startOfDay(today, clock) + time.minuteOfDay * MINUTE_MS) return false;
  if (last === undefined || dayAt(last.startedAtMs, clock) < today) return true;
  return last.failed && nowMs - last.startedAtMs >= RETRY_AFTER_MS;
}

/** Which of some finished backups may go: all but the newest of each of the last so many days, weeks and months that have any. The newest always stays. */
export function planRetention<Id>(
  backups: readonly { readonly id: Id; readonly madeAtMs: number }[],
  keep: BackupRetention,
  timeZone: string,
): readonly Id[] {
  const clock = zoneClock(timeZone);
  const newestFirst = backups.toSorted((a, b) => b.madeAtMs - a.madeAtMs);
  const kept = new Set<Id>(newestFirst.slice(0, 1).map(({ id }) => id));
  // 1970-01-01 was a Thursday: weeks begin on Monday.
  const periods: readonly (readonly [number, (day: number) => string])[] = [
    [keep.daily, (day) => String(day)],
    [keep.weekly, (day) => String(Math.floor((day + 3) / 7))],
    [keep.monthly, (day) => isoDay(day).slice(0, 7)],
  ];
  for (const [most, periodOf] of periods) {
    const seen = new Set<string>();
    for (const { id, madeAtMs } of newestFirst) {
      const period = periodOf(dayAt(madeAtMs, clock));
      if (seen.has(period)) continue;
      if (seen.size >= most) break;
      seen.add(period);
      kept.add(id);
    }
  }
  return newestFirst.filter(({ id }) => !kept.has(id)).map(({ id }) => id);
}

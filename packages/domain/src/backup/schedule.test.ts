import fc from "fast-check";
import { expect, test } from "vitest";
import { isBackupDue, planRetention } from "./schedule.ts";

const ZONE = "Asia/Shanghai";
const AT_THREE = { minuteOfDay: 180, timeZone: ZONE };
/** 03:00 in Shanghai. */
const THREE = Date.UTC(2026, 10, 21, 19);
const HOUR = 3_600_000;
const DAY = 24 * HOUR;

test("a backup is due once a day, after its minute, and again an hour after it failed", () => {
  expect(isBackupDue(AT_THREE, undefined, THREE - 1)).toBe(false);
  expect(isBackupDue(AT_THREE, undefined, THREE)).toBe(true);
  expect(isBackupDue(AT_THREE, { startedAtMs: THREE, failed: false }, THREE + 20 * HOUR)).toBe(false);
  expect(isBackupDue(AT_THREE, { startedAtMs: THREE, failed: false }, THREE + DAY)).toBe(true);
  expect(isBackupDue(AT_THREE, { startedAtMs: THREE, failed: true }, THREE + HOUR - 1)).toBe(false);
  expect(isBackupDue(AT_THREE, { startedAtMs: THREE, failed: true }, THREE + HOUR)).toBe(true);
  // Terrace stood still for a week: one is due at once, when its minute is over.
  expect(isBackupDue(AT_THREE, { startedAtMs: THREE - 7 * DAY, failed: false }, THREE + 5 * HOUR)).toBe(true);
});

test("of a year of daily backups the last days, weeks and months stay", () => {
  const backups = Array.from({ length: 365 }, (_, index) => ({ id: index, madeAtMs: THREE - index * DAY }));
  const gone = new Set(planRetention(backups, { daily: 7, weekly: 4, monthly: 6 }, ZONE));
  const kept = backups.filter(({ id }) => !gone.has(id)).map(({ id }) => id);
  // 2026-11-22 is a Sunday: its week has 7 days, the three before end 7, 14 and 21 days earlier; months end at their last days.
  expect(kept).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 14, 21, 22, 53, 83, 114, 145]);
});

test("the newest stays whatever is asked for, and nothing is taken twice", () => {
  const ages = fc.uniqueArray(fc.nat({ max: 800 }), { minLength: 1, maxLength: 60 });
  const amount = fc.nat({ max: 10 });
  fc.assert(
    fc.property(ages, amount, amount, amount, (days, daily, weekly, monthly) => {
      const backups = days.map((age) => ({ id: age, madeAtMs: THREE - age * DAY }));
      const gone = planRetention(backups, { daily, weekly, monthly }, ZONE);
      expect(gone).not.toContain(Math.min(...days));
      expect(new Set(gone).size).toBe(gone.length);
      const kept = backups.length - gone.length;
      expect(kept).toBeLessThanOrEqual(Math.max(1, daily + weekly + monthly + 1));
      // What stays, stays: asking again takes nothing more.
      const left = backups.filter(({ id }) => !gone.includes(id));
      expect(planRetention(left, { daily, weekly, monthly }, ZONE)).toEqual([]);
    }),
    { numRuns: 100 },
  );
});

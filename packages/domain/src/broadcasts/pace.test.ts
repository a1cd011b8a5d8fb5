import fc from "fast-check";
import { expect, test } from "vitest";
import { opensAt, paced } from "./pace.ts";

const at = (text: string): number => Date.parse(text);

test("a window is open from its beginning, and not at its end; closed it opens the next time", () => {
  const window = { from: "09:00", to: "12:00", weekdays: [] } as const;
  expect(opensAt(null, 5, "UTC")).toBe(5);
  expect(opensAt(window, at("2026-03-10T09:00:00Z"), "UTC")).toBe(at("2026-03-10T09:00:00Z"));
  expect(opensAt(window, at("2026-03-10T11:59:59.999Z"), "UTC")).toBe(at("2026-03-10T11:59:59.999Z"));
  expect(opensAt(window, at("2026-03-10T12:00:00Z"), "UTC")).toBe(at("2026-03-11T09:00:00Z"));
  expect(opensAt(window, at("2026-03-10T00:30:00Z"), "Asia/Shanghai")).toBe(at("2026-03-10T01:00:00Z"));
  // Friday afternoon, working days only.
  expect(opensAt({ ...window, weekdays: [1, 2, 3, 4, 5] }, at("2026-03-13T13:00:00Z"), "UTC")).toBe(at("2026-03-16T09:00:00Z"));
});

test("a window that the clock skips opens with the gap's end or a day later, and one that comes twice opens twice", () => {
  const zone = "America/New_York"; // 2026-03-08 02:00 becomes 03:00, 2026-11-01 02:00 becomes 01:00
  expect(opensAt({ from: "02:15", to: "02:45", weekdays: [] }, at("2026-03-08T06:00:00Z"), zone)).toBe(at("2026-03-09T06:15:00Z"));
  expect(opensAt({ from: "02:15", to: "04:00", weekdays: [] }, at("2026-03-08T06:00:00Z"), zone)).toBe(at("2026-03-08T07:00:00Z"));
  expect(opensAt({ from: "01:15", to: "01:45", weekdays: [] }, at("2026-11-01T05:50:00Z"), zone)).toBe(at("2026-11-01T06:15:00Z"));
});

test("over any length of time a pace lets at most that many go, and no less while there is work", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 5_000 }),
      fc.array(fc.integer({ min: 0, max: 20_000 }), { minLength: 2, maxLength: 60 }),
      (perMinute, gaps) => {
        const eachMs = 60_000 / perMinute;
        let [nowMs, gone] = [1_000_000, 0];
        let fromMs: number | null = null;
        const went: { atMs: number; gone: number }[] = [];
        for (const gap of gaps) {
          nowMs += gap;
          const { count, fromMs: next } = paced(perMinute, { fromMs, nowMs, most: 2_000 });
          fromMs = next;
          gone += count;
          went.push({ atMs: nowMs, gone });
        }
        const burst = Math.max(5_000, eachMs) / eachMs;
        for (const [index, { atMs, gone: before }] of went.entries())
          for (const later of went.slice(index + 1))
            expect(later.gone - before).toBeLessThanOrEqual((later.atMs - atMs) / eachMs + burst + 1);
        // Looked at often enough, nothing that the pace allows is left behind.
        if (gaps.every((gap) => gap <= 5_000) && eachMs <= 5_000 && perMinute <= 2_000)
          expect(gone).toBeGreaterThanOrEqual(Math.floor((nowMs - 1_000_000 - (gaps[0] ?? 0)) / eachMs) - 1);
      },
    ),
  );
});

test("without a pace as many go as there is room for", () => {
  expect(paced(null, { fromMs: null, nowMs: 7, most: 2_000 })).toEqual({ count: 2_000, fromMs: 7 });
  expect(paced(1, { fromMs: null, nowMs: 60_000, most: 2_000 })).toEqual({ count: 1, fromMs: 60_000 });
  expect(paced(1, { fromMs: 60_000, nowMs: 119_999, most: 2_000 }).count).toBe(0);
});

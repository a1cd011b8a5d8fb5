import { describe, expect, test } from "vitest";
import { addDays, clock, dayTimeWords, daysAgo, formatDuration, isoDay, rangeWords, recentTime, tableTime } from "./dates.ts";

const NOW_MS = Date.UTC(2026, 6, 16, 6, 32);
const zh = { language: "zh-CN", timeZone: "Asia/Shanghai", nowMs: NOW_MS } as const;
const en = { language: "en", timeZone: "Asia/Shanghai", nowMs: NOW_MS } as const;

describe("days and times", () => {
  test("are those of the workspace's zone", () => {
    expect(isoDay("2026-07-15T16:30:00Z", "Asia/Shanghai")).toBe("2026-07-16");
    expect(tableTime("2026-07-15T16:30:00Z", "Asia/Shanghai")).toBe("2026-07-16 00:30");
    expect(clock("2026-07-15T16:30:08Z", "Asia/Shanghai", true)).toBe("00:30:08");
  });

  test("are said in words", () => {
    expect(dayTimeWords(NOW_MS, zh)).toBe("7月16日 周四 14:32");
    expect(dayTimeWords(NOW_MS, en)).toBe("Thu, Jul 16, 14:32");
    expect(dayTimeWords("2011-12-09T12:50:00Z", zh)).toBe("2011年12月9日 周五 20:50");
    expect(rangeWords("2026-07-09T00:00:00Z", "2026-07-15T00:00:00Z", zh)).toBe("7月9日 – 7月15日");
    expect(rangeWords("2026-07-09T00:00:00Z", "2026-07-15T00:00:00Z", en)).toBe("Jul 9 – Jul 15");
  });

  test("say the year where it is not this one", () => {
    expect(rangeWords("2011-11-12T00:00:00Z", "2011-12-09T00:00:00Z", zh)).toBe("2011年11月12日 – 12月9日");
    expect(rangeWords("2011-11-12T00:00:00Z", "2011-12-09T00:00:00Z", en)).toBe("Nov 12 – Dec 9, 2011");
    expect(rangeWords("2025-12-20T00:00:00Z", "2026-01-05T00:00:00Z", zh)).toBe("2025年12月20日 – 2026年1月5日");
  });

  test("are — when missing or broken", () => {
    expect(tableTime(null, "UTC")).toBe("—");
    expect(isoDay("soon", "UTC")).toBe("—");
  });
});

describe("recent times", () => {
  test.each([
    [10_000, "刚刚", "just now"],
    [5 * 60_000, "5 分钟前", "5 min ago"],
    [3 * 3_600_000, "11:32", "11:32"],
    [30 * 3_600_000, "2026-07-15 08:32", "2026-07-15 08:32"],
  ])("%d ms ago", (ago, chinese, english) => {
    expect(recentTime(NOW_MS - ago, zh)).toBe(chinese);
    expect(recentTime(NOW_MS - ago, en)).toBe(english);
  });

  test("count days by the calendar, not by 24 hours", () => {
    expect(daysAgo(NOW_MS - 15 * 3_600_000, zh)).toBe(1);
  });
});

describe("lengths of time", () => {
  test.each([
    [800, "0.8 秒", "0.8s"],
    [178_000, "2 分 58 秒", "2m 58s"],
    [7_200_000, "2 小时", "2h"],
    [90_061_000, "1 天 1 小时", "1d 1h"],
  ])("%d ms", (ms, chinese, english) => {
    expect(formatDuration(ms, "zh-CN")).toBe(chinese);
    expect(formatDuration(ms, "en")).toBe(english);
  });
});

test("days are added across months", () => {
  expect(addDays("2026-03-01", -1)).toBe("2026-02-28");
});

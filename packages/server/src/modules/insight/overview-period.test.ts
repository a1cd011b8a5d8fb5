import { dayOfIso } from "@terrace/domain/time/zoned-time";
import { describe, expect, test } from "vitest";
import { decideLastDay, FEW_EVENTS, RECENT_DAYS, type KnownDays } from "./overview-period.ts";

const day = (text: string): number => dayOfIso(text) ?? 0;
const TODAY = day("2026-07-20");
const SAMPLE_END = day("2011-12-09");
const decide = (known: Partial<KnownDays>): ReturnType<typeof decideLastDay> =>
  decideLastDay({ today: TODAY, newest: TODAY, recentEvents: 0, earlier: undefined, ...known });

describe("the last day of the home page", () => {
  test("is today without events, and when events came today", () => {
    expect(decide({ newest: undefined })).toEqual({ lastDay: TODAY, end: "today" });
    expect(decide({ recentEvents: 3 })).toEqual({ lastDay: TODAY, end: "today" });
    expect(decide({ recentEvents: FEW_EVENTS + 1, earlier: SAMPLE_END })).toEqual({ lastDay: TODAY, end: "today" });
  });

  test("is the newest day with events when they are past, and never a day ahead", () => {
    expect(decide({ newest: SAMPLE_END, recentEvents: 5_000, earlier: SAMPLE_END - RECENT_DAYS })).toEqual({
      lastDay: SAMPLE_END,
      end: "newest",
    });
    expect(decide({ newest: TODAY + 400, recentEvents: 5_000 })).toEqual({ lastDay: TODAY, end: "today" });
  });

  test("stays with data that are long past while only a handful of events came since", () => {
    expect(decide({ recentEvents: 1, earlier: SAMPLE_END })).toEqual({ lastDay: SAMPLE_END, end: "before_few" });
    expect(decide({ recentEvents: FEW_EVENTS, earlier: SAMPLE_END })).toEqual({ lastDay: SAMPLE_END, end: "before_few" });
    // An event dated years ahead says nothing about today.
    expect(decide({ newest: TODAY + 400, recentEvents: 0, earlier: SAMPLE_END })).toEqual({ lastDay: SAMPLE_END, end: "before_few" });
  });

  test("follows a business with few events: no month without any lies in between", () => {
    expect(decide({ recentEvents: 4, earlier: TODAY - RECENT_DAYS })).toEqual({ lastDay: TODAY, end: "today" });
    expect(decide({ newest: TODAY - 5, recentEvents: 4, earlier: TODAY - 5 - 2 * RECENT_DAYS + 1 })).toEqual({
      lastDay: TODAY - 5,
      end: "newest",
    });
    expect(decide({ newest: TODAY - 5, recentEvents: 4, earlier: TODAY - 5 - 2 * RECENT_DAYS })).toMatchObject({ end: "before_few" });
  });
});

import { dayOfIso } from "@terrace/domain/time/zoned-time";
import { expect, test } from "vitest";
import { daysOffOf } from "./days-off.ts";

const isOff = (calendar: "china" | "weekends", date: string): boolean => daysOffOf(calendar)(dayOfIso(date) ?? 0);

test("days off are those of China with its working weekends, or weekends only", () => {
  // The National Day of 2025 lasted from 1 to 8 October; 28 September, a Sunday, was worked.
  expect(["2025-10-01", "2025-10-08", "2025-10-09", "2025-09-28", "2025-09-27"].map((date) => isOff("china", date))).toEqual([
    true,
    true,
    false,
    false,
    true,
  ]);
  expect(["2025-10-01", "2025-09-28", "2025-09-27"].map((date) => isOff("weekends", date))).toEqual([false, true, true]);
});

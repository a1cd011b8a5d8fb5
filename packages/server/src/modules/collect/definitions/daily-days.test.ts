import { dayOfIso } from "@terrace/domain/time/zoned-time";
import { expect, test } from "vitest";
import { withEmptyDays } from "./daily-days.ts";

const day = (text: string) => dayOfIso(text) ?? 0;
const row = (text: string, events: number) => ({ day: text, events, people: events });

test("days without events are 0, between and up to the last day", () => {
  expect(withEmptyDays([row("2026-02-27", 3), row("2026-03-01", 2)], day("2026-03-03"))).toEqual([
    row("2026-02-27", 3),
    row("2026-02-28", 0),
    row("2026-03-01", 2),
    row("2026-03-02", 0),
    row("2026-03-03", 0),
  ]);
});

test("a day with events is never cut off, and no events are no days", () => {
  expect(withEmptyDays([row("2026-03-05", 1)], day("2026-03-03"))).toEqual([row("2026-03-05", 1)]);
  expect(withEmptyDays([], day("2026-03-03"))).toEqual([]);
});

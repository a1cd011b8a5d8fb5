import { expect, test } from "vitest";
import { isoDay } from "../../ui/format/dates.ts";
import { groupByDay } from "./timeline-groups.ts";

test("a day ends at midnight of the workspace's zone, not of UTC", () => {
  const events = ["2026-07-16T03:00:00Z", "2026-07-15T17:00:00Z", "2026-07-15T15:59:59Z"].map((time) => ({ time }));
  const days = groupByDay(events, (time) => isoDay(time, "Asia/Shanghai"));
  expect(days.map(({ day, events: ofDay }) => [day, ofDay.length])).toEqual([
    ["2026-07-16", 2],
    ["2026-07-15", 1],
  ]);
});

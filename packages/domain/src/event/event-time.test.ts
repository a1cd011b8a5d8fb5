import fc from "fast-check";
import { expect, test } from "vitest";
import { eventTime, parseTime } from "./event-time.ts";

const NOW = Date.UTC(2026, 10, 22, 1, 24);
const timeOf = (value: unknown, sentAtMs?: number) => {
  const result = eventTime(value, { receivedAtMs: NOW, sentAtMs }, "timestamp");
  return result.ok ? result.value : result.fault.code;
};

test.each([
  ["2024-01-02T03:04:05.678Z", "2024-01-02T03:04:05.678Z"],
  ["2024-01-02T03:04:05Z", "2024-01-02T03:04:05.000Z"],
  ["2024-01-02T11:04:05.678+08:00", "2024-01-02T03:04:05.678Z"],
  ["2024-01-02 11:04:05.678901 +0800", "2024-01-02T03:04:05.678Z"],
  ["2024-01-01T22:34:05-04:30", "2024-01-02T03:04:05.000Z"],
  ["2024-01-02", "2024-01-02T00:00:00.000Z"],
  ["2024-02-29t00:00:00z", "2024-02-29T00:00:00.000Z"],
  ["2024-12-31T23:59:60Z", "2024-12-31T23:59:59.000Z"],
  [1_704_164_645, "2024-01-02T03:04:05.000Z"],
  [1_704_164_645.678, "2024-01-02T03:04:05.678Z"],
  [1_704_164_645_678, "2024-01-02T03:04:05.678Z"],
  ["1704164645678", "2024-01-02T03:04:05.678Z"],
  [1_704_164_645_678_901, "2024-01-02T03:04:05.678Z"],
])("%s is %s", (value, iso) => expect(new Date(parseTime(value) ?? 0).toISOString()).toBe(iso));

test.each([
  "yesterday",
  "",
  "2024-13-01T00:00:00Z",
  "2023-02-29T00:00:00Z",
  "2024-01-02T25:00:00Z",
  "20240102",
  "2024-01-02T03:04:05.67xZ",
  "Tue Jan 02 2024",
  true,
  {},
  [],
  Number.NaN,
  -1,
  Number.POSITIVE_INFINITY,
])("%s is no time", (value) => {
  expect(timeOf(value)).toBe("event.time_invalid");
});

test("reads every instant as the calendar does", () => {
  fc.assert(
    fc.property(fc.date({ min: new Date("2000-01-01T00:00:00Z"), max: new Date("2099-12-31T23:59:59Z"), noInvalidDate: true }), (date) => {
      expect(parseTime(date.toISOString())).toBe(date.getTime());
      expect(parseTime(date.toISOString().replace("Z", "+00:00"))).toBe(date.getTime());
    }),
  );
});

test("without a time the event happened when it was received", () => expect(timeOf(undefined)).toEqual({ timeMs: NOW }));

test("a wrong clock is corrected by what it said when sending", () => {
  const hour = 3_600_000;
  expect(timeOf(NOW + hour - 5_000, NOW + hour)).toEqual({ timeMs: NOW - 5_000 });
  expect(timeOf(NOW - 9 * hour, NOW - 8 * hour)).toEqual({ timeMs: NOW - hour });
});

test("the way over the network does not move exact times", () =>
  expect(timeOf("2024-01-02T03:04:05.678Z", NOW - 900)).toEqual({ timeMs: Date.UTC(2024, 0, 2, 3, 4, 5, 678) }));

test("late events keep their time, impossible ones are told apart", () => {
  expect(timeOf("2001-02-03T00:00:00Z")).toEqual({ timeMs: Date.UTC(2001, 1, 3) });
  expect(timeOf("1999-12-31T23:59:59Z")).toBe("event.time_invalid");
  expect(timeOf(NOW + 23 * 3_600_000)).toEqual({ timeMs: NOW + 23 * 3_600_000 });
  expect(timeOf("2099-01-01T00:00:00Z")).toEqual({ timeMs: NOW, original: "2099-01-01T00:00:00Z" });
});

import { expect, test } from "vitest";
import { sameClocks, zoneOffset } from "./zones.ts";

const JULY = Date.UTC(2026, 6, 16);

test("zones are told apart by what their clocks read through the year", () => {
  expect(sameClocks("Asia/Shanghai", "Asia/Singapore", JULY)).toBe(true);
  expect(sameClocks("Asia/Shanghai", "UTC", JULY)).toBe(false);
  expect(sameClocks("UTC", "Africa/Abidjan", JULY)).toBe(true);
  // The same in July, an hour apart in January.
  expect(sameClocks("America/Phoenix", "America/Los_Angeles", JULY)).toBe(false);
});

test("the offset is that of the instant", () => {
  expect(zoneOffset("Asia/Shanghai", JULY)).toBe("GMT+8");
  expect([zoneOffset("Europe/London", JULY), zoneOffset("Europe/London", Date.UTC(2026, 0, 1))]).toEqual(["GMT+1", "GMT"]);
});

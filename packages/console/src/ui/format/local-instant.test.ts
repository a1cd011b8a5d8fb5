import { expect, test } from "vitest";
import { localInstant } from "./local-instant.ts";

test("a time that is chosen is one of the workspace's zone, whatever the browser's is", () => {
  expect(localInstant("2026-07-16T09:00", "Asia/Shanghai")).toBe("2026-07-16T01:00:00.000Z");
  expect(localInstant("2026-07-16T09:00", "America/New_York")).toBe("2026-07-16T13:00:00.000Z");
  expect(localInstant("2026-07-16T09:00:30", "Europe/Berlin")).toBe("2026-07-16T07:00:30.000Z");
  expect(localInstant("", "Europe/Berlin")).toBeNull();
});

import { expect, test } from "vitest";
import { withLocalTimes } from "./iso-times.ts";

test("instants inside a text are written as the console writes times, everything else stays", () => {
  const write = (at: string): string => `<${at.slice(0, 10)}>`;
  expect(withLocalTimes("12 (2026-07-01T00:00:00.000Z – 2026-07-16T08:00:00+08:00, Asia/Shanghai)", write)).toBe(
    "12 (<2026-07-01> – <2026-07-16>, Asia/Shanghai)",
  );
  expect(withLocalTimes("Texts of 2026-07-01", write)).toBe("Texts of 2026-07-01");
});

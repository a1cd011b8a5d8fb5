import pino from "pino";
import { expect, test } from "vitest";
import { COUNTED_AT_ONCE, createClickLimit } from "./click-limit.ts";

test("a flood of followed links of one program is counted up to a limit, which is logged, and takes nothing from other programs", () => {
  const lines: string[] = [];
  let atMs = 0;
  const isCounted = createClickLimit({ nowMs: () => atMs, log: pino({ level: "warn" }, { write: (line) => void lines.push(line) }) });
  const link = { workspaceId: 1, label: "", live: true, landing: "https://shop.test", parameter: "ref" };
  const follow = (programId: string, times: number) =>
    Array.from({ length: times }, () => isCounted({ ...link, programId })).filter(Boolean).length;
  expect(follow("1", COUNTED_AT_ONCE + 500)).toBe(COUNTED_AT_ONCE);
  expect(follow("2", 1)).toBe(1);
  expect(lines).toHaveLength(1);
  atMs += 2_000;
  expect(follow("1", 500)).toBe(200);
  expect(lines).toHaveLength(1);
});

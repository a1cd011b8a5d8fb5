import { expect, test } from "vitest";
import { decisionLines } from "./decision-lines.ts";

test("decisions are added up by reason and rule, what was blocked first, with a figure for every day", () => {
  const days = { from: "2026-03-10", to: "2026-03-13" };
  const lines = decisionLines(
    [
      { day: "2026-03-10", what: "send", reason: "allowed", rule: null, decisions: 9 },
      { day: "2026-03-10", what: "defer", reason: "quiet_hours", rule: "night", decisions: 2 },
      { day: "2026-03-12", what: "defer", reason: "quiet_hours", rule: "night", decisions: 3 },
      { day: "2026-03-12", what: "block", reason: "repeat", rule: "repeat", decisions: 1 },
      { day: "2026-03-12", what: "block", reason: "no_consent", rule: null, decisions: 4 },
    ],
    days,
  );
  expect(lines).toEqual([
    { what: "block", reason: "no_consent", rule: null, byDay: [0, 0, 4], decisions: 4 },
    { what: "block", reason: "repeat", rule: "repeat", byDay: [0, 0, 1], decisions: 1 },
    { what: "defer", reason: "quiet_hours", rule: "night", byDay: [2, 0, 3], decisions: 5 },
    { what: "send", reason: "allowed", rule: null, byDay: [9, 0, 0], decisions: 9 },
  ]);
  expect(decisionLines([], days)).toEqual([]);
});

import { DEFAULT_RULES } from "@terrace/domain/governor/rules";
import { governorRulesSchema } from "@terrace/contract/api/governor";
import { expect, test } from "vitest";
import { clockOf, freeId, minuteOf, withoutRule, withRule } from "./rule-parts.ts";

const rules = governorRulesSchema.parse(DEFAULT_RULES);

test("minutes of the day are written and read as a clock has them", () => {
  expect([0, 480, 1_439].map(clockOf)).toEqual(["00:00", "08:00", "23:59"]);
  for (const minute of [0, 61, 1_439]) expect(minuteOf(clockOf(minute))).toBe(minute);
  expect(["", "24:00", "7:30"].map(minuteOf)).toEqual([undefined, undefined, undefined]);
});

test("a new rule gets an id that none has, and rules are put in place, added and taken out by it", () => {
  const [cap] = rules.caps;
  if (cap === undefined) throw new Error("there are caps");
  expect(freeId("cap", rules)).toBe("cap_1");
  expect(freeId("cap", { ...rules, quietHours: [{ ...cap, id: "cap_1", fromMinute: 0, toMinute: 1, days: "workdays" }] })).toBe("cap_2");
  expect(withRule(rules.caps, { ...cap, most: 9 }).map(({ most }) => most)).toEqual([9, ...rules.caps.slice(1).map(({ most }) => most)]);
  expect(withRule(rules.caps, { ...cap, id: "cap_1" }).map(({ id }) => id)).toEqual([...rules.caps.map(({ id }) => id), "cap_1"]);
  expect(withoutRule(rules.caps, cap.id)).toEqual(rules.caps.slice(1));
});

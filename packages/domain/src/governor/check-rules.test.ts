import { expect, test } from "vitest";
import { checkRules } from "./check-rules.ts";
import { DEFAULT_RULES, type Cap, type GovernorRules, type QuietHours } from "./rules.ts";

const everything = { channel: null, tag: null, purpose: null } as const;
const cap = (part: Partial<Cap> = {}): Cap => ({
  id: "c",
  scope: everything,
  most: 1,
  period: { kind: "rolling", count: 31, unit: "day" },
  action: "defer",
  ...part,
});
const quiet = (part: Partial<QuietHours> = {}): QuietHours => ({
  id: "q",
  scope: everything,
  fromMinute: 0,
  toMinute: 0,
  days: "workdays",
  action: "drop",
  ...part,
});
const fieldOf = (part: Partial<GovernorRules>): string | undefined => {
  const checked = checkRules({ ...DEFAULT_RULES, quietHours: [], caps: [], ...part });
  return checked.ok ? undefined : `${checked.fault.code} ${checked.fault.field ?? ""}`;
};

test("rules that name another's id, look back too far or are quiet for ever are refused by the field", () => {
  expect(fieldOf(DEFAULT_RULES)).toBeUndefined();
  expect(fieldOf({ caps: [cap()], quietHours: [quiet()] })).toBeUndefined();
  expect(fieldOf({ caps: [cap(), cap()] })).toBe("governor.rule_id_taken rules.caps.1.id");
  expect(fieldOf({ caps: [cap({ id: "q" })], quietHours: [quiet()] })).toBe("governor.rule_id_taken rules.caps.0.id");
  expect(fieldOf({ quietHours: [quiet({ id: "wecom_day" })] })).toBe("governor.rule_id_taken rules.quietHours.0.id");
  expect(fieldOf({ caps: [cap({ period: { kind: "rolling", count: 745, unit: "hour" } })] })).toBe(
    "governor.period_too_long rules.caps.0.period.count",
  );
  expect(fieldOf({ quietHours: [quiet({ days: "every_day" })] })).toBe("governor.always_quiet rules.quietHours.0.toMinute");
  expect(fieldOf({ quietHours: [quiet({ days: [1, 2, 3, 4, 5, 6, 7] })] })).toBe("governor.always_quiet rules.quietHours.0.toMinute");
  expect(fieldOf({ quietHours: [quiet({ days: "every_day", toMinute: 1 })] })).toBeUndefined();
});

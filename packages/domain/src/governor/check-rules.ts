import { fail, ok, type Result } from "../result.ts";
import { LOOK_BACK_DAYS_MAX, PLATFORM_CAPS, type Cap, type GovernorRules, type QuietHours } from "./rules.ts";

/** The longest time within which a person gets the same template once. */
export const REPEAT_HOURS_MAX = LOOK_BACK_DAYS_MAX * 24;
/** Rules of one kind. */
export const RULES_MAX = 50;

const MINUTES = { minute: 1, hour: 60, day: 1_440 } as const;
const DAY_MINUTES = 1_440;

/** What the shape of rules does not tell: each has an id of its own, none looks back further than is known, and none is quiet for ever. */
export function checkRules({ quietHours, caps }: GovernorRules): Result<true> {
  const taken = new Set(["repeat", ...PLATFORM_CAPS.map(({ id }) => id)]);
  const named = [...quietHours.map(({ id }, at) => [id, `rules.quietHours.${at}.id`] as const), ...caps.map(idOfCap)];
  for (const [id, field] of named) {
    if (taken.has(id)) return fail("governor.rule_id_taken", { field, mend: "Give each rule an id of its own", details: { id } });
    taken.add(id);
  }
  for (const [at, rule] of quietHours.entries())
    if (isAlwaysQuiet(rule))
      return fail("governor.always_quiet", {
        field: `rules.quietHours.${at}.toMinute`,
        mend: "Leave some time in which messages may go out",
      });
  for (const [at, cap] of caps.entries())
    if (minutesOf(cap) > LOOK_BACK_DAYS_MAX * DAY_MINUTES)
      return fail("governor.period_too_long", {
        field: `rules.caps.${at}.period.count`,
        mend: `Count over ${LOOK_BACK_DAYS_MAX} days at most`,
        details: { days: LOOK_BACK_DAYS_MAX },
      });
  return ok(true);
}

function idOfCap({ id }: Cap, at: number): readonly [string, string] {
  return [id, `rules.caps.${at}.id`];
}

function isAlwaysQuiet({ fromMinute, toMinute, days }: QuietHours): boolean {
  return fromMinute === toMinute && (days === "every_day" || (Array.isArray(days) && new Set(days).size === 7));
}

function minutesOf({ period }: Cap): number {
  return period.kind === "rolling" ? period.count * MINUTES[period.unit] : 0;
}

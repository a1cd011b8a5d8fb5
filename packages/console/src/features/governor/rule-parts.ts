import type { GovernorRulesVersion } from "@terrace/contract/api/governor";
import { PLATFORM_CAPS } from "@terrace/domain/governor/rules";

export type Rules = GovernorRulesVersion["rules"];
export type Quiet = Rules["quietHours"][number];
export type Cap = Rules["caps"][number];
export type Scope = Cap["scope"];

const MINUTES = 60;

/** A minute of the day as a clock reads it. */
export function clockOf(minute: number): string {
  const [hours, minutes] = [Math.floor(minute / MINUTES), minute % MINUTES];
  return `${String(hours).padStart(2, "0")}:${String(minutes).padStart(2, "0")}`;
}

/** The minute of the day of what a clock reads; undefined for anything else. */
export function minuteOf(clock: string): number | undefined {
  const [, hours, minutes] = /^([01]\d|2[0-3]):([0-5]\d)/.exec(clock) ?? [];
  return hours === undefined ? undefined : Number(hours) * MINUTES + Number(minutes);
}

/** An id that no rule has. */
export function freeId(kind: "quiet" | "cap", { quietHours, caps }: Rules): string {
  const taken = new Set([...quietHours, ...caps, ...PLATFORM_CAPS].map(({ id }) => id));
  let n = 1;
  while (taken.has(`${kind}_${n}`)) n += 1;
  return `${kind}_${n}`;
}

/** The list with a rule in place of the one of its id, or at the end. */
export function withRule<Rule extends { readonly id: string }>(rules: readonly Rule[], rule: Rule): Rule[] {
  return rules.some(({ id }) => id === rule.id) ? rules.map((one) => (one.id === rule.id ? rule : one)) : [...rules, rule];
}

/** The list without a rule. */
export function withoutRule<Rule extends { readonly id: string }>(rules: readonly Rule[], id: string): Rule[] {
  return rules.filter((one) => one.id !== id);
}

import type { ExplainedCheck, GovernorVerdict } from "@terrace/contract/api/governor";
import { textOr, type Text } from "../../app/i18n.ts";
import type { Format } from "../../app/workspace/use-format.ts";
import { intlLocale } from "../../ui/format/language.ts";
import { clockOf, type Cap, type Quiet, type Rules, type Scope } from "./rule-parts.ts";

type Details = ExplainedCheck["details"];
/** 2024-01-01 was a Monday. */
const MONDAY_MS = Date.UTC(2024, 0, 1);
const DAY_MS = 86_400_000;

/** Which messages a rule is about. */
export function scopeWords({ channel, tag, purpose }: Scope, text: Text): string {
  const parts = [
    channel === null ? "" : text(`templates.channelOf.${channel}`),
    tag === null ? "" : text("governor.tagged", { tag }),
    purpose === null ? "" : text("governor.ofPurpose", { purpose }),
  ].filter((part) => part !== "");
  return parts.length === 0 ? text("governor.everyMessage") : parts.join(" · ");
}

/** Days of the week in the reader's words, from Monday. */
export function weekdayNames(format: Format): readonly string[] {
  const names = new Intl.DateTimeFormat(intlLocale(format.language), { weekday: "short", timeZone: "UTC" });
  return Array.from({ length: 7 }, (_, n) => names.format(MONDAY_MS + n * DAY_MS));
}

function daysWords(days: Quiet["days"], text: Text, format: Format): string {
  if (!Array.isArray(days)) return text(`governor.days.${days}`);
  const names = weekdayNames(format);
  return days
    .toSorted((a, b) => a - b)
    .map((day) => names[day - 1])
    .join(text("governor.listed"));
}

/** Quiet hours in one sentence. */
export function quietWords(rule: Quiet, text: Text, format: Format): string {
  const isNext = rule.toMinute <= rule.fromMinute;
  return text(isNext ? "governor.quietOver" : "governor.quiet", {
    from: clockOf(rule.fromMinute),
    to: clockOf(rule.toMinute),
    days: daysWords(rule.days, text, format),
  });
}

/** A cap in one sentence. */
export function capWords({ most, period }: Cap, text: Text): string {
  const per =
    period.kind === "calendar" ? text(`governor.per.${period.unit}`) : text(`governor.within.${period.unit}`, { count: period.count });
  return text("governor.atMost", { count: most, per });
}

/** A rule by its id, in words; the id itself when the rules of now have none such. */
export function ruleWords(id: string, rules: Pick<Rules, "quietHours" | "caps">, text: Text, format: Format): string {
  const quiet = rules.quietHours.find((rule) => rule.id === id);
  if (quiet !== undefined) return `${scopeWords(quiet.scope, text)}: ${quietWords(quiet, text, format)}`;
  const cap = rules.caps.find((rule) => rule.id === id);
  return cap === undefined ? id : `${scopeWords(cap.scope, text)}: ${capWords(cap, text)}`;
}

/** Why a message went out, waits or was blocked. */
export function reasonWords(reason: string): string {
  return textOr(`governor.reason.${reason}`, reason);
}

/** Figures as texts take them: instants as tables write them, reasons in words. */
function spoken(details: Details, format: Format): Readonly<Record<string, string | number>> {
  return Object.fromEntries(
    Object.entries(details).map(([name, value]) => {
      if (typeof value === "boolean") return [name, String(value)];
      if (name === "because") return [name, textOr(`governor.because.${value}`, String(value))];
      return [name, name.endsWith("At") ? format.tableTime(String(value)) : value];
    }),
  );
}

/** What a rule says of a message. */
export function checkWords({ check, answer, details }: ExplainedCheck, text: Text, format: Format): string {
  if (answer === "not_about") return text("governor.says.notAbout");
  if (answer === "not_asked") return text("governor.says.notAsked");
  const said = check === "platform_cap" ? "cap" : check;
  return textOr(`governor.says.${said}.${answer}`, text(`governor.answer.${answer}`), spoken(details, format));
}

/** What explains a decision beside its reason; empty when the reason says all. */
export function whyWords({ reason, details }: { readonly reason: string; readonly details: Details }, format: Format): string {
  if (details["because"] !== undefined && reason !== "too_late" && reason !== "never")
    return textOr(`governor.because.${String(details["because"])}`, String(details["because"]));
  return textOr(`governor.why.${reason}`, "", spoken(details, format));
}

/** What would become of a message, in one sentence. */
export function verdictWords({ verdict, reason, until }: GovernorVerdict, text: Text, format: Format): string {
  const why = reasonWords(reason);
  if (verdict === "send") return text("governor.would.send", { why });
  if (verdict === "block") return text("governor.would.block", { why });
  return text("governor.would.defer", { why, until: format.tableTime(until) });
}

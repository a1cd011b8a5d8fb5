import { isoInstant, zoneClock } from "../time/zoned-time.ts";
import { roomAt } from "./caps.ts";
import type { CompetingMessage, SentMessage } from "./facts.ts";
import { quietEnds, type PersonDays } from "./quiet-hours.ts";
import { isAbout, PLATFORM_CAPS, PLATFORM_ZONE, type Cap, type GovernorRules, type HeldBack, type QuietHours } from "./rules.ts";
import type { DeferReason, VerdictDetails } from "./verdict.ts";

/** A person as the governor sees them. */
export type GovernedPerson = {
  /** IANA zone by which their nights and days are told. */
  readonly zone: string;
  /** What they were sent within the longest time a rule looks back. */
  readonly sent: readonly SentMessage[];
};

/** What all decisions of a moment share. `isDayOff` tells days off by number since 1970-01-01. */
export type Moment = { readonly rules: GovernorRules; readonly nowMs: number; readonly isDayOff: (day: number) => boolean };

/** How far ahead an instant is looked for at which the rules let a message go. */
export const HORIZON_MS = 62 * 86_400_000;

/** A rule that may hold a message back, with the earliest instant from one on at which it does not. */
export type Restraint = {
  readonly rule: string;
  readonly reason: Extract<DeferReason, "quiet_hours" | "cap" | "platform_cap">;
  readonly action: HeldBack;
  readonly freeFrom: (atMs: number, untilMs: number) => number;
  readonly explain: (nowMs: number) => VerdictDetails;
};

/** The rules that may hold a message back now. */
export function restraintsOf(message: CompetingMessage, { zone, sent }: GovernedPerson, { rules, isDayOff }: Moment): readonly Restraint[] {
  const everySent = sent.toSorted((a, b) => b.atMs - a.atMs);
  const platform = PLATFORM_CAPS.filter(({ scope }) => isAbout(scope, message)).map((cap) =>
    capRestraint(cap, { zone: PLATFORM_ZONE, sent: everySent, reason: "platform_cap" }),
  );
  if (message.transactional) return platform;
  const days: PersonDays = { clock: zoneClock(zone), isDayOff };
  // What a person asked for themselves leaves the room for other messages as it is.
  const counted = everySent.filter(({ transactional }) => !transactional);
  return [
    ...rules.quietHours.filter(({ scope }) => isAbout(scope, message)).map((rule) => quietRestraint(rule, days, zone)),
    ...rules.caps.filter(({ scope }) => isAbout(scope, message)).map((cap) => capRestraint(cap, { zone, sent: counted, reason: "cap" })),
    ...platform,
  ];
}

function quietRestraint(rule: QuietHours, days: PersonDays, zone: string): Restraint {
  const freeFrom: Restraint["freeFrom"] = (atMs, untilMs) => quietEnds(rule, atMs, days, untilMs) ?? untilMs;
  return {
    rule: rule.id,
    reason: "quiet_hours",
    action: rule.action,
    freeFrom,
    explain: (nowMs) => {
      const ends = quietEnds(rule, nowMs, days, nowMs + HORIZON_MS);
      return { zone, ...(ends === undefined ? {} : { freeAt: isoInstant(ends) }) };
    },
  };
}

type Counting = { readonly zone: string; readonly sent: readonly SentMessage[]; readonly reason: "cap" | "platform_cap" };

function capRestraint(cap: Cap, { zone, sent, reason }: Counting): Restraint {
  const instants = sent.filter((one) => isAbout(cap.scope, one)).map(({ atMs }) => atMs);
  const calendar = { zone, clock: zoneClock(zone) };
  return {
    rule: cap.id,
    reason,
    action: cap.action,
    freeFrom: (atMs) => roomAt(cap, instants, atMs, calendar).freeAtMs,
    explain: (nowMs) => {
      const { count, freeAtMs } = roomAt(cap, instants, nowMs, calendar);
      const { unit } = cap.period;
      const length = cap.period.kind === "rolling" ? cap.period.count : 1;
      return { count, most: cap.most, per: cap.period.kind, length, unit, freeAt: isoInstant(freeAtMs) };
    },
  };
}

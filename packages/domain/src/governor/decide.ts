import { isoInstant, zoneClock } from "../time/zoned-time.ts";
import { roomAt } from "./caps.ts";
import type { CompetingMessage, SentMessage } from "./facts.ts";
import { quietEnds, type PersonDays } from "./quiet-hours.ts";
import { isAbout, PLATFORM_CAPS, PLATFORM_ZONE, type Cap, type GovernorRules, type HeldBack, type QuietHours } from "./rules.ts";
import type { BlockReason, DeferReason, Verdict, VerdictDetails } from "./verdict.ts";

/** A person as the governor sees them. */
export type GovernedPerson = {
  /** IANA zone by which their nights and days are told. */
  readonly zone: string;
  /** What they were sent within the longest time a rule looks back. */
  readonly sent: readonly SentMessage[];
};

/** What all decisions of a moment share. `isDayOff` tells days off by number since 1970-01-01. */
export type Moment = { readonly rules: GovernorRules; readonly nowMs: number; readonly isDayOff: (day: number) => boolean };

const HOUR_MS = 3_600_000;
/** How far ahead an instant is looked for at which the rules let a message go. */
const HORIZON_MS = 62 * 86_400_000;
/** When it is looked again whether somebody confirmed. */
const CONFIRMATION_LOOK_MS = 15 * 60_000;

/**
 * Decides about the messages that compete for one person at a moment. The more urgent first, then who was asked for earlier, then the smaller id; each that goes out
 * counts for those after it. A message that a rule holds back, and that waits, waits until the earliest instant at which the rules known now let it, if nothing else
 * is sent until then. First come the reasons for which it is never sent; those that make it wait after them.
 */
export function decideMessages(
  person: GovernedPerson,
  messages: readonly CompetingMessage[],
  moment: Moment,
): ReadonlyMap<string, Verdict> {
  const sent: SentMessage[] = [...person.sent];
  const grantsUsed = new Map<string, number>();
  const verdicts = new Map<string, Verdict>();
  for (const message of messages.toSorted(compareUrgency)) {
    const grants = message.grants === null ? null : message.grants - (grantsUsed.get(message.template) ?? 0);
    const verdict = decideOne({ ...message, grants }, { zone: person.zone, sent }, moment);
    verdicts.set(message.id, verdict);
    if (verdict.verdict !== "send") continue;
    sent.push({ ...message, atMs: moment.nowMs });
    grantsUsed.set(message.template, (grantsUsed.get(message.template) ?? 0) + 1);
  }
  return verdicts;
}

/** The order in which messages that compete are decided upon. */
export function compareUrgency(
  a: Pick<CompetingMessage, "priority" | "askedAtMs" | "id">,
  b: Pick<CompetingMessage, "priority" | "askedAtMs" | "id">,
): number {
  return b.priority - a.priority || a.askedAtMs - b.askedAtMs || a.id.length - b.id.length || (a.id < b.id ? -1 : 1);
}

function decideOne(message: CompetingMessage, person: GovernedPerson, moment: Moment): Verdict {
  const { nowMs } = moment;
  if (message.expiresAtMs !== null && message.expiresAtMs <= nowMs)
    return block("expired", null, { expiredAt: isoInstant(message.expiresAtMs) });
  if (message.notBeforeMs > nowMs) return { verdict: "defer", untilMs: message.notBeforeMs, reason: "not_before", rule: null, details: {} };
  return (
    forbidden(message) ??
    repeated(message, person, moment) ??
    unanswerable(message, nowMs) ??
    heldBack(message, person, moment) ?? {
      verdict: "send",
      reason: message.transactional ? "transactional" : "allowed",
      rule: null,
      details: {},
    }
  );
}

/** What the person, or their address, says against it. */
function forbidden({ hasAddress, suppressed, consent, heldBy, transactional }: CompetingMessage): Verdict | undefined {
  if (!hasAddress) return block("no_address", null, {});
  if (suppressed !== null) return block("suppressed", null, { because: suppressed });
  if (consent !== null && !consent.allowed) return block("no_consent", null, { because: consent.reason });
  if (heldBy !== null && !transactional) return block("held_out", null, { holdout: heldBy });
  return undefined;
}

function repeated(message: CompetingMessage, { sent }: GovernedPerson, { rules, nowMs }: Moment): Verdict | undefined {
  const { repeatHours } = rules;
  if (repeatHours === null || message.transactional || message.channel === "webhook") return undefined;
  const same = sent.filter(({ template, channel }) => template === message.template && channel === message.channel);
  const newest = Math.max(...same.map(({ atMs }) => atMs));
  if (newest <= nowMs - repeatHours * HOUR_MS) return undefined;
  return block("repeat", "repeat", { hours: repeatHours, sentAt: isoInstant(newest) });
}

/** What the channel says against it for good. */
function unanswerable({ answerWindow, grants }: CompetingMessage, nowMs: number): Verdict | undefined {
  if (answerWindow !== null && (answerWindow.endsMs === null || answerWindow.endsMs <= nowMs))
    return block("window_closed", null, answerWindow.endsMs === null ? {} : { endedAt: isoInstant(answerWindow.endsMs) });
  if (grants !== null && grants <= 0) return block("no_grant", null, {});
  return undefined;
}

/** A rule that may hold a message back, with the earliest instant from one on at which it does not. */
type Restraint = {
  readonly rule: string;
  readonly reason: Extract<DeferReason, "quiet_hours" | "cap" | "platform_cap">;
  readonly action: HeldBack;
  readonly freeFrom: (atMs: number, untilMs: number) => number;
  readonly explain: (nowMs: number) => VerdictDetails;
};

function heldBack(message: CompetingMessage, person: GovernedPerson, moment: Moment): Verdict | undefined {
  const { nowMs } = moment;
  const restraints = restraintsOf(message, person, moment);
  const horizonMs = nowMs + HORIZON_MS;
  const binding = restraints.filter(({ freeFrom }) => freeFrom(nowMs, horizonMs) > nowMs);
  const dropping = binding.find(({ action }) => action === "drop");
  if (dropping !== undefined)
    return block(dropping.reason === "quiet_hours" ? "quiet_hours" : "cap", dropping.rule, dropping.explain(nowMs));
  const [first] = binding;
  if (first === undefined) return unconfirmed(message, nowMs);
  const untilMs = earliest(restraints, nowMs, horizonMs);
  const details = first.explain(nowMs);
  if (untilMs === undefined) return block("never", first.rule, { ...details, because: first.reason });
  const { expiresAtMs } = message;
  if (expiresAtMs !== null && untilMs >= expiresAtMs)
    return block("too_late", first.rule, {
      ...details,
      because: first.reason,
      freeAt: isoInstant(untilMs),
      expiresAt: isoInstant(expiresAtMs),
    });
  return { verdict: "defer", untilMs, reason: first.reason, rule: first.rule, details };
}

function unconfirmed({ confirmed }: CompetingMessage, nowMs: number): Verdict | undefined {
  if (confirmed !== false) return undefined;
  return { verdict: "defer", untilMs: nowMs + CONFIRMATION_LOOK_MS, reason: "confirmation", rule: null, details: {} };
}

/** The first instant that no restraint forbids: each moves it on, until all agree. */
function earliest(restraints: readonly Restraint[], fromMs: number, horizonMs: number): number | undefined {
  let at = fromMs;
  while (at < horizonMs) {
    const next = Math.max(...restraints.map(({ freeFrom }) => freeFrom(at, horizonMs)));
    if (next === at) return at;
    at = next;
  }
  return undefined;
}

function restraintsOf(message: CompetingMessage, { zone, sent }: GovernedPerson, { rules, isDayOff }: Moment): readonly Restraint[] {
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

function block(reason: BlockReason, rule: string | null, details: VerdictDetails): Verdict {
  return { verdict: "block", reason, rule, details };
}

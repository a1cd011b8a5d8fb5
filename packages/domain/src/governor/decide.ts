import { isoInstant } from "../time/zoned-time.ts";
import { awaitedUntil } from "./awaited.ts";
import type { CompetingMessage, SentMessage } from "./facts.ts";
import { HORIZON_MS, restraintsOf, type GovernedPerson, type Moment, type Restraint } from "./restraints.ts";
import type { BlockReason, Verdict, VerdictDetails } from "./verdict.ts";

const HOUR_MS = 3_600_000;
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
    unreachable(message, nowMs) ??
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

/** Whether there is an address, or it may yet become known. */
export function unreachable({ hasAddress, awaitsAddress, askedAtMs, expiresAtMs }: CompetingMessage, nowMs: number): Verdict | undefined {
  if (hasAddress) return undefined;
  const untilMs = awaitsAddress ? awaitedUntil(askedAtMs, nowMs) : undefined;
  if (untilMs === undefined || (expiresAtMs !== null && untilMs >= expiresAtMs)) return block("no_address", null, {});
  return { verdict: "defer", untilMs, reason: "address_awaited", rule: null, details: {} };
}

/** What the person, their address or a holdout says against it. */
export function forbidden({ suppressed, consent, heldBy, transactional }: CompetingMessage): Verdict | undefined {
  if (suppressed !== null) return block("suppressed", null, { because: suppressed });
  if (consent !== null && !consent.allowed) return block("no_consent", null, { because: consent.reason });
  if (heldBy !== null && !transactional) return block("held_out", null, { holdout: heldBy });
  return undefined;
}

/** Whether the person was sent the same a short time ago. */
export function repeated(message: CompetingMessage, { sent }: GovernedPerson, { rules, nowMs }: Moment): Verdict | undefined {
  const { repeatHours } = rules;
  if (repeatHours === null || message.transactional || message.channel === "webhook") return undefined;
  const same = sent.filter(({ template, channel }) => template === message.template && channel === message.channel);
  const newest = Math.max(...same.map(({ atMs }) => atMs));
  if (newest <= nowMs - repeatHours * HOUR_MS) return undefined;
  return block("repeat", "repeat", { hours: repeatHours, sentAt: isoInstant(newest) });
}

/** What the channel says against it for good. */
export function unanswerable({ answerWindow, grants }: CompetingMessage, nowMs: number): Verdict | undefined {
  if (answerWindow !== null && (answerWindow.endsMs === null || answerWindow.endsMs <= nowMs))
    return block("window_closed", null, answerWindow.endsMs === null ? {} : { endedAt: isoInstant(answerWindow.endsMs) });
  if (grants !== null && grants <= 0) return block("no_grant", null, {});
  return undefined;
}

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

/** Whether somebody has yet to confirm it. */
export function unconfirmed({ confirmed }: CompetingMessage, nowMs: number): Verdict | undefined {
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

function block(reason: BlockReason, rule: string | null, details: VerdictDetails): Verdict {
  return { verdict: "block", reason, rule, details };
}

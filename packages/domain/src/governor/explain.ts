import { forbidden, repeated, unanswerable, unconfirmed, unreachable } from "./decide.ts";
import type { CompetingMessage } from "./facts.ts";
import { HORIZON_MS, restraintsOf, type GovernedPerson, type Moment, type Restraint } from "./restraints.ts";
import { isAbout, PLATFORM_CAPS } from "./rules.ts";
import type { Verdict, VerdictDetails } from "./verdict.ts";

/** What is looked at before a message goes out, in the order in which it is told. */
export const CHECKS = [
  "address",
  "suppression",
  "consent",
  "holdout",
  "repeat",
  "answer_window",
  "grant",
  "quiet_hours",
  "cap",
  "platform_cap",
  "confirmation",
] as const;
export type Check = (typeof CHECKS)[number];

/** not_about: the rule is about other messages; not_asked: this message, or its channel, is under no such rule. */
export const CHECK_ANSWERS = ["passes", "defers", "blocks", "not_about", "not_asked"] as const;
export type CheckAnswer = (typeof CHECK_ANSWERS)[number];

/** What one rule says of a message. */
export type Explained = {
  readonly check: Check;
  /** Id of the rule, where there may be several. */
  readonly rule: string | null;
  readonly answer: CheckAnswer;
  readonly details: VerdictDetails;
};

/** What every rule says of a message by itself, whatever the others say: all pass, or are not asked, exactly when it would be sent. */
export function explainMessage(person: GovernedPerson, message: CompetingMessage, moment: Moment): readonly Explained[] {
  const { nowMs, rules } = moment;
  const free = { ...message, suppressed: null, consent: null, heldBy: null };
  const open = { ...message, answerWindow: null, grants: null };
  const freely = message.transactional || message.channel === "webhook";
  const repeats = rules.repeatHours !== null && !freely;
  return [
    told("address", true, unreachable(message, nowMs)),
    told("suppression", true, forbidden({ ...free, suppressed: message.suppressed })),
    told("consent", message.consent !== null, forbidden({ ...free, consent: message.consent }), saidOf(message)),
    told("holdout", !freely, forbidden({ ...free, heldBy: message.heldBy })),
    told("repeat", repeats, repeated(message, person, moment), { hours: rules.repeatHours ?? 0 }),
    told("answer_window", message.answerWindow !== null, unanswerable({ ...open, answerWindow: message.answerWindow }, nowMs)),
    told("grant", message.grants !== null, unanswerable({ ...open, grants: message.grants }, nowMs), { grants: message.grants ?? 0 }),
    ...restrained(person, message, moment),
    told("confirmation", message.confirmed !== null, unconfirmed(message, nowMs)),
  ];
}

function saidOf({ consent }: CompetingMessage): VerdictDetails {
  return consent === null ? {} : { because: consent.reason };
}

function told(check: Check, asked: boolean, verdict: Verdict | undefined, passing: VerdictDetails = {}): Explained {
  if (!asked) return { check, rule: null, answer: "not_asked", details: {} };
  if (verdict === undefined) return { check, rule: null, answer: "passes", details: passing };
  return { check, rule: null, answer: verdict.verdict === "defer" ? "defers" : "blocks", details: verdict.details };
}

function restrained(person: GovernedPerson, message: CompetingMessage, moment: Moment): readonly Explained[] {
  const { rules, nowMs } = moment;
  const binding = new Map(restraintsOf(message, person, moment).map((one) => [`${one.reason} ${one.rule}`, one]));
  const own = [
    ...rules.quietHours.map(({ id, scope }) => ({ check: "quiet_hours" as const, id, scope })),
    ...rules.caps.map(({ id, scope }) => ({ check: "cap" as const, id, scope })),
    // What operators of other channels lay down is of no interest here.
    ...PLATFORM_CAPS.filter(({ scope }) => isAbout(scope, message)).map(({ id, scope }) => ({ check: "platform_cap" as const, id, scope })),
  ];
  return own.map(({ check, id, scope }): Explained => {
    const restraint = binding.get(`${check} ${id}`);
    if (restraint !== undefined) return { check, rule: id, ...answerOf(restraint, nowMs) };
    return { check, rule: id, answer: isAbout(scope, message) ? "not_asked" : "not_about", details: {} };
  });
}

function answerOf({ freeFrom, action, explain }: Restraint, nowMs: number): Pick<Explained, "answer" | "details"> {
  const holds = freeFrom(nowMs, nowMs + HORIZON_MS) > nowMs;
  return { answer: holds ? (action === "drop" ? "blocks" : "defers") : "passes", details: explain(nowMs) };
}

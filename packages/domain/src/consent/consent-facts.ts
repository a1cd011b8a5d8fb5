import type { Purpose } from "./purposes.ts";

export type ConsentState = "given" | "withdrawn";

/** Stands for every purpose; only a withdrawal can have it. */
export const EVERY_PURPOSE = "*";
/** Stands for every channel. */
export const EVERY_CHANNEL = "";

/** One line of the ledger as decisions see it. */
export type ConsentFact = {
  readonly purpose: string;
  readonly channel: string;
  readonly state: ConsentState;
  /** When the person decided so, Unix ms. */
  readonly atMs: number;
};

/** What is asked: without a channel, whether the purpose is allowed as a whole. */
export type ConsentQuestion = { readonly purpose: string; readonly channel: string; readonly atMs: number };

/** `basis`: the purpose needs no consent. `silent`: it does, and the person never said anything. */
export type ConsentReason = "given" | "withdrawn" | "basis" | "silent" | "purpose_unknown" | "purpose_inactive";
export type ConsentDecision = { readonly allowed: boolean; readonly reason: ConsentReason };

/**
 * The fact that counts at an instant: of all facts of a person's ids about this purpose and channel, and of those about every purpose
 * or every channel, the latest; of two at the same time the withdrawal. The order in which facts were learned plays no part.
 */
export function factThatCounts<Fact extends ConsentFact>(facts: Iterable<Fact>, question: ConsentQuestion): Fact | undefined {
  let best: Fact | undefined;
  for (const fact of facts) {
    if (fact.atMs > question.atMs) continue;
    if (fact.purpose !== question.purpose && fact.purpose !== EVERY_PURPOSE) continue;
    if (fact.channel !== question.channel && fact.channel !== EVERY_CHANNEL) continue;
    if (best === undefined || fact.atMs > best.atMs || (fact.atMs === best.atMs && fact.state === "withdrawn")) best = fact;
  }
  return best;
}

/** Whether a purpose may be followed, given the fact that counts. A purpose that needs no consent is not stopped by a withdrawal. */
export function decideConsent(
  purpose: Pick<Purpose, "basis" | "active"> | undefined,
  counts: Pick<ConsentFact, "state"> | undefined,
): ConsentDecision {
  if (purpose === undefined) return { allowed: false, reason: "purpose_unknown" };
  if (!purpose.active) return { allowed: false, reason: "purpose_inactive" };
  if (purpose.basis !== "consent") return { allowed: true, reason: "basis" };
  if (counts === undefined) return { allowed: false, reason: "silent" };
  return { allowed: counts.state === "given", reason: counts.state };
}

/** A decision, and whether the person took back what was asked about, whatever the purpose rests on. */
export type ToldDecision = ConsentDecision & { readonly withdrawn: boolean };

/**
 * Whether a person may be told something for a purpose on a channel. Who ends messages gets none that they did not ask for, on whatever basis the purpose stands; what
 * they asked for or must know is held back where consent is the basis only.
 */
export function decideTelling({ allowed, reason, withdrawn }: ToldDecision, transactional: boolean): ConsentDecision {
  return withdrawn && !transactional ? { allowed: false, reason: "withdrawn" } : { allowed, reason };
}

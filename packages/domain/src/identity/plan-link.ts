import { compareStrength, UNIQUE_MASK, type KindMask } from "./person-order.ts";

/** Most ids one person can have; beyond it something shared (a kiosk, a test id) is joining strangers. */
export const IDS_PER_PERSON_MAX = 500;

/** Why a join was refused. */
export type RefusalReason = "two_identified" | "too_many_ids";

/** What must be known of a person to decide on one more link. */
export type PersonSummary = {
  readonly personId: string;
  readonly kinds: KindMask;
  readonly idsCount: number;
  /** Not before the time at which the last link that holds the person together happened, Unix ms; `NEVER_JOINED` for a single id. */
  readonly joinedAtMs: number;
  /** Held together by a merge that waived the guard; such a person may have two values of a unique kind. */
  readonly waived: boolean;
};

/** `joinedAtMs` of a person with one id. */
export const NEVER_JOINED = Number.MIN_SAFE_INTEGER;

/** `recompute`: the link is earlier than something decided without it, so only the whole neighbourhood can tell. */
export type LinkVerdict =
  { readonly kind: "join" } | { readonly kind: "refuse"; readonly reason: RefusalReason } | { readonly kind: "recompute" };

/**
 * Decides on a link between two people known so far, with the same outcome as planning all links anew in time order:
 * two people without a conflict are joined whatever the order, because every part of a union without conflict is without one;
 * a conflicting link later than all that made both people changes nothing but itself.
 */
export function planLink(left: PersonSummary, right: PersonSummary, atMs: number, idsMax: number = IDS_PER_PERSON_MAX): LinkVerdict {
  const reason = refusalOf(left, right, idsMax);
  if (reason === undefined) return { kind: "join" };
  return atMs > Math.max(left.joinedAtMs, right.joinedAtMs) ? { kind: "refuse", reason } : { kind: "recompute" };
}

/** Whether a link between two ids of the same person can change anything: only where a waived merge hides a conflict that the link now precedes. */
export function planInnerLink(person: PersonSummary, atMs: number): "none" | "recompute" {
  return person.waived && atMs <= person.joinedAtMs ? "recompute" : "none";
}

/** Why two people may not be one, or undefined. */
export function refusalOf(
  left: Pick<PersonSummary, "kinds" | "idsCount">,
  right: Pick<PersonSummary, "kinds" | "idsCount">,
  idsMax: number = IDS_PER_PERSON_MAX,
): RefusalReason | undefined {
  if ((left.kinds & right.kinds & UNIQUE_MASK) !== 0) return "two_identified";
  return left.idsCount + right.idsCount > idsMax ? "too_many_ids" : undefined;
}

/** The person two people become through a link at `atMs`. */
export function joinPeople(left: PersonSummary, right: PersonSummary, atMs: number, waived = false): PersonSummary {
  return {
    personId: compareStrength(left, right) <= 0 ? left.personId : right.personId,
    kinds: left.kinds | right.kinds,
    idsCount: left.idsCount + right.idsCount,
    joinedAtMs: Math.max(left.joinedAtMs, right.joinedAtMs, atMs),
    waived: waived || left.waived || right.waived,
  };
}

import { identityRank, UNIQUE_KINDS, type IdentityKind } from "./identity-kinds.ts";

/** Compares two origin ids (unsigned decimal text) by number. */
export function compareOrigins(a: string, b: string): number {
  if (a.length !== b.length) return a.length - b.length;
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

/** The kinds a person has, one bit per kind; a lower bit is a stronger kind. */
export type KindMask = number;

/** The bit of a kind. */
export function kindBit(kind: IdentityKind): KindMask {
  return 1 << identityRank(kind);
}

/** Kinds of which a person has at most one value. */
export const UNIQUE_MASK: KindMask = [...UNIQUE_KINDS].reduce((mask, kind) => mask | kindBit(kind), 0);

/** Kinds that say who someone is; without one of them a person is anonymous (an openid is a device's word for a stranger). */
export const IDENTIFYING_MASK: KindMask = (["user_id", "member_no", "unionid", "phone", "email"] as const).reduce(
  (mask, kind) => mask | kindBit(kind),
  0,
);

/** Which of two people, given by strongest identity, gives its id to both: stronger kind first, then the smaller origin. Negative when `a` does. */
export function compareStrength(
  a: { readonly kinds: KindMask; readonly personId: string },
  b: { readonly kinds: KindMask; readonly personId: string },
): number {
  return lowestBit(a.kinds) - lowestBit(b.kinds) || compareOrigins(a.personId, b.personId);
}

function lowestBit(mask: KindMask): number {
  return mask & -mask;
}

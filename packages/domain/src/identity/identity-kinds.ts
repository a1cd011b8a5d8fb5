/**
 * The kinds of identity a person can have, strongest first. The order decides which identity an event is filed under
 * (its origin) and which identity names the person after a join.
 */
export const IDENTITY_KINDS = ["user_id", "member_no", "unionid", "phone", "email", "openid", "anonymous_id"] as const;

export type IdentityKind = (typeof IDENTITY_KINDS)[number];

/** One id of a person, as it arrived; `value` is already normalised (see `normaliseIdentity`). */
export type IdentityRef = { readonly kind: IdentityKind; readonly value: string };

/** Kinds of which a person has at most one value: two people who differ in one of these are never joined silently. */
export const UNIQUE_KINDS: ReadonlySet<IdentityKind> = new Set(["user_id", "member_no", "unionid"]);

/** Kinds whose values are personal data and are stored encrypted. */
export const PERSONAL_KINDS: ReadonlySet<IdentityKind> = new Set(["phone", "email"]);

/** Longest accepted id, in UTF-16 code units (the Sensors and Segment limit). */
export const IDENTITY_LENGTH_MAX = 255;

const RANK = new Map<IdentityKind, number>(IDENTITY_KINDS.map((kind, rank) => [kind, rank]));

/** Position of a kind in the priority order: 0 is the strongest. */
export function identityRank(kind: IdentityKind): number {
  return RANK.get(kind) ?? IDENTITY_KINDS.length;
}

/** Sorts identities strongest first, dropping repeats; ties keep their order. */
export function orderIdentities(ids: readonly IdentityRef[]): readonly IdentityRef[] {
  const seen = new Set<string>();
  const distinct = ids.filter(({ kind, value }) => {
    const key = `${kind}\u0000${value}`;
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
  return distinct.toSorted((a, b) => identityRank(a.kind) - identityRank(b.kind));
}

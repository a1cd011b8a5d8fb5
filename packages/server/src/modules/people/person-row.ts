import { IDENTIFYING_MASK } from "@terrace/domain/identity/person-order";
import type { PersonSummary, RefusalReason } from "@terrace/domain/identity/plan-link";
import type { IdentityRef } from "@terrace/domain/identity/identity-kinds";

/** A person as stored, without what is shown of it. */
export type PersonRow = PersonSummary & { readonly firstSeenMs: number; readonly lastSeenMs: number };

/** A stored id and the person it belongs to now. */
export type LocatedOrigin = {
  readonly originId: string;
  readonly personId: string;
  readonly firstSeenMs: number;
  readonly lastSeenMs: number | null;
  readonly severedMs: number | null;
};

/** A new id, to be stored with its person. */
export type FreshIdentity = {
  readonly originId: string;
  readonly ref: IdentityRef;
  readonly personId: string;
  readonly firstMs: number;
  readonly lastMs: number | null;
  readonly severedMs: number | null;
};

/** A link as it is to be stored; times merge with what is there. */
export type LinkRow = {
  readonly low: string;
  readonly high: string;
  readonly firstAtMs: number;
  readonly assertedAtMs: number | null;
  readonly refused: RefusalReason | null;
};

export type StoredLink = LinkRow & { readonly keptApart: boolean };

/** A refused link seen once more (or, with a count, several times). */
export type ConflictSeen = {
  readonly low: string;
  readonly high: string;
  readonly reason: RefusalReason;
  readonly firstMs: number;
  readonly lastMs: number;
  readonly count: number;
};

/** All ids of one person go to another. */
export type PersonMove = { readonly from: string; readonly to: string };

/** Whether someone is known by more than a device. */
export function isIdentified(row: Pick<PersonSummary, "kinds">): boolean {
  return (row.kinds & IDENTIFYING_MASK) !== 0;
}

/** Name of a link in maps. */
export function linkKey(link: { readonly low: string; readonly high: string }): string {
  return `${link.low} ${link.high}`;
}

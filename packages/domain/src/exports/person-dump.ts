import type { IdentityRef } from "../identity/identity-kinds.ts";
import type { Stamp, TraitLog } from "../traits/trait-log.ts";

/** Number of the form; a reader refuses lines of a later one. */
export const DUMP_VERSION = 1;

/** Everything known of an id, in clear; times are Unix ms. */
export type DumpedIdentity = IdentityRef & {
  readonly firstSeenMs: number;
  readonly lastSeenMs: number | null;
  readonly severedMs: number | null;
  /** The changes of each trait that still matter, as `traits/trait-log` keeps them. */
  readonly traits: Readonly<Record<string, TraitLog>>;
  /** Traits that an operator marked personal. */
  readonly marked: readonly string[];
  /** When all traits were last forgotten. */
  readonly cleared?: Stamp | undefined;
  readonly tags: readonly DumpedTag[];
};

export type DumpedTag = { readonly tag: string; readonly owner: string; readonly createdAt: string; readonly expiresAt: string | null };

/** What was said about two ids belonging together. When they are two people's, it stands with both. */
export type DumpedLink = {
  readonly low: IdentityRef;
  readonly high: IdentityRef;
  readonly firstAtMs: number;
  readonly assertedAtMs: number | null;
  readonly keptApart: boolean;
};

/** A join made by an operator, in force or taken back. */
export type DumpedMerge = {
  readonly low: IdentityRef;
  readonly high: IdentityRef;
  readonly survivor: IdentityRef;
  readonly atMs: number;
  readonly waived: boolean;
  readonly reason: string;
  readonly madeBy: string;
  readonly createdAt: string;
  readonly takenBackAt: string | null;
  readonly takenBackBy: string | null;
};

/** The facts that make a person what it is: read into an empty workspace, they give the same person. */
export type PersonFacts = {
  readonly version: number;
  readonly identities: readonly DumpedIdentity[];
  readonly links: readonly DumpedLink[];
  readonly merges: readonly DumpedMerge[];
};

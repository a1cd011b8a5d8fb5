import type { DayUnit } from "../insight/time/calendar.ts";

/** What can be withheld from people: each capability asks under its own kind. */
export const PROGRAM_KINDS = ["message", "journey", "coupon", "tier", "activity", "recommendation", "service"] as const;
export type ProgramKind = (typeof PROGRAM_KINDS)[number];

/** Something done to people, e.g. messages by SMS or one journey. */
export type Program = { readonly kind: ProgramKind; readonly key: string };

/** What a holdout keeps people from: everything, or some programs; a kind without a key means all of that kind. */
export type HoldoutScope = "everything" | readonly { readonly kind: ProgramKind; readonly key: string | null }[];

/** How often others take their turn; null: never by itself. */
export type Rotation = { readonly every: number; readonly unit: DayUnit } | null;

/** The smallest and largest share, in parts of 10,000. */
export const SHARE_MIN = 10;
export const SHARE_MAX = 5_000;
/** What is proposed, as peers do: 5 %. */
export const SHARE_USUAL = 500;

/** The two groups of a holdout: kept from it, and all others. */
export const HOLDOUT_GROUPS = ["held", "open"] as const;
export type HoldoutGroup = (typeof HOLDOUT_GROUPS)[number];

/** Whether a holdout has a say about a program. */
export function covers(scope: HoldoutScope, { kind, key }: Program): boolean {
  return scope === "everything" || scope.some((one) => one.kind === kind && (one.key === null || one.key === key));
}

/**
 * The order in which holdouts are asked: those that keep people from everything come first, older ones before newer. Whoever is held by one is no part of those
 * after it, so that each compares people who could have got what it withholds.
 */
export function compareHoldouts(
  a: { readonly scope: HoldoutScope; readonly id: string },
  b: { readonly scope: HoldoutScope; readonly id: string },
): number {
  return Number(b.scope === "everything") - Number(a.scope === "everything") || Number(BigInt(a.id) - BigInt(b.id));
}

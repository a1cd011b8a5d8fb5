import type { AskedPeriod } from "@terrace/domain/insight/time/period";
import type { FieldKind } from "./use-field-options.ts";

/** What a condition stands on: which events it is about, what its leaves may ask, and when values to suggest are looked for. */
export type ConditionGround = {
  readonly events: readonly (string | null)[];
  readonly kinds: readonly FieldKind[];
  readonly period: AskedPeriod;
};

/** Conditions on an event also know whose it is. */
export const EVENT_FIELDS: readonly FieldKind[] = ["property", "column"];
export const EVENT_AND_PERSON_FIELDS: readonly FieldKind[] = ["property", "column", "trait"];
export const PERSON_FIELDS: readonly FieldKind[] = ["trait"];

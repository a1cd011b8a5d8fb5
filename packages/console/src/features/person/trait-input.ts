export const TRAIT_TYPES = ["text", "number", "boolean"] as const;
export type TraitType = (typeof TRAIT_TYPES)[number];

/** The type a value is edited as; lists and objects are edited as text and stay what the sender made them otherwise. */
export function traitTypeOf(value: unknown): TraitType {
  return typeof value === "number" ? "number" : typeof value === "boolean" ? "boolean" : "text";
}

/** Reads what was typed as the chosen type; undefined when it is no number. */
export function readTrait(type: TraitType, typed: string): string | number | boolean | undefined {
  if (type === "text") return typed;
  if (type === "boolean") return typed === "true";
  const value = Number(typed.trim());
  return typed.trim() === "" || !Number.isFinite(value) ? undefined : value;
}

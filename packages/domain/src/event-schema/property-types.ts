import type { Json } from "../json.ts";

/** The types a property is registered under. */
export const PROPERTY_TYPES = ["string", "number", "boolean", "datetime", "array", "object", "null"] as const;
export type PropertyType = (typeof PROPERTY_TYPES)[number];

/** One bit per type, so that what a property has been is one small number. */
export const TYPE_BIT: Readonly<Record<PropertyType, number>> = {
  string: 1,
  number: 2,
  boolean: 4,
  datetime: 8,
  array: 16,
  object: 32,
  null: 64,
};
/** Set when a value was recognised as personal data (it arrives as a token). */
export const PERSONAL_BIT = 128;

const DATE_TIME = /^\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(?:Z|[+-]\d{2}:?\d{2})?)?$/u;
const TOKEN = /^~[a-z_]{2,12}\.[\w-]{22}$/u;
const TILDE = 126;
const DASH = 45;

/** Whether a stored value is the token of a personal value. */
export function isPersonalToken(text: string): boolean {
  return text.charCodeAt(0) === TILDE && TOKEN.test(text);
}

/** The bits of a value: its type, and whether it is personal. Cheap enough to run on every property of every event. */
export function typeBits(value: Json): number {
  switch (typeof value) {
    case "string":
      return stringBits(value);
    case "number":
      return TYPE_BIT.number;
    case "boolean":
      return TYPE_BIT.boolean;
    default:
      return value === null ? TYPE_BIT.null : Array.isArray(value) ? TYPE_BIT.array : TYPE_BIT.object;
  }
}

function stringBits(text: string): number {
  if (text.charCodeAt(0) === TILDE) return isPersonalToken(text) ? TYPE_BIT.string | PERSONAL_BIT : TYPE_BIT.string;
  // The two cheap looks rule out nearly every ordinary string before the expression runs.
  return text.length >= 10 && text.length <= 35 && text.charCodeAt(4) === DASH && DATE_TIME.test(text)
    ? TYPE_BIT.datetime
    : TYPE_BIT.string;
}

/** The types behind a set of bits, in the order of `PROPERTY_TYPES`. */
export function typesOfBits(bits: number): readonly PropertyType[] {
  return PROPERTY_TYPES.filter((type) => (bits & TYPE_BIT[type]) !== 0);
}

import type { EventFacts } from "../conditions/matches-event.ts";
import { numberOf, textOf, valueAt } from "../conditions/value-at.ts";
import { millionthsOf } from "../conditions/measure.ts";
import { isPersonalToken } from "../event-schema/property-types.ts";
import type { EventContext } from "../event/feed-event.ts";

/** Longest text that is taken, bytes of UTF-8. */
export const TAKEN_BYTES_MAX = 500;

const BYTES_PER_UNIT_MAX = 3;

/** Where the value of an event stands: at a path, or in a column. */
export type TakenFrom = { readonly path: readonly string[]; readonly column: keyof EventContext | undefined };

/**
 * The text that is taken of an event; undefined where there is none: nothing, lists and objects, an empty column, tokens of personal values, long texts, and numbers
 * so large or small that they are written with an exponent.
 */
export function takenText(event: Pick<EventFacts, "properties" | "context">, from: TakenFrom): string | undefined {
  const text = foundText(event, from);
  if (text === undefined || isPersonalToken(text) || isLong(text)) return undefined;
  return from.column === undefined && text.includes("e") && typeof valueAt(event.properties, from.path) === "number" ? undefined : text;
}

/** The text of an event by which values are told apart, whatever it is. */
export function foundText(
  { properties, context }: Pick<EventFacts, "properties" | "context">,
  { path, column }: TakenFrom,
): string | undefined {
  if (column === undefined) return textOf(valueAt(properties, path));
  return context[column] === "" ? undefined : context[column];
}

/** The number of a property in whole millionths; undefined where there is none. */
export function takenMillionths({ properties }: Pick<EventFacts, "properties">, { path }: TakenFrom): bigint | undefined {
  const value = valueAt(properties, path);
  const number = value === undefined || typeof value === "object" ? undefined : numberOf(value);
  return number === undefined ? undefined : millionthsOf(number);
}

function isLong(text: string): boolean {
  if (text.length * BYTES_PER_UNIT_MAX <= TAKEN_BYTES_MAX) return false;
  return text.length > TAKEN_BYTES_MAX || new TextEncoder().encode(text).length > TAKEN_BYTES_MAX;
}

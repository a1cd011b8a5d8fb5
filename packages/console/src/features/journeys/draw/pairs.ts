import type { NodeOf } from "./draft-edits.ts";

export type Values = NodeOf<"trait">["traits"];
/** A name with its value as it is typed. */
export type Pair = { readonly name: string; readonly value: string };

export function pairsOf(values: Values): readonly Pair[] {
  return Object.entries(values).map(([name, value]) => ({ name, value: typedValue(value) }));
}

/** What the rows come to; those without a name are not told yet, and of two with one name the last holds. */
export function valuesOf(pairs: readonly Pair[]): Values {
  return Object.fromEntries(pairs.flatMap(({ name, value }) => (name.trim() === "" ? [] : [[name.trim(), readValue(value)]])));
}

/** JSON, or else the text itself. */
function readValue(typed: string): Values[string] {
  try {
    return JSON.parse(typed) as Values[string];
  } catch {
    return typed;
  }
}

/** How a value is typed so that it is read as the same: text that would read as JSON stands in quotation marks. */
function typedValue(value: Values[string]): string {
  return typeof value === "string" && readValue(value) === value ? value : JSON.stringify(value);
}

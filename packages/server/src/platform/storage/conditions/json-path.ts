import type { ChStatement } from "../clickhouse.ts";

/** The columns that hold JSON: of `events`, and of `person_trait`. */
export type JsonColumn = "properties" | "traits";

/** What is at a path of a JSON column, of whatever type. */
export function subcolumn(column: JsonColumn, path: readonly string[]): ChStatement {
  return sql(`${column}.${path.map(quoted).join(".")}`);
}

/** The object at a path. */
export function underneath(column: JsonColumn, path: readonly string[]): ChStatement {
  const [first = "", ...rest] = path;
  return sql(`${column}.^${[first, ...rest].map(quoted).join(".")}`);
}

/** What is at a path of each object of a list. */
export function inside(list: ChStatement, rest: readonly string[]): ChStatement {
  return sql(`${list.text}[].${rest.map(quoted).join(".")}`);
}

/** The same where it is of a type: null, or an empty list, where it is of another. */
export function typedColumn(at: ChStatement, type: string): ChStatement {
  return sql(`${at.text}.:\`${type}\``);
}

/** The same, from the value as a whole: where several types are asked for, the value is read once, which costs half of reading each type as a column of its own. */
export function elementOfType(at: ChStatement, type: string): ChStatement {
  return sql(`dynamicElement(${at.text}, '${type}')`);
}

/** A name cannot be bound. Everything but letters, digits and what is not ASCII is written as its number, so that nothing in a name means anything. */
function quoted(name: string): string {
  const text = name.replaceAll(/[^A-Za-z0-9_\u0080-\u{10FFFF}]/gu, (sign) => `\\x${sign.charCodeAt(0).toString(16).padStart(2, "0")}`);
  return `\`${text}\``;
}

function sql(text: string): ChStatement {
  return { text, params: {} };
}

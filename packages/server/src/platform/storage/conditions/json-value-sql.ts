import { DECIMAL, pathOf } from "@terrace/domain/conditions/value-at";
import { ch, type ChStatement } from "../clickhouse.ts";
import { elementOfType, subcolumn, type JsonColumn } from "./json-path.ts";

/**
 * The text of what is at a path of a JSON column (`textOf` in the domain): for breaking down by it, and for holding it constant. Null where
 * nothing is, and for lists and objects. A personal value's text is its token.
 */
export function jsonTextSql(column: JsonColumn, name: string): ChStatement {
  const at = subcolumn(column, pathOf(name));
  const others = (["Int64", "Float64", "Bool"] as const).map((type) => ch`toString(${elementOfType(at, type)})`);
  return ch`coalesce(${ch.join([elementOfType(at, "String"), ...others], ", ")})`;
}

/** The number of what is at a path (`numberOf` in the domain): its own, or that of a text which is a plain decimal; null where there is none. */
export function jsonNumberSql(column: JsonColumn, name: string): ChStatement {
  const at = subcolumn(column, pathOf(name));
  const text = elementOfType(at, "String");
  return ch`coalesce(toFloat64(${elementOfType(at, "Int64")}), ${elementOfType(at, "Float64")}, if(match(${text}, ${ch.value("String", DECIMAL)}), toFloat64OrNull(${text}), null))`;
}

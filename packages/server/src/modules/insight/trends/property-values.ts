import { ch, type ChStatement } from "../../../platform/storage/clickhouse.ts";

/** Numbers are added as whole millionths, so that a sum does not depend on the order of its parts. */
export const MILLION = 1_000_000;
/** A number beyond this is no amount of anything; its millionths would not fit. */
const NUMBER_MAX = 1e24;
const DECIMAL = "^-?[0-9]{1,30}(\\.[0-9]{1,30})?$";

/** The number an event has at a property (dots lead into objects), Nullable(Float64): a number, or a text that is a plain decimal. */
export function propertyNumberSql(name: string): ChStatement {
  return numberSql(propertySql(name));
}

/** The number a person has at a trait, as of a property. */
export function traitNumberSql(name: string): ChStatement {
  return numberSql(jsonSql("traits", name));
}

function numberSql(at: ChStatement): ChStatement {
  const text = typed(at, "String");
  const number = ch`coalesce(${typed(at, "Float64")}, toFloat64(${typed(at, "Int64")}), if(ifNull(match(${text}, ${ch.value("String", DECIMAL)}), 0), toFloat64OrNull(${text}), null))`;
  return ch`if(abs(${number}) <= ${ch.value("Float64", NUMBER_MAX)}, ${number}, null)`;
}

/** The sum of millionths of a number, as text. */
export function millionthsSql(number: ChStatement): ChStatement {
  return ch`toInt128(round(ifNull(${number}, 0) * ${ch.value("Float64", MILLION)}))`;
}

/** A sum of millionths as it arrives. */
export function fromMillionths(text: string): number {
  return Number(BigInt(text)) / MILLION;
}

/** The value of any type that an event has at a property. */
export function propertySql(name: string): ChStatement {
  return jsonSql("properties", name);
}

/** The value of any type that a person has at a trait. */
export function traitSql(name: string): ChStatement {
  return jsonSql("traits", name);
}

function jsonSql(column: "properties" | "traits", name: string): ChStatement {
  return { text: `${column}.${name.split(".").map(quoted).join(".")}`, params: {} };
}

function typed(at: ChStatement, type: "String" | "Float64" | "Int64"): ChStatement {
  return { text: `${at.text}.:${type}`, params: {} };
}

/** A name cannot be bound. Everything but letters, digits and what is not ASCII is written as its number, so that nothing in a name means anything. */
function quoted(name: string): string {
  const text = name.replaceAll(/[^A-Za-z0-9_\u0080-\u{10FFFF}]/gu, (sign) => `\\x${sign.charCodeAt(0).toString(16).padStart(2, "0")}`);
  return `\`${text}\``;
}

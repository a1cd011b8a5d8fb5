import { pathOf } from "@terrace/domain/conditions/value-at";
import { ch, type ChStatement } from "../../../platform/storage/clickhouse.ts";
import { subcolumn } from "../../../platform/storage/conditions/json-path.ts";
import { jsonNumberSql } from "../../../platform/storage/conditions/json-value-sql.ts";

/** Numbers are added as whole millionths, so that a sum does not depend on the order of its parts. */
export const MILLION = 1_000_000;
/** A number beyond this is no amount of anything; its millionths would not fit. */
const NUMBER_MAX = 1e24;

/** The number an event has at a property (dots lead into objects), Nullable(Float64): a number, or a text that is a plain decimal. */
export function propertyNumberSql(name: string): ChStatement {
  return boundedSql(jsonNumberSql("properties", name));
}

/** The number a person has at a trait, as of a property. */
export function traitNumberSql(name: string): ChStatement {
  return boundedSql(jsonNumberSql("traits", name));
}

function boundedSql(number: ChStatement): ChStatement {
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
  return subcolumn("properties", pathOf(name));
}

/** The value of any type that a person has at a trait. */
export function traitSql(name: string): ChStatement {
  return subcolumn("traits", pathOf(name));
}

import type { COUNT_MEASURES, Measure } from "@terrace/domain/insight/trends/trends-plan";
import type { Raw } from "@terrace/domain/insight/trends/trends-answer";
import { ch, type ChStatement } from "../../../platform/storage/clickhouse.ts";
import { PERSON_OF_EVENT } from "../../../platform/storage/person-of-event.ts";
import { fromMillionths, millionthsSql, propertyNumberSql } from "./property-values.ts";

/** Aggregates of a measure: a figure and, where it is divided, what by. Both as text, "" without a value. */
export type MeasureSql = { readonly figure: ChStatement; readonly base: ChStatement };

const PEOPLE = ch`uniqExactIf(${PERSON_OF_EVENT}, origin_id != 0)`;
const NOTHING = ch`''`;

/** How the engine reads a measure. */
export function measureSql(measure: Measure): MeasureSql {
  return "property" in measure ? propertyMeasureSql(measure) : countMeasureSql(measure.kind);
}

function countMeasureSql(kind: (typeof COUNT_MEASURES)[number]): MeasureSql {
  if (kind === "people") return { figure: ch`toString(${PEOPLE})`, base: NOTHING };
  return { figure: ch`toString(count())`, base: kind === "events" ? NOTHING : ch`toString(${PEOPLE})` };
}

function propertyMeasureSql(measure: Extract<Measure, { readonly property: string }>): MeasureSql {
  const number = propertyNumberSql(measure.property);
  const sum = ch`toString(sum(${millionthsSql(number)}))`;
  switch (measure.kind) {
    case "sum":
      return { figure: sum, base: NOTHING };
    case "sum_per_person":
      return { figure: sum, base: ch`toString(${PEOPLE})` };
    case "average":
      return { figure: sum, base: ch`toString(count(${number}))` };
    case "median":
      return { figure: quantile(50, number), base: NOTHING };
    case "percentile":
      return { figure: quantile(measure.percentile, number), base: NOTHING };
    case "min":
      return { figure: ch`ifNull(toString(min(${number})), '')`, base: NOTHING };
    case "max":
      return { figure: ch`ifNull(toString(max(${number})), '')`, base: NOTHING };
  }
}

/** What was read of a measure. */
export function rawOf({ kind }: Measure, row: { readonly figure: string; readonly base: string }): Raw {
  const isSum = kind === "sum" || kind === "sum_per_person" || kind === "average";
  const figure = row.figure === "" || row.figure === "nan" ? null : isSum ? fromMillionths(row.figure) : Number(row.figure);
  return { figure, base: row.base === "" ? null : Number(row.base) };
}

/** Whether the figure of the whole period has to be read besides those of its intervals. */
export function needsTotal({ kind }: Measure): boolean {
  return kind === "people" || kind === "events_per_person" || kind === "sum_per_person" || kind === "median" || kind === "percentile";
}

/** Events that a figure is made of: for a property those that have a number there. */
export function hasFigureSql(measure: Measure): ChStatement {
  return "property" in measure ? ch`isNotNull(${propertyNumberSql(measure.property)})` : ch`1`;
}

/** The level of a quantile cannot be bound; it is a number that the contract has checked. */
function quantile(percentile: number, number: ChStatement): ChStatement {
  const level: ChStatement = { text: String(percentile / 100), params: {} };
  return ch`ifNull(toString(quantileExactInclusiveOrNull(${level})(${number})), '')`;
}

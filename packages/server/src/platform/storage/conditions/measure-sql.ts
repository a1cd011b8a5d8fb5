import type { Compared, Count, Measure } from "@terrace/domain/conditions/condition";
import { MEASURED_MAX, MEASURED_UNIT, millionthsOf } from "@terrace/domain/conditions/measure";
import { dayAt, zoneClock } from "@terrace/domain/time/zoned-time";
import { ch, type ChStatement } from "../clickhouse.ts";
import { jsonNumberSql, jsonTextSql } from "./json-value-sql.ts";

/** What is asked of someone's events: columns over the events of each id, and a condition over those of all ids of a person; true or false, never null. */
export type Asked = { readonly columns: readonly ChStatement[]; readonly holds: ChStatement };

/** Which events are counted: a condition on their rows, undefined where every row that is read is one. */
export type Counted = ChStatement | undefined;

/** Names columns so that those of several leaves stand beside each other. */
export type NameColumn = (index: number) => ChStatement;

export const OP_SQL: { readonly [Op in Count["op"]]: ChStatement } = {
  eq: ch`=`,
  gt: ch`>`,
  gte: ch`>=`,
  lt: ch`<`,
  lte: ch`<=`,
};

/** How often. */
export function timesAsked({ op, value }: Count, counted: Counted, name: NameColumn): Asked {
  return {
    columns: [ch`${aggregate("count", undefined, counted)} as ${name(0)}`],
    holds: ch`(sum(${name(0)}) ${OP_SQL[op]} ${ch.value("UInt64", value)})`,
  };
}

/** From when on, and up to when, events are looked at, Unix ms; half-open. */
export type Reach = { readonly fromMs?: number; readonly toMs?: number };
type Measured = { readonly measure: Measure; readonly is: Compared; readonly zone: string; readonly reach: Reach };

/** The engine's half of `measureHolds`. */
export function measureAsked({ measure, is, zone, reach }: Measured, counted: Counted, name: NameColumn): Asked {
  const { columns, value } = measureValue({ measure, zone, reach }, counted, name);
  const op = OP_SQL[is.op];
  switch (measure.kind) {
    case "days":
    case "streak":
    case "distinct":
      return { columns, holds: ch`(${value} ${op} ${ch.value("UInt64", is.value)})` };
    case "sum":
    case "min":
    case "max":
      return { columns, holds: ch`ifNull(${value} ${op} ${millionths(is.value)}, 0)` };
    case "avg":
      // Compared without dividing.
      return {
        columns,
        holds: ch`(sum(${name(1)}) > 0 and sum(${name(0)}) ${op} ${millionths(is.value)} * toInt128(sum(${name(1)})))`,
      };
  }
}

function millionths(number: number): ChStatement {
  return ch`${ch.value("Int128", String(millionthsOf(number) ?? 0n))}`;
}

/** What someone's events come to: numbers in whole millionths, an average of them rounded towards nought. Null where there is no number to measure. */
export type MeasuredValue = { readonly columns: readonly ChStatement[]; readonly value: ChStatement };

/** How many events. */
export function timesValue(counted: Counted, name: NameColumn): MeasuredValue {
  return { columns: [ch`${aggregate("count", undefined, counted)} as ${name(0)}`], value: ch`sum(${name(0)})` };
}

export function measureValue({ measure, zone, reach }: Omit<Measured, "is">, counted: Counted, name: NameColumn): MeasuredValue {
  switch (measure.kind) {
    case "days":
    case "streak":
      return daysValue(measure.kind, { zone, reach }, counted, name);
    case "distinct":
      return distinctValue(jsonTextSql("properties", measure.property), counted, name);
    case "sum":
    case "avg":
    case "min":
    case "max":
      return numberValue(measure.kind, millionthsSql(jsonNumberSql("properties", measure.property)), counted, name);
  }
}

function numberValue(kind: "sum" | "avg" | "min" | "max", number: ChStatement, counted: Counted, name: NameColumn): MeasuredValue {
  if (kind === "min" || kind === "max") {
    const furthest = ch`${{ text: kind, params: {} }}(${name(0)})`;
    return { columns: [ch`${aggregate(kind, number, counted)} as ${name(0)}`], value: furthest };
  }
  const sum = ch`${aggregate("sum", ch`toInt128(ifNull(${number}, 0))`, counted)} as ${name(0)}`;
  if (kind === "sum") return { columns: [sum], value: ch`sum(${name(0)})` };
  const there = ch`${aggregate("count", number, counted)} as ${name(1)}`;
  return { columns: [sum, there], value: ch`intDiv(sum(${name(0)}), nullIf(toInt128(sum(${name(1)})), 0))` };
}

/** Sums of whole millionths come out the same in whatever order they are added. */
export function millionthsSql(number: ChStatement): ChStatement {
  const [max, unit] = [MEASURED_MAX, MEASURED_UNIT].map((each) => ch`${ch.value("Float64", each)}`);
  if (max === undefined || unit === undefined) throw new TypeError("two numbers");
  return ch`if(abs(${number}) <= ${max}, toInt64(floor(${number} * ${unit} + 0.5)), null)`;
}

function distinctValue(text: ChStatement, counted: Counted, name: NameColumn): MeasuredValue {
  const there = counted === undefined ? ch`${text} is not null` : ch`${counted} and ${text} is not null`;
  return {
    columns: [ch`uniqExactStateIf(assumeNotNull(${text}), ${there}) as ${name(0)}`],
    value: ch`uniqExactMerge(${name(0)})`,
  };
}

/** Of a time of few days, days are the bits of a number; else they are a list. */
function daysValue(
  kind: "days" | "streak",
  { zone, reach }: Pick<Measured, "zone" | "reach">,
  counted: Counted,
  name: NameColumn,
): MeasuredValue {
  const day = ch`toInt32(toDate32(time, ${ch.value("String", zone)}))`;
  const first = firstOfFewDays(reach, zone);
  if (first === undefined) {
    const days = ch`groupUniqArrayArray(${name(0)})`;
    return {
      columns: [ch`${aggregate("groupUniqArray", day, counted)} as ${name(0)}`],
      value: kind === "days" ? ch`length(${days})` : longestRun(ch`arraySort(${days})`),
    };
  }
  const bit = ch`bitShiftLeft(toUInt64(1), toUInt8(${day} - ${ch.value("Int32", first)}))`;
  const bits = ch`groupBitOr(${name(0)})`;
  return {
    columns: [ch`${aggregate("groupBitOr", bit, counted)} as ${name(0)}`],
    value: kind === "days" ? ch`bitCount(${bits})` : longestRun(ch`arrayMap(bit -> toInt32(bit), bitPositionsToArray(${bits}))`),
  };
}

const BITS = 64;

function firstOfFewDays({ fromMs, toMs }: Reach, zone: string): number | undefined {
  if (fromMs === undefined || toMs === undefined) return undefined;
  const clock = zoneClock(zone);
  const first = dayAt(fromMs, clock);
  return dayAt(toMs - 1, clock) - first < BITS ? first : undefined;
}

function longestRun(days: ChStatement): ChStatement {
  return ch`arrayMax(arrayMap(run -> length(run), arraySplit((day, gap) -> gap != 1, ${days}, arrayDifference(${days}))))`;
}

/** An aggregate over the events that are counted. */
export function aggregate(
  of: "count" | "sum" | "min" | "max" | "groupUniqArray" | "groupArray" | "groupBitOr",
  value: ChStatement | undefined,
  counted: Counted,
): ChStatement {
  const name = { text: counted === undefined ? of : `${of}If`, params: {} };
  const values = [value, counted].filter((each) => each !== undefined);
  return ch`${name}(${ch.join(values, ", ")})`;
}

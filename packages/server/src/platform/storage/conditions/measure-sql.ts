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
  switch (measure.kind) {
    case "days":
    case "streak":
      return daysAsked(measure.kind, { zone, reach }, { is, counted, name });
    case "distinct":
      return distinctAsked(jsonTextSql("properties", measure.property), { is, counted, name });
    case "sum":
    case "avg":
    case "min":
    case "max":
      return numberAsked(measure.kind, millionthsSql(jsonNumberSql("properties", measure.property)), { is, counted, name });
  }
}

type Asking = { readonly is: Compared; readonly counted: Counted; readonly name: NameColumn };

function numberAsked(kind: "sum" | "avg" | "min" | "max", number: ChStatement, { is, counted, name }: Asking): Asked {
  const asked = ch`${ch.value("Int128", String(millionthsOf(is.value) ?? 0n))}`;
  const op = OP_SQL[is.op];
  if (kind === "min" || kind === "max") {
    const furthest = ch`${{ text: kind, params: {} }}(${name(0)})`;
    return {
      columns: [ch`${aggregate(kind, number, counted)} as ${name(0)}`],
      holds: ch`ifNull(${furthest} ${op} ${asked}, 0)`,
    };
  }
  const sum = ch`${aggregate("sum", ch`toInt128(ifNull(${number}, 0))`, counted)} as ${name(0)}`;
  if (kind === "sum") return { columns: [sum], holds: ch`(sum(${name(0)}) ${op} ${asked})` };
  const there = ch`${aggregate("count", number, counted)} as ${name(1)}`;
  return {
    columns: [sum, there],
    holds: ch`(sum(${name(1)}) > 0 and sum(${name(0)}) ${op} ${asked} * toInt128(sum(${name(1)})))`,
  };
}

/** Sums of whole millionths come out the same in whatever order they are added. */
export function millionthsSql(number: ChStatement): ChStatement {
  const [max, unit] = [MEASURED_MAX, MEASURED_UNIT].map((each) => ch`${ch.value("Float64", each)}`);
  if (max === undefined || unit === undefined) throw new TypeError("two numbers");
  return ch`if(abs(${number}) <= ${max}, toInt64(floor(${number} * ${unit} + 0.5)), null)`;
}

function distinctAsked(text: ChStatement, { is, counted, name }: Asking): Asked {
  const there = counted === undefined ? ch`${text} is not null` : ch`${counted} and ${text} is not null`;
  return {
    columns: [ch`uniqExactStateIf(assumeNotNull(${text}), ${there}) as ${name(0)}`],
    holds: whole(ch`uniqExactMerge(${name(0)})`, is),
  };
}

function whole(number: ChStatement, { op, value }: Compared): ChStatement {
  return ch`(${number} ${OP_SQL[op]} ${ch.value("UInt64", value)})`;
}

/** Of a time of few days, days are the bits of a number; else they are a list. */
function daysAsked(kind: "days" | "streak", { zone, reach }: Pick<Measured, "zone" | "reach">, { is, counted, name }: Asking): Asked {
  const day = ch`toInt32(toDate32(time, ${ch.value("String", zone)}))`;
  const first = firstOfFewDays(reach, zone);
  if (first === undefined) {
    const days = ch`groupUniqArrayArray(${name(0)})`;
    return {
      columns: [ch`${aggregate("groupUniqArray", day, counted)} as ${name(0)}`],
      holds: whole(kind === "days" ? ch`length(${days})` : longestRun(ch`arraySort(${days})`), is),
    };
  }
  const bit = ch`bitShiftLeft(toUInt64(1), toUInt8(${day} - ${ch.value("Int32", first)}))`;
  const bits = ch`groupBitOr(${name(0)})`;
  return {
    columns: [ch`${aggregate("groupBitOr", bit, counted)} as ${name(0)}`],
    holds: whole(kind === "days" ? ch`bitCount(${bits})` : longestRun(ch`arrayMap(bit -> toInt32(bit), bitPositionsToArray(${bits}))`), is),
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

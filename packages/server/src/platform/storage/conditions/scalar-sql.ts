import type { Scalar, Test } from "@terrace/domain/conditions/condition";
import { DECIMAL, foldAscii, TOKEN } from "@terrace/domain/conditions/value-at";
import type { AskedDays } from "@terrace/domain/conditions/day-test";
import { ch, type ChStatement } from "../clickhouse.ts";
import { dayOfNumberSql, dayOfTextSql } from "./day-sql.ts";

/** What is asked of a value of one of the engine's types: a condition on an expression of that type. */
type Ask = (value: ChStatement) => ChStatement;

/** What is asked by type of value; a type without an entry never stands the test. A condition is null or false where the value is null. */
export type ScalarAsks = { readonly [Type in ScalarType]?: Ask | undefined };

export const SCALAR_TYPES = ["String", "Int64", "Float64", "Bool"] as const;
export type ScalarType = (typeof SCALAR_TYPES)[number];

/** A test of one value: not the negations and not whether there is one. */
export type ScalarTest =
  Exclude<Test, { readonly isSet: boolean } | { readonly isNot: readonly Scalar[] } | { readonly containsNot: string }> | DayAsked;

/** That a date, or the day of an instant in a zone, is one of some days. */
export type DayAsked = { readonly days: AskedDays; readonly zone: string };

/** The engine's half of `passesTest`, for single values. */
export function scalarAsks(test: ScalarTest): ScalarAsks {
  if ("days" in test) return dayAsks(test);
  if ("is" in test) return isAsks(test.is);
  if ("contains" in test)
    return searchAsks(
      foldAscii(test.contains),
      (text, asked) => text.includes(asked),
      (text, asked) => ch`position(${text}, ${asked}) > 0`,
    );
  if ("startsWith" in test)
    return searchAsks(
      foldAscii(test.startsWith),
      (text, asked) => text.startsWith(asked),
      (text, asked) => ch`startsWith(${text}, ${asked})`,
    );
  if ("endsWith" in test)
    return searchAsks(
      foldAscii(test.endsWith),
      (text, asked) => text.endsWith(asked),
      (text, asked) => ch`endsWith(${text}, ${asked})`,
    );
  return numberAsks(rangeSql(test));
}

type RangeTest = Exclude<
  ScalarTest,
  DayAsked | { is: readonly Scalar[] } | { contains: string } | { startsWith: string } | { endsWith: string }
>;

function rangeSql(test: RangeTest): Ask {
  if ("gt" in test) return (value) => ch`${value} > ${float(test.gt)}`;
  if ("gte" in test) return (value) => ch`${value} >= ${float(test.gte)}`;
  if ("lt" in test) return (value) => ch`${value} < ${float(test.lt)}`;
  if ("lte" in test) return (value) => ch`${value} <= ${float(test.lte)}`;
  return (value) => ch`${value} >= ${float(test.between[0])} and ${value} <= ${float(test.between[1])}`;
}

function numberAsks(inRange: Ask): ScalarAsks {
  return { String: (value) => ch`(${inRange(ch`toFloat64OrNull(${value})`)} and ${isDecimal(value)})`, Int64: inRange, Float64: inRange };
}

/** Comparing stored numbers with the numbers whose text was asked for is quicker than making a text of each, and the same. */
function isAsks(asked: readonly Scalar[]): ScalarAsks {
  const texts = [...new Set(asked.map(String))];
  const given = asked.filter((each) => typeof each === "number");
  const numbers = [...new Set([...given, ...texts.filter((text) => String(Number(text)) === text).map(Number)])].filter(Number.isFinite);
  const whole = numbers.filter((number) => Number.isSafeInteger(number));
  const booleans = [true, false].filter((each) => texts.includes(String(each)));
  return {
    String: (value) => {
      const byText = ch`${value} in ${ch.value("Array(String)", texts)}`;
      if (given.length === 0) return byText;
      return ch`(${byText} or (toFloat64OrNull(${value}) in ${floats(given)} and ${isDecimal(value)}))`;
    },
    Int64: whole.length === 0 ? undefined : (value) => ch`${value} in ${ch.value("Array(Int64)", whole)}`,
    Float64: numbers.length === 0 ? undefined : (value) => ch`${value} in ${floats(numbers)}`,
    Bool: boolAsk(booleans),
  };
}

/** `inText` answers for texts known beforehand, `sql` asks the engine; both see lower case. */
function searchAsks(
  asked: string,
  inText: (text: string, asked: string) => boolean,
  sql: (text: ChStatement, asked: ChStatement) => ChStatement,
): ScalarAsks {
  const bound = ch`${ch.value("String", asked)}`;
  const printed: Ask = (value) => sql(ch`toString(${value})`, bound);
  return {
    String: (value) => ch`(${sql(ch`lower(${value})`, bound)} and ${isNoToken(value)})`,
    Int64: /^[-0-9]+$/.test(asked) ? printed : undefined,
    Float64: /^[-.e0-9]+$/.test(asked) ? printed : undefined,
    Bool: boolAsk([true, false].filter((each) => inText(String(each), asked))),
  };
}

function boolAsk(asked: readonly boolean[]): Ask | undefined {
  if (asked.length === 0) return undefined;
  return asked.length === 2 ? (value) => ch`${value} is not null` : (value) => ch`${value} = ${ch.value("Bool", asked[0] === true)}`;
}

function dayAsks({ days, zone }: DayAsked): ScalarAsks {
  const isAsked = (day: ChStatement): ChStatement =>
    "from" in days
      ? ch`(toInt32(${day}) >= ${ch.value("Int32", days.from)} and toInt32(${day}) <= ${ch.value("Int32", days.to)})`
      : ch`(toMonth(${day}) * 100 + toDayOfMonth(${day}) in ${ch.value("Array(UInt16)", days.ofYear)})`;
  const ofNumber: Ask = (value) => isAsked(dayOfNumberSql(value, zone));
  const decimal: Ask = (value) => ch`(${isDecimal(value)} and ${ofNumber(ch`toFloat64OrNull(${value})`)})`;
  return {
    String: (value) => ch`(ifNull(${isAsked(dayOfTextSql(value, zone))}, 0) or ifNull(${decimal(value)}, 0))`,
    Int64: ofNumber,
    Float64: ofNumber,
  };
}

function isDecimal(value: ChStatement): ChStatement {
  return ch`match(${value}, ${ch.value("String", DECIMAL)})`;
}

/** Most texts are ruled out by their first letter. */
function isNoToken(value: ChStatement): ChStatement {
  return ch`not (startsWith(${value}, '~') and match(${value}, ${ch.value("String", TOKEN)}))`;
}

function float(value: number): ChStatement {
  return ch`${ch.value("Float64", value)}`;
}

function floats(values: readonly number[]): ChStatement {
  return ch`${ch.value("Array(Float64)", values)}`;
}

import { DAY_TEXT, INSTANT_END, MILLISECONDS_FROM, MILLISECONDS_TO, SECONDS_FROM, SECONDS_TO } from "@terrace/domain/conditions/day-test";
import { ch, type ChStatement } from "../clickhouse.ts";

/** The day of a text that holds a date or an instant (`dayOf` in the domain); null for another. */
export function dayOfTextSql(text: ChStatement, zone: string): ChStatement {
  const written = ch`substring(${text}, 1, 10)`;
  const date = ch`toDate32OrNull(${written})`;
  // The engine would take the thirtieth of February for a day in March.
  const isDay = ch`(match(${text}, ${ch.value("String", DAY_TEXT)}) and toString(${date}) = ${written})`;
  const isInstant = ch`(length(${text}) > 10 and match(${text}, ${ch.value("String", INSTANT_END)}))`;
  const instant = ch`parseDateTime64BestEffortOrNull(${text}, 3, 'UTC')`;
  return ch`if(${isDay}, if(${isInstant}, toDate32(${instant}, ${ch.value("String", zone)}), ${date}), null)`;
}

/** The day of a number that is an instant, in Unix seconds or milliseconds; null for another. */
export function dayOfNumberSql(number: ChStatement, zone: string): ChStatement {
  const between = (from: number, to: number): ChStatement =>
    ch`(${number} >= ${ch.value("Float64", from)} and ${number} < ${ch.value("Float64", to)})`;
  const day = (milliseconds: ChStatement): ChStatement =>
    ch`toDate32(fromUnixTimestamp64Milli(toInt64(${milliseconds}), 'UTC'), ${ch.value("String", zone)})`;
  return ch`multiIf(${between(SECONDS_FROM, SECONDS_TO)}, ${day(ch`floor(${number}) * 1000`)}, ${between(MILLISECONDS_FROM, MILLISECONDS_TO)}, ${day(ch`floor(${number})`)}, null)`;
}

import type { Span } from "@terrace/domain/insight/metrics/window-span";
import { planIntervalSteps } from "@terrace/domain/insight/time/interval-number";
import { ch, type ChStatement } from "../../../../platform/storage/clickhouse.ts";
import { intervalBits, type IntervalBits } from "../../time/interval-bits.ts";
import { intervalNumberSql } from "../../time/interval-number-sql.ts";
import { instant } from "./atom-ground.ts";

/**
 * In which intervals a person has so many events in the window of each, as bits. Windows of consecutive intervals never go back, so the windows that
 * an event lies in are consecutive: from `lowest` up to and without `behind`. One event is thus two numbers, whatever the number of intervals; and
 * n events in order lie in one window where the last one's lowest is below the first one's behind.
 */
export type HeldWindows = {
  /** Rising beginnings and ends. Without beginnings a window reaches back for ever. */
  readonly spans: readonly Span[];
  /** The window of all intervals together; its bit is the one after theirs. */
  readonly whole: Span;
};

/** So many intervals are read at once: they and the whole have a bit each. */
export const HELD_INTERVALS_MAX = 255;

/** Bits for each of some intervals and for the whole. */
export function heldBits(intervals: number): IntervalBits {
  return intervalBits(intervals + 1);
}

/** The bits of the windows that a row of `events` lies in. */
export function bitsOfRowSql(windows: HeldWindows): ChStatement {
  const bits = heldBits(windows.spans.length);
  const inWhole = ch`if(${isInSql(windows.whole)}, bitShiftLeft(${bits.one}, ${ch.value("UInt16", windows.spans.length)}), ${bits.none})`;
  return ch`bitOr(${rangeSql(bits, lowestSql(windows), behindSql(windows))}, ${inWhole})`;
}

/** Both numbers of a row of `events` in one, UInt32; those of later rows are never smaller. */
export function rangeOfRowSql(windows: HeldWindows): ChStatement {
  return ch`toUInt32(bitOr(bitShiftLeft(toUInt32(${lowestSql(windows)}), 16), toUInt32(${behindSql(windows)})))`;
}

/** The condition that a row lies in a window at all. */
export function isInAnySql(windows: HeldWindows): ChStatement {
  return ch`${lowestSql(windows)} < ${behindSql(windows)}`;
}

/** The condition that a row of `events` lies in a window. */
export function isInSql({ fromMs, toMs }: Span): ChStatement {
  const before = ch`time < ${instant(toMs)}`;
  return fromMs === null ? before : ch`(time >= ${instant(fromMs)} and ${before})`;
}

/** The bits of the intervals with so many events, from the numbers of a person's rows in order. */
export function bitsOfRangesSql(windows: HeldWindows, ranges: ChStatement, atLeast: number): ChStatement {
  const bits = heldBits(windows.spans.length);
  const [lowest, behind] = [ch`bitShiftRight(latest, 16)`, ch`bitAnd(earliest, 65535)`];
  const first = ch`arraySlice(${ranges}, 1, greatest(toInt64(length(${ranges})) - ${ch.value("Int64", atLeast - 1)}, 0))`;
  const last = ch`arraySlice(${ranges}, ${ch.value("Int64", atLeast)})`;
  return ch`arrayReduce('groupBitOr', arrayMap((earliest, latest) -> if(${lowest} < ${behind}, ${rangeSql(bits, lowest, behind)}, ${bits.none}), ${first}, ${last}))`;
}

/** All bits that mean something. */
export function allBitsSql(intervals: number): ChStatement {
  const bits = heldBits(intervals);
  return ch`bitShiftRight(bitNot(${bits.none}), ${ch.value("UInt16", bits.width - intervals - 1)})`;
}

/** The bits from one up to and without another that is not below it. */
function rangeSql({ none }: IntervalBits, from: ChStatement, to: ChStatement): ChStatement {
  return ch`bitXor(bitShiftLeft(bitNot(${none}), ${from}), bitShiftLeft(bitNot(${none}), ${to}))`;
}

function lowestSql({ spans }: HeldWindows): ChStatement {
  return countBegunSql(spans.map(({ toMs }) => toMs));
}

function behindSql({ spans }: HeldWindows): ChStatement {
  const starts = spans.map(({ fromMs, toMs }) => (fromMs === null ? -Infinity : Math.min(fromMs, toMs)));
  const everywhere = starts.filter((start) => start === -Infinity).length;
  if (everywhere === starts.length) return ch`toUInt16(${ch.value("UInt16", everywhere)})`;
  return countBegunSql(starts);
}

/** How many of some rising instants are not after a row's time, UInt16. */
function countBegunSql(instants: readonly number[]): ChStatement {
  const counts = new Map(instants.map((each, index) => [each, index + 1]));
  const bounds = [...counts.keys()];
  const [first, last] = [bounds[0] ?? 0, bounds.at(-1) ?? 0];
  const all = ch`toUInt16(${ch.value("UInt16", instants.length)})`;
  if (bounds.length <= 1) return ch`if(time < ${instant(first)}, toUInt16(0), ${all})`;
  const between =
    bounds.length === instants.length && planIntervalSteps(bounds) !== undefined
      ? ch`toUInt16(${intervalNumberSql({ unit: "day", bounds }, ch`time`)} + 1)`
      : lookedUp(bounds, [...counts.values()]);
  return ch`multiIf(time < ${instant(first)}, toUInt16(0), time >= ${instant(last)}, ${all}, ${between})`;
}

function lookedUp(bounds: readonly number[], counts: readonly number[]): ChStatement {
  const from = ch.value("Array(Int64)", bounds);
  return ch`transform(roundDown(toUnixTimestamp64Milli(time), ${from}), ${from}, ${ch.value("Array(UInt16)", counts)}, toUInt16(0))`;
}

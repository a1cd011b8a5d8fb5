import { planIntervalSteps } from "@terrace/domain/insight/time/interval-number";
import type { Intervals } from "@terrace/domain/insight/time/intervals";
import { ch, type ChStatement } from "../../../platform/storage/clickhouse.ts";

/**
 * The number of the interval that a time lies in, UInt16. The bounds are reckoned here and stand in the statement as constants, so that the engine
 * needs no zone and cannot be of another opinion about one. Means something within the bounds only; what lies before counts as 0.
 */
export function intervalNumberSql({ bounds }: Intervals, time: ChStatement): ChStatement {
  const ms = ch`toUnixTimestamp64Milli(${time})`;
  const steps = planIntervalSteps(bounds);
  if (steps === undefined) return lookedUp(bounds, ms);
  const since = ch`${ms} - ${ch.value("Int64", steps.originMs)}`;
  const number = (elapsed: ChStatement): ChStatement => ch`toUInt16(greatest(intDiv(${elapsed}, ${ch.value("Int64", steps.widthMs)}), 0))`;
  if (steps.shifts.length === 0) return number(since);
  const adds = [0, ...steps.shifts.map(({ addMs }) => addMs)];
  const cases = ch.join(
    steps.shifts.map(({ fromMs }, index) => ch`${ms} < ${ch.value("Int64", fromMs)}, ${ch.value("Int64", adds[index] ?? 0)}`),
    ", ",
  );
  return number(ch`${since} + multiIf(${cases}, ${ch.value("Int64", adds.at(-1) ?? 0)})`);
}

/** Bounds without a step between them (many months) are searched. */
function lookedUp(bounds: readonly number[], ms: ChStatement): ChStatement {
  const starts = bounds.slice(0, -1).flatMap((bound, index) => (bound === bounds[index + 1] ? [] : [{ bound, index }]));
  const from = ch.value(
    "Array(Int64)",
    starts.map(({ bound }) => bound),
  );
  const to = ch.value(
    "Array(UInt16)",
    starts.map(({ index }) => index),
  );
  return ch`transform(roundDown(${ms}, ${from}), ${from}, ${to}, toUInt16(0))`;
}

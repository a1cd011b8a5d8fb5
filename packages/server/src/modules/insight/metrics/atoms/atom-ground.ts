import type { Condition, EventSelector } from "@terrace/domain/conditions/condition";
import type { MetricLine } from "@terrace/domain/insight/metrics/evaluate-expression";
import { intervalCount, type Intervals } from "@terrace/domain/insight/time/intervals";
import type { Period } from "@terrace/domain/insight/time/calendar";
import { ch, type ChStatement } from "../../../../platform/storage/clickhouse.ts";
import { anyEventSql, eventConditionSql } from "../../../../platform/storage/condition-sql.ts";
import type { Asking, Filters } from "../../time/asking.ts";
import { intervalNumberSql } from "../../time/interval-number-sql.ts";

/** What the figures of an atom are read with. */
export type AtomGround = {
  readonly asking: Asking;
  /** The filters of the query; the scope of the asking says the same in SQL. */
  readonly filters: Filters;
  /** What a line of a breakdown narrows every event to. */
  readonly where?: Condition | undefined;
};

/** The rows of the workspace that an atom may read: those that meet the filters. */
export function rowsSql(ground: AtomGround): ChStatement {
  return ch`${ground.asking.tools.scope} and ${narrowedSql(ground)}`;
}

/** What a line of a breakdown leaves of them. */
export function narrowedSql({ asking, where }: AtomGround): ChStatement {
  return where === undefined ? ch`1` : eventConditionSql(where, asking.tools);
}

/** The workspace, for the condition that every statement has. */
export function workspaceOf({ asking }: AtomGround): ReturnType<typeof ch.value> {
  return ch.value("UInt32", asking.workspaceId);
}

/** The condition that a row is one of some events. */
export function anyOfSql({ asking }: AtomGround, selectors: readonly EventSelector[]): ChStatement {
  return anyEventSql(selectors, asking.tools);
}

/** The number of the interval that a row's time lies in, from 1: 0 is what a grouping set without it answers. */
export function stepSql(intervals: Intervals): ChStatement {
  return ch`toUInt16(${intervalNumberSql(intervals, ch`time`)} + 1)`;
}

/** From the beginning of the first interval to the end of the last. */
export function spanOf({ bounds }: Intervals): Period {
  return { fromMs: bounds[0] ?? 0, toMs: bounds.at(-1) ?? 0 };
}

/** An instant in SQL. */
export function instant(ms: number): ChStatement {
  return ch`fromUnixTimestamp64Milli(${ch.value("Int64", ms)})`;
}

/** A line of numbers that add up over the intervals; where nothing was read there is 0. */
export function addingLine(intervals: Intervals, read: ReadonlyMap<number, number>): MetricLine {
  const points = Array.from({ length: intervalCount(intervals) }, (_, at) => read.get(at) ?? 0);
  return { points, total: points.reduce((sum, point) => sum + point, 0) };
}

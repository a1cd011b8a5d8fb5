import type { Condition } from "@terrace/domain/conditions/condition";
import type { BoundAtom } from "@terrace/domain/insight/metrics/metric";
import type { MetricLine } from "@terrace/domain/insight/metrics/evaluate-expression";
import { dayOf, dayStart } from "@terrace/domain/insight/time/calendar";
import { intervalAt, intervalCount, type Intervals } from "@terrace/domain/insight/time/intervals";
import { dayOfIso, isoDay, zoneClock } from "@terrace/domain/time/zoned-time";
import { ch } from "../../../../platform/storage/clickhouse.ts";
import { isOwnCurrencySql } from "../../commerce/net-amount-sql.ts";
import { minorDigits } from "../../overview.ts";
import { inPeriod, readRows } from "../../time/asking.ts";
import { fromMillionths, millionthsSql, propertyNumberSql } from "../../trends/property-values.ts";
import { haveEverCome } from "./event-figures.views.ts";
import { anyOfSql, rowsSql, workspaceOf, spanOf, stepSql, type AtomGround } from "./atom-ground.ts";

type ChannelAtom = Extract<BoundAtom, { readonly kind: "channel" }>;
type Sums = ReadonlyMap<number, number>;

/**
 * What was imported for the days of each interval, and what events tell besides. Null everywhere when there was never either, or when a
 * filter asks for something that imported figures do not say: they know channels and nothing else.
 */
export async function channelFigures(ground: AtomGround, atom: ChannelAtom, intervals: Intervals): Promise<MetricLine> {
  const channels = channelsWanted(ground);
  const tracked = await trackedFigures(ground, atom, intervals);
  const imported = channels === undefined ? new Map<number, number>() : await importedFigures(ground, atom, { intervals, channels });
  const isUnknown = tracked.size === 0 && imported.size === 0 && !(await wereAny(ground, atom, channels !== undefined));
  const points = Array.from({ length: intervalCount(intervals) }, (_, at) =>
    isUnknown ? null : (tracked.get(at) ?? 0) + (imported.get(at) ?? 0),
  );
  return { points, total: isUnknown ? null : points.reduce((sum: number, point) => sum + (point ?? 0), 0) };
}

/** Which channels the filters leave: all, some, or undefined where they ask for more than imported figures know. */
export function channelsWanted({
  filters,
  where,
  asking,
}: Pick<AtomGround, "filters" | "where"> & { readonly asking: { readonly isOfGroup?: boolean } }): "all" | readonly string[] | undefined {
  const conditions = [filters.events, where].filter((each) => each !== undefined);
  if (filters.people !== undefined || asking.isOfGroup === true) return undefined;
  return conditions.length === 0 ? "all" : channelsOf({ all: conditions });
}

function channelsOf(condition: Condition): readonly string[] | undefined {
  if ("all" in condition) {
    const parts = condition.all.map(channelsOf);
    return parts.reduce((left, right) =>
      left === undefined || right === undefined ? undefined : left.filter((each) => right.includes(each)),
    );
  }
  return "property" in condition && condition.property === "channel" && "is" in condition ? condition.is.map(String) : undefined;
}

async function trackedFigures(ground: AtomGround, { figure, tracked }: ChannelAtom, intervals: Intervals): Promise<Sums> {
  const { currency } = ground.asking;
  // An event without a number is one exposure, but no click and no cost.
  const number = ch`ifNull(${propertyNumberSql(figure)}, ${ch.value("Float64", figure === "exposures" ? 1 : 0)})`;
  const counts = figure === "cost" ? isOwnCurrencySql({ currency, digits: minorDigits(currency) }) : ch`1`;
  const rows = await readRows<{ step: number; sum: string }>(
    ground.asking,
    "insight.metric_channels",
    ch`select ${stepSql(intervals)} as step, toString(sum(${millionthsSql(number)})) as sum from events
    where workspace_id = ${workspaceOf(ground)} and ${rowsSql(ground)} and ${inPeriod(spanOf(intervals))} and ${anyOfSql(ground, tracked)} and ${counts} group by step order by step limit 10000`,
  );
  return new Map(rows.map(({ step, sum }) => [step - 1, inUnit(ground, figure, fromMillionths(sum))]));
}

async function importedFigures(
  { asking }: AtomGround,
  { figure }: ChannelAtom,
  { intervals, channels }: { readonly intervals: Intervals; readonly channels: "all" | readonly string[] },
): Promise<Sums> {
  const clock = zoneClock(asking.calendar.zone);
  const { fromMs, toMs } = spanOf(intervals);
  const { db } = asking;
  const only = channels === "all" ? db`` : db`and channel = any(${channels as string[]})`;
  const own = figure === "cost" ? db`and currency in ('', ${asking.currency})` : db``;
  // Of each day, channel and campaign the newest import counts.
  const rows = await db<{ day: string; sum: number }[]>`
    select day::text as day, sum(${db(figure)})::float8 as sum from (
      select distinct on (day, channel, campaign) day, channel, exposures, clicks, cost, currency from channel_figure
      where workspace_id = ${asking.workspaceId} and day >= ${isoDay(dayOf(fromMs, clock))} and day <= ${isoDay(dayOf(toMs - 1, clock))}
      order by day, channel, campaign, import_id desc
    ) counted where true ${only} ${own} group by 1 order by 1 limit 100000`;
  const sums = new Map<number, number>();
  for (const { day, sum } of rows) {
    const at = intervalAt(intervals, dayStart(dayOfIso(day) ?? 0, asking.calendar));
    if (at !== undefined) sums.set(at, (sums.get(at) ?? 0) + inUnit({ asking }, figure, sum));
  }
  return sums;
}

async function wereAny(ground: AtomGround, { tracked }: ChannelAtom, mayBeImported: boolean): Promise<boolean> {
  const { asking } = ground;
  const [row] = mayBeImported
    ? await asking.db<{ any: boolean }[]>`select exists (select from channel_figure where workspace_id = ${asking.workspaceId}) as any`
    : [{ any: false }];
  if (row?.any ?? false) return true;
  return haveEverCome(ground, tracked);
}

function inUnit({ asking }: Pick<AtomGround, "asking">, figure: ChannelAtom["figure"], value: number): number {
  return figure === "cost" ? Math.round(value * 10 ** minorDigits(asking.currency)) : value;
}

import { PERIODS_MAX, VARIANTS_MAX } from "@terrace/contract/api/insight-experiment";
import type { UnitColumn } from "@terrace/domain/experiments/unit-metric";
import { ch, type ChStatement } from "../../../platform/storage/clickhouse.ts";
import { PERSON_OF_EVENT } from "../../../platform/storage/person-of-event.ts";
import { instant, workspaceOf } from "../metrics/atoms/atom-ground.ts";
import { readRows, type Asking } from "../time/asking.ts";
import type { ExperimentPlan, PlannedMetric } from "./experiment-plan.ts";
import { askedPeopleSql, exposedSql, OTHER_UNIT } from "./exposed.views.ts";
import { bare, columnsToRead, eventSides, valueSql, type EventSides, type ReadColumn } from "./unit-columns-sql.ts";

/** What is read of a metric in a variant, in the order of its values. */
export type ReadMoments = {
  readonly n: number;
  readonly sums: readonly number[];
  /** Of each value with itself and those behind it, row by row. */
  readonly products: readonly number[];
  readonly caps: readonly (number | null)[];
  /** It and both ends of its interval. */
  readonly quantile: readonly (number | null)[] | null;
};
export type ReadVariant = {
  readonly variant: number;
  /** By whose shares they were drawn, counted from 0. */
  readonly period: number;
  readonly people: number;
  readonly conflicts: number;
  readonly metrics: readonly ReadMoments[];
};

/** As many rows as there may be: of variants, those unknown and other units in every period. */
const ROWS_MAX = (VARIANTS_MAX + 2) * (PERIODS_MAX + 1);

/** Sums over the people of each variant in each period, all metrics in one pass over the events of exposed people. A variant without people has no row. */
export async function readExperiment(asking: Asking, plan: ExperimentPlan): Promise<readonly ReadVariant[]> {
  const told = plan.metrics.map((metric, at) => momentsSql(plan, metric, at));
  const rows = await readRows<{
    variant: number;
    period: number;
    people: number;
    conflicts: number;
    told: readonly (readonly (number | null)[])[];
  }>(
    asking,
    "insight.experiment",
    ch`select variant, period, count() as people, countIf(conflict) as conflicts, [${ch.join(told, ", ")}] as told
      from (${cappedSql(plan, peopleSql(asking, plan))}) group by variant, period order by variant, period limit ${bare(String(ROWS_MAX))}`,
  );
  return rows.map(({ variant, period, people, conflicts, told: metrics }) => ({
    variant,
    period,
    people,
    conflicts,
    metrics: metrics.map((numbers, at) => readMoments(numbers, plan.metrics[at], plan)),
  }));
}

/** The people of a variant: all, those who saw several, or those with a value of a metric. */
export function peopleOfVariant(
  asking: Asking,
  plan: ExperimentPlan,
  cell: { readonly variant: number; readonly conflicts: boolean; readonly converted: number | undefined },
): ChStatement {
  const isConflict = cell.conflicts ? ch`conflict` : ch`1`;
  const variant = ch.value("UInt8", cell.variant);
  if (cell.converted === undefined)
    return ch`select person from (${exposedSql(asking, plan)}) where variant = ${variant} and ${isConflict}`;
  const metric = plan.metrics[cell.converted];
  if (metric === undefined) throw new RangeError("a metric that is not asked for");
  const alone: ExperimentPlan = { ...plan, metrics: [metric], beforeMs: null };
  return ch`select person from (${peopleSql(asking, alone)}) where variant = ${variant} and ${isConflict} and counts0 and v0_0 != 0`;
}

/** How many values of a metric are told: those before the exposure stand behind those after it. */
function valueCount({ values }: PlannedMetric, { beforeMs }: ExperimentPlan): number {
  return values.length * (beforeMs === null ? 1 : 2);
}

/** One row per exposed person: `variant`, `conflict`, and of each metric whether they count (`counts0`) and their values (`v0_0`, `v0_1` …). */
function peopleSql(asking: Asking, plan: ExperimentPlan): ChStatement {
  const { all, nameOf } = columnsToRead(plan);
  const values = plan.metrics.flatMap((metric, at) => {
    const before = plan.beforeMs === null ? [] : metric.values;
    const named = (window: ReadColumn["windowMs"]) => (column: UnitColumn) => nameOf(column, window);
    return [
      ch`${countsSql(plan, metric)} as ${bare(`counts${at}`)}`,
      ...metric.values.map((value, index) => ch`${valueSql(value, named(metric.windowMs))} as ${bare(`v${at}_${index}`)}`),
      ...before.map((value, index) => ch`${valueSql(value, named("before"))} as ${bare(`v${at}_${metric.values.length + index}`)}`),
    ];
  });
  return ch`select person, variant, ${periodSql(plan)} as period, conflict, ${ch.join(values, ", ")} from (${columnsSql(asking, plan, all)})`;
}

/**
 * The period by whose shares a person's variant was drawn: the one their first exposure names, if there is such a one; else how many periods had begun behind the first
 * one when they were exposed.
 */
function periodSql({ periodsMs }: ExperimentPlan): ChStatement {
  if (periodsMs === null || periodsMs.length === 0) return ch`toUInt16(0)`;
  const begun = ch`arrayCount(begin -> begin <= first_at, ${ch.value("Array(Int64)", periodsMs)})`;
  return ch`toUInt16(if(drawn <= ${ch.value("UInt16", periodsMs.length)}, drawn, ${begun}))`;
}

/** Whether a person counts for a metric: their window is over, or nobody waits for that. */
function countsSql({ waitsForWindows, toMs }: ExperimentPlan, { windowMs }: PlannedMetric): ChStatement {
  if (!waitsForWindows || windowMs === null) return ch`1`;
  return ch`first_at + ${ch.value("Int64", windowMs)} <= ${ch.value("Int64", toMs)}`;
}

/** The columns of each exposed person, whatever they did: whoever did nothing has zeros. */
function columnsSql(asking: Asking, plan: ExperimentPlan, columns: readonly ReadColumn[]): ChStatement {
  const sides = eventSides({ asking, filters: {} }, columns);
  const added = columns.map(({ name, column, windowMs }) => ch`${sides.added(column, withinSql(plan, windowMs))} as ${name}`);
  return ch`
    select exposed.person as person, any(exposed.variant) as variant, any(exposed.conflict) as conflict, any(exposed.at) as first_at${plan.both === null ? ch`, any(exposed.drawn) as drawn` : ch``}, ${ch.join(added, ", ")}
    from (${doneSql(asking, plan, sides)}) as done right join (${askedPeopleSql(asking, plan)}) as exposed on done.doer = exposed.person group by exposed.person`;
}

/** What counts for some column, a row each: whose it is (`doer`), when it was (`done_at`), and what `sides` tell of it. */
export function doneSql(asking: Asking, plan: ExperimentPlan, sides: EventSides): ChStatement {
  const sinceMs = plan.fromMs - (plan.beforeMs ?? 0);
  return ch`
    select ${PERSON_OF_EVENT} as doer, toUnixTimestamp64Milli(time) as done_at, ${sides.select} from events
    where workspace_id = ${workspaceOf({ asking, filters: {} })} and origin_id != 0 and time >= ${instant(sinceMs)} and time < ${instant(plan.toMs)} and ${sides.any}`;
}

/** Whether what was done lies in a time of its person; it lies before the end of the experiment anyway. */
function withinSql({ beforeMs, both }: ExperimentPlan, windowMs: ReadColumn["windowMs"]): ChStatement {
  const began = bare(both === null ? "at" : "began");
  if (windowMs === "before") return ch`done_at < ${began} and done_at >= ${began} - ${ch.value("Int64", beforeMs ?? 0)}`;
  if (windowMs === null) return ch`done_at >= at`;
  return ch`done_at >= at and done_at < at + ${ch.value("Int64", windowMs)}`;
}

/** The same rows with what higher values count as, in every variant alike. */
function cappedSql(plan: ExperimentPlan, people: ChStatement): ChStatement {
  const isKnown = plan.both === null ? ch` and variant < ${ch.value("UInt8", OTHER_UNIT)}` : ch``;
  const capped = plan.metrics.flatMap(({ winsorise, ...metric }, at) =>
    winsorise === null
      ? []
      : Array.from({ length: valueCount({ ...metric, winsorise }, plan) }, (_, index) => {
          const [value, counts] = [bare(`v${at}_${index}`), bare(`counts${at}`)];
          const level = bare(String(winsorise));
          return ch`quantileExactInclusiveOrNullIf(${level})(${value}, ${counts} and ${value} != 0${isKnown}) over () as ${bare(`cap${at}_${index}`)}`;
        }),
  );
  return capped.length === 0 ? people : ch`select *, ${ch.join(capped, ", ")} from (${people})`;
}

/** The numbers of one metric in one list: people, sums, products, caps, and of a quantile its three. */
function momentsSql(plan: ExperimentPlan, metric: PlannedMetric, at: number): ChStatement {
  const counts = bare(`counts${at}`);
  const count = valueCount(metric, plan);
  const cap = (index: number): ChStatement => bare(`cap${at}_${index}`);
  const value = (index: number): ChStatement => {
    const name = bare(`v${at}_${index}`);
    return metric.winsorise === null ? name : ch`least(${name}, ifNull(${cap(index)}, ${name}))`;
  };
  const all = Array.from({ length: count }, (_, index) => index);
  const parts = [
    ch`toFloat64(countIf(${counts}))`,
    ...all.map((index) => ch`sumIf(${value(index)}, ${counts})`),
    ...all.flatMap((a) => all.slice(a).map((b) => ch`sumIf(${value(a)} * ${value(b)}, ${counts})`)),
    ...(metric.winsorise === null ? [] : all.map((index) => ch`any(${cap(index)})`)),
    ...(metric.unit.statistic === "quantile" ? quantileSql(metric.unit.level, value(0), counts) : []),
  ];
  return ch`[${ch.join(
    parts.map((part) => ch`toNullable(toFloat64(${part}))`),
    ", ",
  )}]`;
}

/** The quantile between the two nearest values, and the quantiles at the ends of its 95 % interval. */
function quantileSql(level: number, value: ChStatement, counts: ChStatement): readonly ChStatement[] {
  const n = ch`toFloat64(countIf(${counts}))`;
  const sorted = ch`arraySort(groupArrayIf(${value}, ${counts}))`;
  const spread = ch`${ch.value("Float64", QUANTILE_Z * Math.sqrt(level * (1 - level)))} / sqrt(${n})`;
  const [at, place] = [ch.value("Float64", level), bare("place")];
  const below = ch`toUInt64(floor(${place})) + 1`;
  const above = ch`toUInt64(ceil(${place})) + 1`;
  const between = ch`values[${below}] + (${place} - floor(${place})) * (values[${above}] - values[${below}])`;
  const quantile = (share: ChStatement): ChStatement =>
    ch`if(${n} = 0, null, arrayMap((values, place) -> ${between}, [${sorted}], [greatest(0, least(1, ${share})) * (${n} - 1)])[1])`;
  return [quantile(ch`${at}`), quantile(ch`${at} - ${spread}`), quantile(ch`${at} + ${spread}`)];
}

/** Standard deviations that 95 % lie within. */
const QUANTILE_Z = 1.959963984540054;

function readMoments(numbers: readonly (number | null)[], metric: PlannedMetric | undefined, plan: ExperimentPlan): ReadMoments {
  if (metric === undefined) throw new RangeError("a metric that was not asked for");
  const count = valueCount(metric, plan);
  const places = [1, count, (count * (count + 1)) / 2, metric.winsorise === null ? 0 : count];
  const [[n] = [], sums = [], products = [], caps = [], quantile = []] = cut(numbers, places);
  return {
    n: orZero(n),
    sums: sums.map(orZero),
    products: products.map(orZero),
    caps: caps.length === 0 ? sums.map(() => null) : caps,
    quantile: metric.unit.statistic === "quantile" ? quantile : null,
  };
}

/** A sum of nobody is none. */
function orZero(sum: number | null | undefined): number {
  return sum ?? 0;
}

/** Cuts a list into parts of some lengths and the rest. */
function cut<T>(list: readonly T[], lengths: readonly number[]): readonly (readonly T[])[] {
  let from = 0;
  const parts = lengths.map((length) => list.slice(from, (from += length)));
  return [...parts, list.slice(from)];
}

import { unitValue, type UnitColumn, type UnitValue } from "@terrace/domain/experiments/unit-metric";
import { ch, type ChStatement } from "../../../platform/storage/clickhouse.ts";
import { readRows, type Asking } from "../time/asking.ts";
import { DAY_MS, type ExperimentPlan, type PlannedMetric } from "./experiment-plan.ts";
import { doneSql } from "./experiment.views.ts";
import { exposedSql, OTHER_UNIT } from "./exposed.views.ts";
import { bare, columnsToRead, eventSides, valueSql } from "./unit-columns-sql.ts";

/** Sums over people; products as rows of each value with itself and those behind it. */
export type Summed = { readonly n: number; readonly sums: readonly number[]; readonly products: readonly (readonly number[])[] };
export type ReadDays = { readonly days: readonly Summed[]; readonly trend: Summed | null; readonly caps: readonly (number | null)[] };
type Row = {
  readonly variant: number;
  /** A day counted from 1; 0: that of people. */
  readonly slot: number;
  readonly told: readonly (readonly (number | null)[])[];
  readonly trends: readonly (readonly (number | null)[])[];
};
type Had = { readonly variant: number; readonly had: readonly number[] };

/**
 * Of each variant, of each metric, sums over people for each of the first 24-hour days from their exposure. Only a person's days with an event have rows: all others have
 * the value of doing nothing, and are added to the sums here.
 */
export async function readNovelty(asking: Asking, plan: ExperimentPlan, days: number): Promise<readonly (readonly ReadDays[])[]> {
  const counted = Array.from({ length: days }, (_, day) => ch`countIf(whole > ${ch.value("UInt32", day)})`);
  const had = await readRows<Had>(
    asking,
    "insight.experiment_novelty",
    ch`select variant, [${ch.join(counted, ", ")}] as had from (${hadSql(asking, plan, days)}) group by variant order by variant limit 1000`,
  );
  const told = plan.metrics.map(({ values, winsorise }, at) =>
    listSql([
      ch`sum(many)`,
      ...columnsOfDays(values.length).map((name) => ch`sum(${bare(`${name}_${at}`)})`),
      ...(winsorise === null ? [] : values.map((_, index) => ch`any(${bare(`held${index}_${at}`)})`)),
    ]),
  );
  const rows = await readRows<Row>(
    asking,
    "insight.experiment_novelty",
    ch`select variant, slot, [${ch.join(told, ", ")}] as told, [${ch.join(plan.metrics.map(trendSumsSql), ", ")}] as trends
      from (${setsSql(plan, days, cappedSql(plan, valuesSql(asking, plan, days)))})
      where slot != 0 or person != 0 group by variant, slot order by variant, slot limit 10000`,
  );
  return plan.variants.map((_, variant) => {
    const own = rows.filter((row) => row.variant === variant);
    const ofVariant = had.find((row) => row.variant === variant)?.had ?? [];
    return plan.metrics.map((metric, at) => readDays(own, { metric, at, days, had: ofVariant, caps: capsOf(rows, metric, at) }));
  });
}

/** Whoever was exposed to a variant there is, and how many of the days they have had. */
function hadSql(asking: Asking, plan: ExperimentPlan, days: number): ChStatement {
  const whole = ch`least(${ch.value("Int64", days)}, intDiv(${ch.value("Int64", plan.toMs)} - at, ${ch.value("Int64", DAY_MS)}))`;
  return ch`select person, variant, at, ${whole} as whole from (${exposedSql(asking, plan)}) where variant < ${ch.value("UInt8", OTHER_UNIT)}`;
}

/** One row per person and day that is over and has an event of them: `v0_0` …, the day as `slot`, and how many days the person has had (`whole`). */
function valuesSql(asking: Asking, plan: ExperimentPlan, days: number): ChStatement {
  const { all, nameOf } = columnsToRead(plan);
  const sides = eventSides({ asking, filters: {} }, all);
  const day = ch.value("Int64", DAY_MS);
  const added = all.map(({ name, column }) => ch`${sides.added(column, ch`1`)} as ${name}`);
  const values = plan.metrics.flatMap((metric, at) =>
    metric.values.map((value, index) => ch`${valueSql(value, (column: UnitColumn) => nameOf(column, null))} as ${valueOf(at, index)}`),
  );
  return ch`select person, variant, whole, slot, ${ch.join(values, ", ")} from (
    select exposed.person as person, any(exposed.variant) as variant, any(exposed.whole) as whole, toUInt8(intDiv(done_at - exposed.at, ${day}) + 1) as slot, ${ch.join(added, ", ")}
    from (${doneSql(asking, plan, sides)}) as done inner join (${hadSql(asking, plan, days)}) as exposed on done.doer = exposed.person
    where done_at >= exposed.at and done_at < exposed.at + exposed.whole * ${day} group by exposed.person, slot)`;
}

/** The same rows with what higher values of a day count as, in every variant and on every day alike. */
function cappedSql({ metrics }: ExperimentPlan, rows: ChStatement): ChStatement {
  const caps = metrics.flatMap(({ winsorise, values }, at) =>
    winsorise === null
      ? []
      : values.map((value, index) => {
          const [of, idle] = [valueOf(at, index), ch.value("Float64", idleOf(value))];
          return ch`quantileExactInclusiveOrNullIf(${bare(String(winsorise))})(${of}, ${of} != 0 and ${of} != ${idle}) over () as ${cap(at, index)}`;
        }),
  );
  return caps.length === 0 ? rows : ch`select *, ${ch.join(caps, ", ")} from (${rows})`;
}

/**
 * The same rows added up twice in one pass: per variant and day, and (`slot` 0) per person who had all days, with what all their days together are off from doing nothing
 * (`off`) and by how much they rise a day. All others of a variant are one more row, of person 0.
 */
function setsSql(plan: ExperimentPlan, days: number, rows: ChStatement): ChStatement {
  const middle = (days + 1) / 2;
  const squares = (days * (days ** 2 - 1)) / 12;
  const columns = plan.metrics.flatMap((metric, at) => {
    const all = metric.values.map((_, index) => index);
    const value = (index: number): ChStatement => held(metric, { at, index }, valueOf(at, index));
    const off = ch`(${value(0)} - ${idleSql(metric, at)})`;
    const summed = [...all.map(value), ...all.flatMap((a) => all.slice(a).map((b) => ch`${value(a)} * ${value(b)}`))];
    return [
      ...columnsOfDays(all.length).map((name, place) => ch`sum(${summed[place] ?? ch`0`}) as ${bare(`${name}_${at}`)}`),
      ...(metric.winsorise === null ? [] : all.map((index) => ch`any(${cap(at, index)}) as ${bare(`held${index}_${at}`)}`)),
      ...(isTrending(metric)
        ? [
            ch`sum(${off}) / ${ch.value("Float64", days)} + any(${idleSql(metric, at)}) as ${bare(`mean_${at}`)}`,
            ch`sum((slot - ${ch.value("Float64", middle)}) * ${off}) / ${ch.value("Float64", squares)} as ${bare(`slope_${at}`)}`,
          ]
        : []),
    ];
  });
  return ch`select variant, slot, person, count() as many, ${ch.join(columns, ", ")}
    from (select * replace (if(whole >= ${ch.value("UInt32", days)}, person, 0) as person) from (${rows}))
    group by grouping sets ((variant, slot), (variant, person))`;
}

/** Names of the sums of a metric's values, and of their products. */
function columnsOfDays(width: number): readonly string[] {
  const all = Array.from({ length: width }, (_, index) => index);
  return [...all.map((a) => `sum${a}`), ...all.flatMap((a) => all.slice(a).map((b) => `product${a}${b}`))];
}

/** Of people who had all days: sums and products of their slopes and means. */
function trendSumsSql(metric: PlannedMetric, at: number): ChStatement {
  if (!isTrending(metric)) return listSql([]);
  const [slope, mean] = [bare(`slope_${at}`), bare(`mean_${at}`)];
  const summed = [ch`1`, slope, mean, ch`${slope} * ${slope}`, ch`${slope} * ${mean}`, ch`${mean} * ${mean}`];
  return listSql(summed.map((each) => ch`sum(${each})`));
}

/** A quotient has no slope: those of its parts are not its own. */
function isTrending({ values }: PlannedMetric): boolean {
  return values.length === 1;
}

function listSql(parts: readonly ChStatement[]): ChStatement {
  if (parts.length === 0) return ch`cast([], 'Array(Nullable(Float64))')`;
  return ch`[${ch.join(
    parts.map((part) => ch`toNullable(toFloat64(${part}))`),
    ", ",
  )}]`;
}

function readDays(
  rows: readonly Row[],
  {
    metric,
    at,
    days,
    had,
    caps,
  }: {
    readonly metric: PlannedMetric;
    readonly at: number;
    readonly days: number;
    readonly had: readonly number[];
    readonly caps: ReadDays["caps"];
  },
): ReadDays {
  const idle = metric.values.map((value, index) => Math.min(idleOf(value), caps[index] ?? Infinity));
  const trend = rows.find(({ slot }) => slot === 0)?.trends[at] ?? [];
  return {
    caps,
    days: Array.from({ length: days }, (_, day) =>
      completed(rows.find(({ slot }) => slot === day + 1)?.told[at] ?? [], had[day] ?? 0, idle),
    ),
    trend: isTrending(metric) ? completed(trend, had[days - 1] ?? 0, [0, idle[0] ?? 0]) : null,
  };
}

/** What higher values count as: one of all rows. */
function capsOf(rows: readonly Row[], { values, winsorise }: PlannedMetric, at: number): ReadDays["caps"] {
  const width = values.length;
  return values.map((_, index) =>
    winsorise === null ? null : (rows[0]?.told[at]?.[1 + width + (width * (width + 1)) / 2 + index] ?? null),
  );
}

/** Sums with those added who have no row: they did nothing. */
function completed(told: readonly (number | null)[], n: number, idle: readonly number[]): Summed {
  const read = summedOf(told, idle.length);
  const missing = n - read.n;
  return {
    n,
    sums: read.sums.map((sum, a) => sum + missing * (idle[a] ?? 0)),
    products: read.products.map((row, a) => row.map((product, b) => product + missing * (idle[a] ?? 0) * (idle[a + b] ?? 0))),
  };
}

/** Numbers in the order of the statement: how many, sums, products. */
function summedOf(numbers: readonly (number | null)[], width: number): Summed {
  const at = (index: number): number => numbers[index] ?? 0;
  let next = 1 + width;
  return {
    n: at(0),
    sums: Array.from({ length: width }, (_, a) => at(1 + a)),
    products: Array.from({ length: width }, (_, a) => Array.from({ length: width - a }, () => at(next++))),
  };
}

/** What a person who does nothing has on a day. */
function idleOf(value: UnitValue): number {
  return unitValue(value, () => 0);
}

function idleSql(metric: PlannedMetric, at: number): ChStatement {
  const [value] = metric.values;
  if (value === undefined) throw new RangeError("a value that a metric does not have");
  return held(metric, { at, index: 0 }, ch`${ch.value("Float64", idleOf(value))}`);
}

function held(
  { winsorise }: PlannedMetric,
  { at, index }: { readonly at: number; readonly index: number },
  value: ChStatement,
): ChStatement {
  return winsorise === null ? value : ch`least(${value}, ifNull(${cap(at, index)}, ${value}))`;
}

function valueOf(at: number, index: number): ChStatement {
  return bare(`v${at}_${index}`);
}

function cap(at: number, index: number): ChStatement {
  return bare(`cap${at}_${index}`);
}

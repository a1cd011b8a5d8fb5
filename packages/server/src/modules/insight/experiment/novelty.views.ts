import { unitValue, type UnitColumn } from "@terrace/domain/experiments/unit-metric";
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
  readonly day: number;
  /** How many people have had each of the days; only in the row of no day. */
  readonly had: readonly number[];
  readonly told: readonly (readonly (number | null)[])[];
  readonly trends: readonly (readonly (number | null)[])[];
};

/** The row of a person that belongs to no day: everyone has one. */
const NO_DAY = -1;

/**
 * Of each variant, of each metric, sums over people for each of the first 24-hour days from their exposure, all in one pass. People and days without an event have no row
 * in it: they have the value of doing nothing, and are added to the sums here.
 */
export async function readNovelty(asking: Asking, plan: ExperimentPlan, days: number): Promise<readonly (readonly ReadDays[])[]> {
  const had = Array.from({ length: days }, (_, day) => ch`countIf(day = ${bare(String(NO_DAY))} and whole > ${ch.value("UInt32", day)})`);
  const rows = await readRows<Row>(
    asking,
    "insight.experiment_novelty",
    ch`select variant, day, [${ch.join(had, ", ")}] as had, [${ch.join(plan.metrics.map(daySumsSql), ", ")}] as told,
        [${ch.join(
          plan.metrics.map((metric, at) => trendSumsSql(metric, at, days)),
          ", ",
        )}] as trends
      from ${asRowsSql(plan, personSql(plan, days, cappedSql(plan, valuesSql(asking, plan, days))))}
      group by variant, day order by variant, day limit 10000`,
  );
  return plan.variants.map((_, variant) => {
    const own = rows.filter((row) => row.variant === variant);
    return plan.metrics.map((metric, at) => readDays(own, { metric, at, days }));
  });
}

/** One row per person and day with an event of them, and one of no day for whoever has none of them: `v0_0` …, and how many days the person has had (`whole`). */
function valuesSql(asking: Asking, plan: ExperimentPlan, days: number): ChStatement {
  const { all, nameOf } = columnsToRead(plan);
  const sides = eventSides({ asking, filters: {} }, all);
  const whole = ch`least(${ch.value("Int64", days)}, intDiv(${ch.value("Int64", plan.toMs)} - at, ${ch.value("Int64", DAY_MS)}))`;
  const lies = ch`done_at >= at and done_at < at + ${whole} * ${ch.value("Int64", DAY_MS)}`;
  const day = ch`toInt16(if(${lies}, intDiv(done_at - at, ${ch.value("Int64", DAY_MS)}), ${bare(String(NO_DAY))}))`;
  const added = all.map(({ name, column }) => ch`${sides.added(column, ch`1`)} as ${name}`);
  const values = plan.metrics.flatMap((metric, at) =>
    metric.values.map((value, index) => ch`${valueSql(value, (column: UnitColumn) => nameOf(column, null))} as ${valueOf(at, index)}`),
  );
  const exposed = ch`select person, variant, at from (${exposedSql(asking, plan)}) where variant < ${ch.value("UInt8", OTHER_UNIT)}`;
  return ch`select person, variant, whole, day, ${ch.join(values, ", ")} from (
    select exposed.person as person, any(exposed.variant) as variant, any(${whole}) as whole, ${day} as day, ${ch.join(added, ", ")}
    from (${doneSql(asking, plan, sides)}) as done right join (${exposed}) as exposed on done.doer = exposed.person group by exposed.person, day)`;
}

/** The same rows with what higher values of a day count as, in every variant and on every day alike. */
function cappedSql({ metrics }: ExperimentPlan, rows: ChStatement): ChStatement {
  const caps = metrics.flatMap(({ winsorise, values }, at) =>
    winsorise === null
      ? []
      : values.map((value, index) => {
          const [of, idle] = [
            valueOf(at, index),
            ch.value(
              "Float64",
              unitValue(value, () => 0),
            ),
          ];
          const isSomething = ch`day != ${bare(String(NO_DAY))} and ${of} != 0 and ${of} != ${idle}`;
          return ch`quantileExactInclusiveOrNullIf(${bare(String(winsorise))})(${of}, ${isSomething}) over () as ${cap(at, index)}`;
        }),
  );
  return caps.length === 0 ? rows : ch`select *, ${ch.join(caps, ", ")} from (${rows})`;
}

/** One row per person: lists of their days and of the values of these, and of each value that is one of a mean its slope and mean over all days. */
function personSql(plan: ExperimentPlan, days: number, rows: ChStatement): ChStatement {
  const middle = (days - 1) / 2;
  const squares = (days * (days ** 2 - 1)) / 12;
  const ofDay = ch`day != ${bare(String(NO_DAY))}`;
  const columns = plan.metrics.flatMap((metric, at) =>
    metric.values.flatMap((_, index) => {
      const [value, idle] = [held(metric, { at, index }, valueOf(at, index)), idleSql(metric, { at, index })];
      const slope = ch`sumIf((day - ${ch.value("Float64", middle)}) / ${ch.value("Float64", squares)} * (${value} - ${idle}), ${ofDay})`;
      const mean = ch`any(${idle}) + sumIf(${value} - ${idle}, ${ofDay}) / ${ch.value("Float64", days)}`;
      return [
        ch`arrayConcat([${slope}], groupArrayIf(${value}, ${ofDay})) as ${bare(`list${at}_${index}`)}`,
        ch`${mean} as ${bare(`mean${at}_${index}`)}`,
        ...(metric.winsorise === null ? [] : [ch`any(${cap(at, index)}) as ${bare(`held${at}_${index}`)}`]),
      ];
    }),
  );
  return ch`select any(variant) as variant, any(whole) as whole, arrayConcat([toInt16(${bare(String(NO_DAY))})], groupArrayIf(day, ${ofDay})) as days, ${ch.join(columns, ", ")}
    from (${rows}) group by person`;
}

/** The lists of a person as rows again: one for each day (`x0_0` …), and the one of no day, in which the slopes stand. */
function asRowsSql({ metrics }: ExperimentPlan, people: ChStatement): ChStatement {
  const lists = metrics.flatMap(({ values }, at) => values.map((_, index) => ch`${bare(`list${at}_${index}`)} as ${x(at, index)}`));
  return ch`(${people}) array join days as day, ${ch.join(lists, ", ")}`;
}

/** Of a day: its rows, sums and products of their values, and what higher values count as. */
function daySumsSql(metric: PlannedMetric, at: number): ChStatement {
  const all = metric.values.map((_, index) => index);
  return listSql([
    ch`count()`,
    ...all.map((index) => ch`sum(${x(at, index)})`),
    ...all.flatMap((a) => all.slice(a).map((b) => ch`sum(${x(at, a)} * ${x(at, b)})`)),
    ...(metric.winsorise === null ? [] : all.map((index) => ch`any(${bare(`held${at}_${index}`)})`)),
  ]);
}

/** Of people who had all days: sums and products of their slopes and means. A quotient has none: those of its parts are not its own. */
function trendSumsSql({ values }: PlannedMetric, at: number, days: number): ChStatement {
  if (values.length > 1 || days < 2) return listSql([]);
  const [slope, mean] = [x(at, 0), bare(`mean${at}_0`)];
  const summed = [ch`1`, slope, mean, ch`${slope} * ${slope}`, ch`${slope} * ${mean}`, ch`${mean} * ${mean}`];
  return listSql(summed.map((each) => ch`sumIf(${each}, day = ${bare(String(NO_DAY))} and whole >= ${ch.value("UInt32", days)})`));
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
  { metric, at, days }: { readonly metric: PlannedMetric; readonly at: number; readonly days: number },
): ReadDays {
  const none = rows.find(({ day }) => day === NO_DAY);
  const width = metric.values.length;
  const caps = metric.values.map((_, index) =>
    metric.winsorise === null ? null : (none?.told[at]?.[1 + width + (width * (width + 1)) / 2 + index] ?? null),
  );
  const idle = metric.values.map((value, index) =>
    Math.min(
      unitValue(value, () => 0),
      caps[index] ?? Infinity,
    ),
  );
  const trend = none?.trends[at] ?? [];
  return {
    caps,
    days: Array.from({ length: days }, (_, day) =>
      completed(rows.find((row) => row.day === day)?.told[at] ?? [], none?.had[day] ?? 0, idle),
    ),
    trend: width > 1 || days < 2 ? null : summedOf(trend, 2),
  };
}

/** Sums with those added who have no row: they did nothing on that day. */
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

type Place = { readonly at: number; readonly index: number };

/** What a person who does nothing has on a day. */
function idleSql(metric: PlannedMetric, { at, index }: Place): ChStatement {
  const value = metric.values[index];
  if (value === undefined) throw new RangeError("a value that a metric does not have");
  const idle = unitValue(value, () => 0);
  return held(metric, { at, index }, ch`${ch.value("Float64", idle)}`);
}

function held({ winsorise }: PlannedMetric, { at, index }: Place, value: ChStatement): ChStatement {
  return winsorise === null ? value : ch`least(${value}, ifNull(${cap(at, index)}, ${value}))`;
}

function valueOf(at: number, index: number): ChStatement {
  return bare(`v${at}_${index}`);
}

function cap(at: number, index: number): ChStatement {
  return bare(`cap${at}_${index}`);
}

/** The value of a day, and in the row of no day the slope. */
function x(at: number, index: number): ChStatement {
  return bare(`x${at}_${index}`);
}

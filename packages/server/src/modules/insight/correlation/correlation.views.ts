import type { Period } from "@terrace/domain/insight/time/calendar";
import { ch, type ChStatement } from "../../../platform/storage/clickhouse.ts";
import { personNumbersSql, type PersonMeasure } from "../person-values/person-values.views.ts";
import { inPeriod, perPerson, readRows, type Asking } from "../time/asking.ts";

/** What was reckoned of two measures over people. */
export type PairFigures = { readonly n: number; readonly pearson: number | null; readonly spearman: number | null };
export type MeasureFigures = { readonly n: number; readonly mean: number | null; readonly sd: number | null };

/** Stands for everybody in place of a measure's number. */
const EVERYBODY = 255;

/** The coefficients of all pairs of measures, in the order (0, 1), (0, 2) … (1, 2) …, and what each measure is like; in one pass. */
export async function correlatePeople(
  asking: Asking,
  period: Period,
  measures: readonly PersonMeasure[],
): Promise<{ readonly pairs: readonly PairFigures[]; readonly measures: readonly MeasureFigures[] }> {
  const ranked = rankColumns(measures);
  const pairs = pairsOf(measures.length).map(([a, b]) => {
    const [x, y] = [column(a), column(b)];
    const both = ch`(isNotNull(${x}) and isNotNull(${y}))`;
    const ranks = ch`corrStableIf(${ranked.of(a, b)}, ${ranked.of(b, a)}, ${both})`;
    return ch`tuple(countIf(${both}), ${finite(ch`corrStable(${x}, ${y})`)}, ${finite(ranks)})`;
  });
  const own = measures.map(
    (_, index) =>
      ch`tuple(count(${column(index)}), ${finite(ch`avg(${column(index)})`)}, ${finite(ch`stddevSampStable(${column(index)})`)})`,
  );
  const [row] = await readRows<{ pairs: [number, number | null, number | null][]; own: [number, number | null, number | null][] }>(
    asking,
    "insight.correlation",
    ch`select [${ch.join(pairs, ", ")}] as pairs, [${ch.join(own, ", ")}] as own
    from (select *, ${ch.join(ranked.columns, ", ")} from (${numbersSql(asking, period, measures)})) /* workspace_id is named in what it reads */ limit 1`,
  );
  return {
    pairs: (row?.pairs ?? []).map(([n, pearson, spearman]) => ({ n, pearson, spearman })),
    measures: (row?.own ?? []).map(([n, mean, sd]) => ({ n, mean, sd })),
  };
}

/**
 * Columns of ranks, ties sharing their mean rank (the engine's own rankCorr does not reckon with ties). Ranks are those among the people who have both
 * numbers of a pair: beside a trait, which some do not have, a measure has other ranks than beside a number that everybody has.
 */
function rankColumns(measures: readonly PersonMeasure[]): {
  readonly columns: readonly ChStatement[];
  readonly of: (measure: number, beside: number) => ChStatement;
} {
  const lacking = measures.flatMap((measure, index) => ("trait" in measure ? [index] : []));
  const name = (measure: number, beside: number): ChStatement => ({
    text: lacking.includes(beside) ? `r${measure}_${beside}` : `r${measure}`,
    params: {},
  });
  const rank = (measure: number, beside: number | undefined): ChStatement => {
    const own = column(measure);
    const both = beside === undefined ? ch`isNotNull(${own})` : ch`(isNotNull(${own}) and isNotNull(${column(beside)}))`;
    return ch`rank() over (partition by ${both} order by ${own}) + (count() over (partition by ${both}, ${own}) - 1) / 2 as ${beside === undefined ? column(measure, "r") : name(measure, beside)}`;
  };
  const columns = measures.flatMap((_, measure) => [
    rank(measure, undefined),
    ...lacking.filter((beside) => beside !== measure).map((beside) => rank(measure, beside)),
  ]);
  return { columns, of: name };
}

/** The numbers of some people, always the same ones, drawn by a hash of their ids. */
export async function samplePeople(
  asking: Asking,
  period: Period,
  { measures, sample }: { readonly measures: readonly PersonMeasure[]; readonly sample: number },
): Promise<readonly (readonly (number | null)[])[]> {
  if (sample === 0) return [];
  const rows = await readRows<{ point: readonly (number | null)[] }>(
    asking,
    "insight.correlation_sample",
    ch`select [${ch.join(
      measures.map((_, index) => column(index)),
      ", ",
    )}] as point
    from (${numbersSql(asking, period, measures)}) /* workspace_id is named in what it reads */ order by cityHash64(person), person limit ${ch.value("UInt32", sample)}`,
  );
  return rows.map(({ point }) => point);
}

export type Range = { readonly measure: number; readonly from: number | null; readonly to: number | null };

/** A statement of the people whose numbers lie in all of some closed ranges. */
export function peopleInRanges(
  asking: Asking,
  period: Period,
  { measures, ranges }: { readonly measures: readonly PersonMeasure[]; readonly ranges: readonly Range[] },
): ChStatement {
  const within = ranges.flatMap(({ measure, from, to }) => [
    ch`isNotNull(${column(measure)})`,
    ...(from === null ? [] : [ch`${column(measure)} >= ${ch.value("Float64", from)}`]),
    ...(to === null ? [] : [ch`${column(measure)} <= ${ch.value("Float64", to)}`]),
  ]);
  return ch`select person from (${numbersSql(asking, period, measures)}) where ${ch.join(within, " and ")}`;
}

/** Places of all pairs. */
export function pairsOf(count: number): readonly (readonly [number, number])[] {
  return Array.from({ length: count }, (_, a) => Array.from({ length: count - a - 1 }, (__, more) => [a, a + 1 + more] as const)).flat();
}

/**
 * One row for each person with any event in the period (with any of the traits, where nothing else is asked): `person`, and `m0`, `m1` … their numbers.
 * What was not done counts as 0; a trait that is not there is null.
 */
function numbersSql(asking: Asking, period: Period, measures: readonly PersonMeasure[]): ChStatement {
  const asksEvents = measures.some((measure) => "event" in measure);
  const everybody = perPerson(
    asking.workspaceId,
    ch`select origin_id from events where workspace_id = ${ch.value("UInt32", asking.workspaceId)} and origin_id != 0 and ${inPeriod(period)} and ${asking.tools.scope} group by origin_id`,
    ch`1 as found`,
  );
  const parts = [
    ...(asksEvents
      ? [ch`select person, toUInt8(${ch.value("UInt8", EVERYBODY)}) as place, toFloat64(0) as number from (${everybody})`]
      : []),
    ...measures.map(
      (measure, index) => ch`select person, ${placeOf(index)} as place, number from (${personNumbersSql(asking, period, measure)})`,
    ),
  ];
  const columns = measures.map((measure, index) => {
    const sum = ch`sumIf(number, place = ${placeOf(index)})`;
    return "event" in measure
      ? ch`toNullable(${sum}) as ${column(index)}`
      : ch`if(countIf(place = ${placeOf(index)}) = 0, null, ${sum}) as ${column(index)}`;
  });
  const isOne = asksEvents ? ch`having countIf(place = ${ch.value("UInt8", EVERYBODY)}) > 0` : ch``;
  return ch`select person, ${ch.join(columns, ", ")} from (${ch.join(parts, " union all ")}) group by person ${isOne}`;
}

function column(index: number, letter: "m" | "r" = "m"): ChStatement {
  return { text: `${letter}${index}`, params: {} };
}

function placeOf(index: number): ChStatement {
  return ch`toUInt8(${ch.value("UInt8", index)})`;
}

/** Of too few or equal numbers the engine answers "not a number". */
function finite(figure: ChStatement): ChStatement {
  return ch`if(isFinite(${figure}), toNullable(toFloat64(${figure})), null)`;
}

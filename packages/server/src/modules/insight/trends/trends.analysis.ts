import { listTrendPeople, queryTrends, type trendsQuerySchema } from "@terrace/contract/api/insight-trends";
import { isByPerson, type ByEvent } from "@terrace/domain/insight/breakdown";
import { intervalCount, intervalLabels, type Intervals } from "@terrace/domain/insight/time/intervals";
import { alignedTo, changeOf, formulaLine, lineOf, movingAverage, type Line } from "@terrace/domain/insight/trends/trends-answer";
import { planTrends, type TrendsPlan } from "@terrace/domain/insight/trends/trends-plan";
import { hideTokens } from "@terrace/domain/personal/hide-tokens";
import type { z } from "zod";
import { faultError, valueOrThrow } from "../../../platform/http/fault-error.ts";
import { analysis } from "../analysis.ts";
import { groupCases, type GroupCase } from "../breakdown/in-groups.ts";
import type { Asking } from "../time/asking.ts";
import type { ShownValues } from "./breakdown-sql.ts";
import { peopleBehindLine, readLines, topValues, type RawLines } from "./trends.views.ts";
import { readValues, type ValuesRead } from "./values-at-once.views.ts";

type Body = z.output<typeof trendsQuerySchema>;
type AnsweredLine = z.input<typeof queryTrends.response>["lines"][number];

/** Trends, and the people behind their points. */
export const trends = analysis({
  kind: "trends",
  route: queryTrends,
  groups: { narrows: "all" },
  answer: async (asking, body) => {
    const plan = valueOrThrow(planTrends(body, asking.calendar, asking.nowMs));
    const labels = (intervals: Intervals) => intervalLabels(intervals, asking.calendar, asking.nowMs);
    return {
      zone: asking.calendar.zone,
      intervals: labels(plan.intervals),
      ...(plan.previous === undefined ? {} : { previousIntervals: labels(plan.previous) }),
      lines: isOfPeople(body)
        ? await linesOfGroups(asking, body, plan)
        : await linesOf(asking, body, plan, await valuesRead(asking, body, plan)),
    };
  },
  people: {
    route: listTrendPeople,
    behind: async (asking, body) => {
      const plan = valueOrThrow(planTrends(body, asking.calendar, asking.nowMs));
      const { cell } = body;
      const series = body.series[cell.series];
      const intervals = cell.previous ? plan.previous : plan.intervals;
      if (series === undefined || intervals === undefined || (cell.interval ?? 0) >= intervalCount(intervals))
        throw faultError("insight.no_such_cell", { field: "cell", mend: "Name a series and an interval of the answer, counted from 0" });
      if (isOfPeople(body)) {
        const found = (await groupsOf(asking, body, plan)).find(
          (each) => each.other === cell.other && (cell.other || each.value === (cell.value ?? null)),
        );
        if (found === undefined) return noSuchValue();
        return peopleBehindLine(found.asking, { series, intervals, breakdown: undefined }, { interval: cell.interval, place: 0 });
      }
      const shown = await shownValues(asking, body, plan);
      return peopleBehindLine(
        asking,
        { series, intervals, breakdown: breakdownOf(body, shown) },
        { interval: cell.interval, place: placeOf(shown, cell) },
      );
    },
  },
});

function isOfPeople({ breakdown }: Body): boolean {
  return breakdown !== undefined && isByPerson(breakdown.by);
}

/** The groups of a breakdown by what is told of people; those of the first series stand for all of them. */
async function groupsOf(asking: Asking, { series, breakdown }: Body, { intervals }: TrendsPlan): Promise<readonly GroupCase[]> {
  const [first] = series;
  if (first === undefined || breakdown === undefined) return [];
  const period = { fromMs: intervals.bounds[0] ?? 0, toMs: intervals.bounds.at(-1) ?? 0 };
  return groupCases(asking, { ...breakdown, events: [first.event], period });
}

/** The lines of each group by itself. */
async function linesOfGroups(asking: Asking, body: Body, plan: TrendsPlan): Promise<AnsweredLine[]> {
  const lines: AnsweredLine[] = [];
  for (const { value, other, asking: ofGroup } of await groupsOf(asking, body, plan)) {
    const own = await linesOf(ofGroup, { ...body, breakdown: undefined }, plan, undefined);
    lines.push(...own.map((line) => ({ ...line, other, ...(other ? {} : { value: value === null ? null : hideTokens(value) }) })));
  }
  return lines;
}

/** The values told one by one are those of the first series, for all series and both periods: lines of one value stand beside each other. */
async function shownValues(asking: Asking, { series, breakdown }: Body, { intervals }: TrendsPlan): Promise<ShownValues | undefined> {
  const [first] = series;
  if (breakdown === undefined || first === undefined || isByPerson(breakdown.by)) return undefined;
  return topValues(asking, { series: first, intervals }, { by: breakdown.by, top: breakdown.top });
}

/** The same with the lines of the first series, where they come with them. */
async function valuesRead(asking: Asking, { series, breakdown }: Body, { intervals }: TrendsPlan): Promise<ValuesRead | undefined> {
  const [first] = series;
  if (breakdown === undefined || first === undefined || isByPerson(breakdown.by)) return undefined;
  return readValues(asking, { series: first, intervals }, { by: breakdown.by, top: breakdown.top });
}

async function linesOf(asking: Asking, body: Body, plan: TrendsPlan, values: ValuesRead | undefined): Promise<AnsweredLine[]> {
  const shown = values?.shown;
  const current = await readSeries(asking, body, plan.intervals, values);
  const previous =
    plan.previous === undefined ? undefined : await readSeries(asking, body, plan.previous, shown && { shown, lines: undefined });
  const length = intervalCount(plan.intervals);
  const places = [...(current[0]?.keys() ?? [])];
  return places.flatMap((place) => {
    const now = withFormula(plan, body, current, place);
    const before = previous === undefined ? undefined : withFormula(plan, body, previous, place).map(({ line }) => alignedTo(length, line));
    return now.map(({ series, line }, index) => ({
      series,
      ...line,
      ...labelOf(shown, place),
      ...(body.movingAverage === undefined ? {} : { movingAverage: movingAverage(line.points, body.movingAverage) }),
      ...comparedWith(line, before?.[index]),
    }));
  });
}

function breakdownOf(
  { breakdown }: Body,
  shown: ShownValues | undefined,
): { readonly by: ByEvent; readonly shown: ShownValues } | undefined {
  return breakdown === undefined || shown === undefined || isByPerson(breakdown.by) ? undefined : { by: breakdown.by, shown };
}

/** One series after the other: each takes all of the engine's cores. Those of the first may have been read with the values. */
async function readSeries(asking: Asking, body: Body, intervals: Intervals, values: ValuesRead | undefined): Promise<readonly RawLines[]> {
  const lines: RawLines[] = values?.lines === undefined ? [] : [values.lines];
  const breakdown = breakdownOf(body, values?.shown);
  for (const series of body.series.slice(lines.length))
    lines.push(await readLines(asking, { series, intervals, breakdown, cumulative: body.cumulative }));
  return lines;
}

function withFormula(
  { formula }: TrendsPlan,
  body: Body,
  raw: readonly RawLines[],
  place: number,
): readonly { readonly series: number | null; readonly line: Line }[] {
  const lines = body.series.map(({ measure }, series) =>
    lineOf(measure, raw[series]?.get(place) ?? { points: [], total: undefined }, body.cumulative),
  );
  const own = lines.map((line, series) => ({ series, line }));
  return formula === undefined ? own : [...own, { series: null, line: formulaLine(formula, lines) }];
}

function labelOf(shown: ShownValues | undefined, place: number): { readonly other: boolean; readonly value?: string | null } {
  if (shown === undefined) return { other: false };
  if (place === 0) return { other: true };
  const value = shown.values[place - 1] ?? null;
  return { other: false, value: value === null ? null : hideTokens(value) };
}

function comparedWith(now: Line, before: Line | undefined): { readonly previous?: Line; readonly change?: number | null } {
  return before === undefined ? {} : { previous: before, change: changeOf(now.total, before.total) };
}

function placeOf(
  shown: ShownValues | undefined,
  { value, other }: { readonly value?: string | null | undefined; readonly other: boolean },
): number {
  if (shown === undefined || other) return 0;
  const place = shown.values.findIndex((each) => each === value || (each !== null && hideTokens(each) === value)) + 1;
  if (place === 0) return noSuchValue();
  return place;
}

function noSuchValue(): never {
  throw faultError("insight.no_such_cell", {
    field: "cell.value",
    mend: "Name a value of the breakdown that the answer tells, or other",
  });
}

import type { queryRetention } from "@terrace/contract/api/insight-retention";
import type { IntervalUnit } from "@terrace/domain/insight/time/calendar";
import type { ChartPick, ChartSeries, HeatSpec, TimeSpec } from "../../../ui/chart/chart-spec.ts";
import { formatShare, MISSING } from "../../../ui/format/numbers.ts";
import type { KeyFigure } from "../frame/FigureStrip.tsx";
import { intervalName } from "../frame/interval-names.ts";
import type { PeopleWords } from "../frame/people-words.ts";
import type { Shown } from "../frame/shown.ts";
import type { Answered, Cell, QueryOf } from "../frame/use-analysis.ts";
import { eventWords, type Ground } from "../use-ground.ts";

export type RetentionQuery = QueryOf<typeof queryRetention>;
export type RetentionAnswer = Answered<typeof queryRetention>;
type Column = RetentionAnswer["body"]["columns"][number];

const MEAN = "mean";
/** Curves of single cohorts beside the mean. */
const COHORTS_DRAWN = 4;
/** A curve of fewer columns tells nothing. */
const COLUMNS_MIN = 3;

const unitOf = ({ query }: RetentionAnswer): IntervalUnit => query.interval ?? "day";

/** What a column is called: `第 3 天`, `第 3–7 天`, `第 3 天及以后`. */
function columnName({ first, last }: Column, unit: IntervalUnit, { text }: Ground): string {
  if (first === 0) return text(`insight.retention.start.${unit}`);
  if (last === null) return text(`insight.retention.from.${unit}`, { first });
  return first === last ? text(`insight.retention.at.${unit}`, { first }) : text(`insight.retention.span.${unit}`, { first, last });
}

function tickOf({ first, last }: Column): string {
  if (last === null) return `${first}+`;
  return first === last ? String(first) : `${first}–${last}`;
}

/** The mean of the first, the seventh and the last column that is known. */
export function retentionFigures(answer: RetentionAnswer, ground: Ground): readonly KeyFigure[] {
  const { text, format } = ground;
  const { body } = answer;
  const known = body.mean.flatMap((share, at) => (at > 0 && share !== null ? [at] : []));
  const wanted = [...new Set([known[0], known.find((at) => body.columns[at]?.first === 7), known.at(-1)])].filter((at) => at !== undefined);
  return [
    { key: "people", name: text("insight.retention.started"), value: format.count(body.cohorts.reduce((sum, { size }) => sum + size, 0)) },
    ...wanted.flatMap((at) => {
      const column = body.columns[at];
      return column === undefined
        ? []
        : [{ key: String(at), name: columnName(column, unitOf(answer), ground), value: formatShare(body.mean[at]) }];
    }),
  ];
}

/** How the share of those who come back falls: the mean of all cohorts, and the newest of them. */
export function retentionCurve(answer: RetentionAnswer, ground: Ground): TimeSpec {
  const { text, format } = ground;
  const { body } = answer;
  const unit = unitOf(answer);
  // The start itself is always all of them: without it the curves use the height they have.
  const columns = body.columns.slice(1);
  const newest = body.cohorts
    .map((cohort, at) => ({ cohort, at }))
    .filter(
      ({ cohort }) => cohort.size > 0 && cohort.cells.filter(({ complete }) => complete).length > Math.max(COLUMNS_MIN, columns.length / 4),
    )
    .slice(-COHORTS_DRAWN);
  const cohorts = newest.map(({ cohort, at }): ChartSeries => ({
    key: `cohort${at}`,
    name: intervalName(cohort, unit, format),
    values: columns.map((_, column) => (cohort.cells[column + 1]?.complete === true ? (cohort.cells[column + 1]?.share ?? null) : null)),
    style: "solid",
  }));
  const last = body.mean.findLastIndex((share) => share !== null);
  const column = body.columns[last];
  return {
    kind: "time",
    shape: "line",
    categories: columns.map((each) => columnName(each, unit, ground)),
    ticks: columns.map(tickOf),
    series: [{ key: MEAN, name: text("insight.retention.mean"), values: body.mean.slice(1), style: "solid" }, ...cohorts],
    measure: format.measure("share"),
    summary: text("insight.retention.summary", {
      share: formatShare(body.mean[last]),
      column: column === undefined ? "" : columnName(column, unit, ground),
    }),
  };
}

/** The cohorts, a row each, with the mean on top. */
export function retentionGrid(answer: RetentionAnswer, byValue: boolean, ground: Ground): HeatSpec {
  const { text, format } = ground;
  const { body } = answer;
  const unit = unitOf(answer);
  const mean = byValue ? (body.meanValue ?? []) : body.mean;
  const share = format.measure("share");
  return {
    kind: "heat",
    head: text("insight.retention.cohort"),
    leads: [text("insight.measure.people")],
    columns: body.columns.map((column, at) => ({ key: String(at), label: columnName(column, unit, ground) })),
    rows: [
      {
        key: MEAN,
        label: text("insight.retention.mean"),
        leads: [format.count(body.cohorts.reduce((sum, { size }) => sum + size, 0))],
        total: true,
        cells: body.columns.map((_, at) => ({ value: mean[at] ?? null })),
      },
      ...body.cohorts.map((cohort, row) => ({
        key: String(row),
        label: intervalName(cohort, unit, format),
        leads: [format.count(cohort.size)],
        cells: body.columns.map((_, at) => {
          const cell = cohort.cells[at];
          const value = byValue ? cell?.valueShare : cell?.share;
          return {
            value: cohort.size === 0 ? null : (value ?? null),
            ...(cell === undefined
              ? {}
              : { hint: text("insight.retention.hint", { people: format.count(cell.people), size: format.count(cohort.size) }) }),
            ...(cell?.complete === false ? { unfinished: true } : {}),
          };
        }),
      })),
    ],
    scale: "sequential",
    // The first column is the start itself; the colours tell the returns apart.
    most: Math.max(
      0.01,
      ...body.cohorts.flatMap(({ cells }) => cells.slice(1).map(({ share: part, valueShare }) => (byValue ? valueShare : part) ?? 0)),
    ),
    measure: share,
    pickable: true,
    summary: text("insight.retention.gridSummary", { count: body.cohorts.length }),
  };
}

/** Whose figure a cell of the grid or a point of a curve is; nobody's is the mean's. */
export function retentionCell({ body }: RetentionAnswer, pick: ChartPick): Cell | undefined {
  const [row, column] =
    pick.kind === "cell"
      ? [Number(pick.row), Number(pick.column)]
      : pick.kind === "point"
        ? [Number(pick.series.replace("cohort", "")), pick.index + 1]
        : [];
  if (row === undefined || column === undefined || Number.isNaN(row)) return undefined;
  return body.cohorts[row]?.cells[column] === undefined ? undefined : { cohort: row, column };
}

/** What is said of the people behind a cell. */
export function retentionPeople(answer: RetentionAnswer, cell: Cell, ground: Ground): PeopleWords | undefined {
  const { text, format } = ground;
  const { body, query } = answer;
  const cohort = body.cohorts[Number(cell["cohort"])];
  const at = Number(cell["column"]);
  const [found, column] = [cohort?.cells[at], body.columns[at]];
  if (cohort === undefined || found === undefined || column === undefined) return undefined;
  const returned = cell["returned"] !== false;
  const unit = unitOf(answer);
  return {
    title: `${intervalName(cohort, unit, format)} · ${columnName(column, unit, ground)}`,
    detail: text(at === 0 ? "insight.retention.startDetail" : returned ? "insight.retention.backDetail" : "insight.retention.awayDetail", {
      start: eventWords(query.start.event, ground),
      back: eventWords(query.return.event, ground),
    }),
    people: returned ? found.people : cohort.size - found.people,
    basis:
      found.share === null
        ? MISSING
        : `${text("insight.retention.ofCohort")} ${formatShare(cohort.size === 0 ? null : (returned ? found.people : cohort.size - found.people) / cohort.size)}`,
  };
}

/** The curve of those who came back, and the grid of cohorts, by people or by what they spent. */
export function retentionShown(answer: RetentionAnswer, byValue: boolean, ground: Ground): Shown {
  return {
    empty: answer.body.cohorts.every(({ size }) => size === 0),
    figures: retentionFigures(answer, ground),
    spec: retentionCurve(answer, ground),
    chartHeight: 260,
    grid: retentionGrid(answer, byValue && answer.query.value !== undefined, ground),
    cellOf: (pick) => retentionCell(answer, pick),
    behind: (cell) => retentionPeople(answer, cell, ground),
  };
}

import { DEFAULT_FIELD_VIEW } from "@terrace/domain/access/field-view";
import { anomalyBaseline } from "@terrace/domain/insight/forecast/anomaly-baseline";
import { decompose } from "@terrace/domain/insight/reports/contribution";
import type { FigureDefinition } from "@terrace/domain/insight/reports/report-figures";
import {
  HISTORY_OF,
  lastYearOf,
  periodBefore,
  STEP_OF,
  UNIT_OF,
  type DateSpan,
  type ReportKind,
} from "@terrace/domain/insight/reports/report-period";
import type { ReportFigure, ReportTable } from "@terrace/domain/insight/reports/report";
import type { IntervalUnit } from "@terrace/domain/insight/time/calendar";
import type { ReportDeps } from "./report-deps.ts";

/** What is asked: a period of a workspace, told by its kind. */
export type FiguresAsked = {
  readonly workspaceId: number;
  readonly kind: ReportKind;
  readonly period: DateSpan;
  readonly signal: AbortSignal;
};

type Reading = Pick<ReportDeps, "insight">;
type Line = { readonly labels: readonly string[]; readonly points: readonly (number | null)[] };

/** A daily report is drawn among so many days. */
const DAYS_DRAWN = 30;
/** A range of what is usual from fewer periods would be made up. */
const PERIODS_LEAST = 6;
const VALUES_TOLD = 8;

export type ReadFigure = {
  readonly figure: ReportFigure;
  /** Of the periods up to it, the oldest first. */
  readonly history: readonly (number | null)[];
};

/** One figure with everything it is compared to; undefined when there never was anything of it. */
export async function readFigure(reading: Reading, definition: FigureDefinition, asked: FiguresAsked): Promise<ReadFigure | undefined> {
  const { kind, period } = asked;
  const unit = UNIT_OF[kind];
  const oldest = periodBefore(kind, period, HISTORY_OF[kind] - 1);
  const history = await readLine(reading, definition, asked, { span: { from: oldest.from, to: period.to }, unit });
  // A count of nothing all along is not worth a row; a share of none is told where there was something to take it of.
  const isNothing = definition.unit === "share" ? null : 0;
  if (history.points.every((point) => point === null || point === isNothing)) return undefined;
  const [value, previous] = [history.points.at(-1) ?? null, history.points.at(-2) ?? null];
  const then = lastYearOf(kind, period);
  const lastYear = then === undefined ? null : await valueOf(reading, definition, asked, then);
  const { steps, previousSteps } = definition.isDrawn
    ? await readSteps(reading, definition, asked, history)
    : { steps: [], previousSteps: [] };
  const { id, name, unit: measuredIn, better, section } = definition;
  const compared = { value, previous, lastYear, usual: withinUnit(usualOf(history.points, unit), measuredIn, history.points), goal: null };
  return { figure: { id, name, unit: measuredIn, better, section, ...compared, steps, previousSteps }, history: history.points };
}

/** What is drawn of a figure. */
async function readSteps(
  reading: Reading,
  definition: FigureDefinition,
  asked: FiguresAsked,
  history: Line,
): Promise<Pick<ReportFigure, "steps" | "previousSteps">> {
  const { kind, period } = asked;
  const told = ({ labels, points }: Line) => labels.map((date, index) => ({ date, value: points[index] ?? null }));
  if (kind === "daily") return { steps: told(tailOf(history, DAYS_DRAWN)), previousSteps: [] };
  const steps = await readLine(reading, definition, asked, { span: period, unit: STEP_OF[kind] });
  const beside = await readLine(reading, definition, asked, { span: periodBefore(kind, period, 1), unit: STEP_OF[kind] });
  return { steps: told(steps), previousSteps: [...beside.points] };
}

/** How the values of its breakdowns changed; one table for each. */
export async function readTables(
  reading: Reading,
  definition: FigureDefinition,
  asked: FiguresAsked & { readonly figure: Pick<ReportFigure, "value" | "previous"> },
): Promise<readonly ReportTable[]> {
  const tables: ReportTable[] = [];
  for (const by of definition.explainedBy) {
    const { period, kind } = asked;
    const before = periodBefore(kind, period, 1);
    const answer = await reading.insight.run(
      "metric",
      {
        period: { from: before.from, to: period.to },
        interval: UNIT_OF[kind],
        metrics: [{ metric: definition.id }],
        breakdown: { by: { column: by }, top: VALUES_TOLD },
      },
      { workspaceId: asked.workspaceId, fields: DEFAULT_FIELD_VIEW, signal: asked.signal },
    );
    const lines = answer.metrics[0]?.lines ?? [];
    const parts = lines.map(({ value = null, other, points }) => ({ value, other, before: points[0] ?? 0, now: points[1] ?? 0 }));
    const told = decompose({ now: asked.figure.value ?? 0, before: asked.figure.previous ?? 0 }, parts);
    const rows = told.parts.filter(({ now, before: then }) => now !== 0 || then !== 0);
    // A table of one row says what the figure says.
    if (rows.length > 1) tables.push({ figure: definition.id, by, rows: [...rows], overlap: told.overlap });
  }
  return tables;
}

/** The figure of a period alone. */
export async function valueOf(reading: Reading, definition: FigureDefinition, asked: FiguresAsked, span: DateSpan): Promise<number | null> {
  return (await readLine(reading, definition, asked, { span, unit: UNIT_OF[asked.kind] })).points[0] ?? null;
}

/** A figure over a span, step by step. */
export async function readLine(
  { insight }: Reading,
  definition: FigureDefinition,
  asked: FiguresAsked,
  { span, unit }: { readonly span: DateSpan; readonly unit: IntervalUnit },
): Promise<Line> {
  // Nobody looks at it yet: it holds what everyone may see.
  const answer = await insight.run(
    "metric",
    { period: { from: span.from, to: span.to }, interval: unit, metrics: [{ metric: definition.id }] },
    { workspaceId: asked.workspaceId, fields: DEFAULT_FIELD_VIEW, signal: asked.signal },
  );
  return { labels: answer.intervals.map(({ label }) => label), points: answer.metrics[0]?.lines[0]?.points ?? [] };
}

function tailOf({ labels, points }: Line, count: number): Line {
  return { labels: labels.slice(-count), points: points.slice(-count) };
}

/** A range as wide as what it is of can be: a share that never was above all of it is not expected there, and what is counted is whole. */
function withinUnit(
  usual: ReportFigure["usual"],
  unit: FigureDefinition["unit"],
  points: readonly (number | null)[],
): ReportFigure["usual"] {
  if (usual === null) return null;
  const { low, high } = usual;
  if (unit === "share") return { low, high: Math.min(high, Math.max(1, ...points.map((point) => point ?? 0))) };
  return unit === "count" || unit === "people" ? { low: Math.floor(low), high: Math.ceil(high) } : usual;
}

/** Where the last value was to be expected, by the ones before it: by season where there are enough, else by what most of them were. */
function usualOf(all: readonly (number | null)[], unit: IntervalUnit): ReportFigure["usual"] {
  // Before there was anything, nothing was usual.
  const points = all.slice(
    Math.max(
      0,
      all.findIndex((value) => value !== null && value !== 0),
    ),
  );
  const told = anomalyBaseline(points, { unit }).at(-1);
  if (told !== undefined && told.low !== null && told.high !== null) return { low: told.low, high: told.high };
  const before = points
    .slice(0, -1)
    .filter((value) => value !== null)
    .toSorted((a, b) => a - b);
  if (before.length < PERIODS_LEAST || before.every((value) => value === 0)) return null;
  const [low, high] = [before[0] ?? 0, before.at(-1) ?? 0];
  return { low, high };
}

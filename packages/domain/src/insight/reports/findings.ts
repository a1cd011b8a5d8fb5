import { bestExplanation, decompose } from "./contribution.ts";
import type { Finding, FindingLevel, ReportFigure, ReportTable } from "./report.ts";

/** More would not be read. */
export const FINDINGS_MAX = 6;
/** A change smaller than this is none worth a sentence, unless it leaves what is usual. */
const LEAST_CHANGE = 0.03;

/** How much a figure changed, as a share of what it was; null where it was 0 or is unknown. */
export function changeOf(now: number | null, before: number | null): number | null {
  return now === null || before === null || before === 0 ? null : (now - before) / Math.abs(before);
}

/** What is worth saying: figures outside of what is usual first, then the largest changes; each with the value that explains it best. */
export function findingsOf(figures: readonly ReportFigure[], tables: readonly ReportTable[]): readonly Finding[] {
  const moved = figures.flatMap((figure) => {
    const finding = movementOf(figure);
    return finding === undefined ? [] : [{ figure, finding, rank: rankOf(figure, finding) }];
  });
  const told: Finding[] = [];
  for (const { figure, finding } of moved.toSorted((a, b) => b.rank - a.rank)) {
    const explained = explanationOf(figure, tables);
    const more = [finding, ...(explained === undefined ? [] : [explained])];
    if (told.length + more.length <= FINDINGS_MAX) told.push(...more);
  }
  const goals = figures.flatMap((figure) => goalOf(figure) ?? []);
  const all = [...told, ...goals, ...againstLastYear(figures)];
  return all.length === 0 ? [{ kind: "quiet" }] : all;
}

function movementOf(figure: ReportFigure): Extract<Finding, { readonly kind: "moved" }> | undefined {
  const change = changeOf(figure.value, figure.previous);
  if (change === null || change === 0) return undefined;
  const range = rangeOf(figure);
  const isOutside = range === "above" || range === "below";
  if (!isOutside && Math.abs(change) < LEAST_CHANGE) return undefined;
  return { kind: "moved", figure: figure.id, change, range, level: range === "within" ? "neutral" : levelOf(figure, change) };
}

function rangeOf({ value, usual }: ReportFigure): "above" | "below" | "within" | "unknown" {
  if (value === null || usual === null) return "unknown";
  if (value > usual.high) return "above";
  return value < usual.low ? "below" : "within";
}

function levelOf({ better }: ReportFigure, change: number): FindingLevel {
  if (better === "neutral" || change === 0) return "neutral";
  return change > 0 === (better === "up") ? "good" : "bad";
}

function rankOf(_figure: ReportFigure, { range, change }: Extract<Finding, { readonly kind: "moved" }>): number {
  const outside = range === "above" || range === "below" ? 1_000 : 0;
  return outside + Math.min(Math.abs(change), 100);
}

/** Of all breakdowns of a figure, the value that makes up most of its change. */
function explanationOf(figure: ReportFigure, tables: readonly ReportTable[]): Finding | undefined {
  if (figure.value === null || figure.previous === null) return undefined;
  const total = { now: figure.value, before: figure.previous };
  const [best] = tables
    .filter((table) => table.figure === figure.id)
    .flatMap(({ by, rows }) => {
      const found = bestExplanation(decompose(total, rows));
      return found === undefined || found.share > SHARE_MAX ? [] : [{ by, ...found }];
    })
    .toSorted((a, b) => b.share - a.share);
  return best === undefined
    ? undefined
    : { kind: "explained", figure: figure.id, by: best.by, value: best.value, delta: best.delta, share: best.share };
}

/** A part that is many times the change tells that parts cancel each other, not why the whole moved. */
const SHARE_MAX = 3;

const LAST_YEARS_MAX = 3;

/** The largest differences to the same time of last year. */
function againstLastYear(figures: readonly ReportFigure[]): readonly Finding[] {
  return figures
    .flatMap((figure) => {
      const change = changeOf(figure.value, figure.lastYear);
      if (change === null || Math.abs(change) < LEAST_CHANGE) return [];
      return [{ kind: "last_year" as const, figure: figure.id, change, level: levelOf(figure, change) }];
    })
    .toSorted((a, b) => Math.abs(b.change) - Math.abs(a.change))
    .slice(0, LAST_YEARS_MAX);
}

function goalOf(figure: ReportFigure): Finding | undefined {
  // Of a goal of nothing or below there is no share that could be reached.
  if (figure.goal === null || figure.goal <= 0 || figure.value === null) return undefined;
  const reached = figure.value / figure.goal;
  const isMet = figure.better === "down" ? reached <= 1 : reached >= 1;
  return { kind: "goal", figure: figure.id, reached, level: isMet ? "good" : "bad" };
}

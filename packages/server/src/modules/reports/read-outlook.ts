import { forecast } from "@terrace/domain/insight/forecast/forecast";
import { periodBefore, UNIT_OF } from "@terrace/domain/insight/reports/report-period";
import type { FigureUnit, ReportOutlook } from "@terrace/domain/insight/reports/report";
import type { FigureDefinition } from "@terrace/domain/insight/reports/report-figures";
import type { FiguresAsked } from "./read-figures.ts";
import type { ReportDeps } from "./report-deps.ts";

/** What of it is a whole number stays one. */
const WHOLE: readonly FigureUnit[] = ["count", "people", "money", "points"];

/** What a figure is expected to come to in the next period; undefined where that could not be tried on the past. */
export async function readOutlook(
  { goalAt }: Pick<ReportDeps, "goalAt">,
  definition: FigureDefinition,
  { workspaceId, kind, period }: FiguresAsked,
  history: readonly (number | null)[],
): Promise<ReportOutlook | undefined> {
  const told = outlookOf(definition, history, UNIT_OF[kind]);
  if (told === undefined) return undefined;
  const goal = await goalAt(workspaceId, { metric: definition.id, unit: UNIT_OF[kind], startsOn: periodBefore(kind, period, -1).from });
  return { ...told, goal: goal?.target ?? null };
}

function outlookOf(
  { id, unit: measuredIn, isForetold }: FigureDefinition,
  history: readonly (number | null)[],
  unit: Parameters<typeof forecast>[1]["unit"],
): Omit<ReportOutlook, "goal"> | undefined {
  // Before there was anything there is nothing to learn from.
  const first = history.findIndex((value) => value !== null && value !== 0);
  if (!isForetold || first < 0) return undefined;
  const reckoned = forecast(history.slice(first), { unit, horizon: 1 });
  const [ahead] = reckoned.ok ? reckoned.value.points : [];
  if (!reckoned.ok || ahead === undefined || reckoned.value.backTest === undefined) return undefined;
  const { method, level, backTest } = reckoned.value;
  const isWhole = WHOLE.includes(measuredIn);
  return {
    figure: id,
    value: isWhole ? Math.round(ahead.value) : ahead.value,
    low: isWhole ? Math.floor(ahead.low) : ahead.low,
    high: isWhole ? Math.ceil(ahead.high) : ahead.high,
    level,
    method,
    error: { mae: backTest.model.mae, mape: backTest.model.mape, tried: backTest.model.n, within: backTest.coverage },
  };
}

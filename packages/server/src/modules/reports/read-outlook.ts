import { forecast } from "@terrace/domain/insight/forecast/forecast";
import { forecastTotal, stepsForTotal } from "@terrace/domain/insight/forecast/forecast-total";
import { OUTLOOK_OF, outlookHistory, periodBefore, UNIT_OF } from "@terrace/domain/insight/reports/report-period";
import type { FigureUnit, OutlookUntold, ReportOutlook } from "@terrace/domain/insight/reports/report";
import type { FigureDefinition } from "@terrace/domain/insight/reports/report-figures";
import { readLine, type FiguresAsked } from "./read-figures.ts";
import type { ReportDeps } from "./report-deps.ts";

/** What of it is a whole number stays one. */
const WHOLE: readonly FigureUnit[] = ["count", "people", "money", "points"];
/** So many periods are the least that a forecast of the next one can be tried on. */
const PERIODS_NEEDED = 9;

type Told = Omit<ReportOutlook, "goal">;

/** What a figure is expected to come to in the next period, or why that is not told; undefined of what is not told ahead, or never was. */
export async function readOutlook(
  deps: Pick<ReportDeps, "goalAt" | "insight">,
  definition: FigureDefinition,
  asked: FiguresAsked,
  history: readonly (number | null)[],
): Promise<ReportOutlook | OutlookUntold | undefined> {
  const { workspaceId, kind, period } = asked;
  if (!definition.isForetold) return undefined;
  const { step, ahead } = OUTLOOK_OF[kind];
  if (ahead > 1 && !definition.addsUp) return { figure: definition.id, why: "counted_once" };
  const all = ahead === 1 ? history : (await readLine(deps, definition, asked, { span: outlookHistory(kind, period), unit: step })).points;
  // Before there was anything there is nothing to learn from.
  const first = all.findIndex((value) => value !== null && value !== 0);
  if (first < 0) return undefined;
  const series = all.slice(first);
  const told = ahead === 1 ? nextOf(definition, series, step) : totalOf(definition, series, { unit: step, horizon: ahead });
  if (told === undefined) {
    const needed = ahead === 1 ? PERIODS_NEEDED : stepsForTotal(ahead);
    return { figure: definition.id, why: "too_short", step, known: series.length, needed };
  }
  const goal = await deps.goalAt(workspaceId, {
    metric: definition.id,
    unit: UNIT_OF[kind],
    startsOn: periodBefore(kind, period, -1).from,
  });
  return { ...told, goal: goal?.target ?? null };
}

function nextOf(
  definition: FigureDefinition,
  series: readonly (number | null)[],
  unit: Parameters<typeof forecast>[1]["unit"],
): Told | undefined {
  const reckoned = forecast(series, { unit, horizon: 1 });
  const [ahead] = reckoned.ok ? reckoned.value.points : [];
  if (!reckoned.ok || ahead === undefined || reckoned.value.backTest === undefined) return undefined;
  const { method, level, backTest } = reckoned.value;
  return told(definition, { ...ahead, method, level, errors: backTest.model, coverage: backTest.coverage });
}

function totalOf(
  definition: FigureDefinition,
  series: readonly (number | null)[],
  asked: Parameters<typeof forecastTotal>[1],
): Told | undefined {
  const reckoned = forecastTotal(series, asked);
  return reckoned.ok ? told(definition, reckoned.value) : undefined;
}

type Reckoned = Extract<ReturnType<typeof forecastTotal>, { ok: true }>["value"];

function told({ id, unit }: FigureDefinition, { value, low, high, level, method, errors, coverage }: Reckoned): Told {
  const isWhole = WHOLE.includes(unit);
  return {
    figure: id,
    value: isWhole ? Math.round(value) : value,
    low: isWhole ? Math.floor(low) : low,
    high: isWhole ? Math.ceil(high) : high,
    level,
    method,
    error: { mae: errors.mae, mape: errors.mape, tried: errors.n, within: coverage },
  };
}

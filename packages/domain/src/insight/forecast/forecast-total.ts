import { fail, ok, type Result } from "../../result.ts";
import { errorsOf, type Errors } from "./back-test.ts";
import { boundOf, forecast, LEVEL, PATHS, type ForecastAsked } from "./forecast.ts";
import { lookAhead, type Ahead } from "./models.ts";
import { SEASONS } from "./seasons.ts";
import type { Series } from "./smoothing.ts";

/** What the steps that follow a series come to together, and how the same way of telling did where the answer is known. */
export type TotalForecast = Ahead & {
  readonly level: number;
  readonly method: "holt_winters" | "naive";
  /** Of the totals that were told from moments of the past, knowing only what was before. */
  readonly errors: Errors;
  /** Which share of these lay within the interval. */
  readonly coverage: number;
};

/** From so many moments a total is told on the past, the newest ones. */
const TRIED_MAX = 8;

/** How many steps a series needs for a total of so many to be tried on the past even once: as many to learn from as are told. */
export function stepsForTotal(steps: number): number {
  return 2 * steps;
}

/**
 * The sum of the next steps of a series, told by whichever was off less on the past: what `forecast` would choose at each moment, or the repetition of the last season,
 * which can be told of fewer numbers than a season can be fitted to. Either knows only what was before the moment it is tried at.
 * Faults: `insight.series_too_short` where it could not be tried even once.
 */
export function forecastTotal(series: Series, asked: ForecastAsked): Result<TotalForecast> {
  const { horizon, level = LEVEL } = asked;
  const least = stepsForTotal(horizon);
  const moments = Array.from({ length: Math.max(0, series.length - least + 1) }, (_, index) => horizon + index).slice(-TRIED_MAX);
  const found = [chosenTotal, ...SEASONS[asked.unit].map((season) => repeatedTotal(season))].flatMap((tell) => {
    const tried = moments.flatMap((known) => {
      const actual = sumOf(series.slice(known, known + horizon));
      const told = actual === null ? undefined : tell(series.slice(0, known), asked);
      return actual === null || told === undefined ? [] : [{ actual, ...told }];
    });
    const errors = errorsOf(
      tried.map(({ actual, value }) => ({ actual, forecast: value })),
      null,
    );
    const now = errors === undefined ? undefined : tell(series, asked);
    if (errors === undefined || now === undefined) return [];
    const within = tried.filter(({ actual, low, high }) => actual >= low && actual <= high).length;
    return [{ ...now, level, errors, coverage: within / tried.length }];
  });
  // What could be tried more often is known better; of as many tries the one that was off less.
  const [best] = found.toSorted((a, b) => b.errors.n - a.errors.n || a.errors.mae - b.errors.mae);
  return best === undefined ? tooShort(series.length, least) : ok(best);
}

type Tell = (series: Series, asked: ForecastAsked) => (Ahead & Pick<TotalForecast, "method">) | undefined;

const chosenTotal: Tell = (series, asked) => {
  const told = forecast(series, asked);
  return told.ok ? { ...told.value.total, method: told.value.method } : undefined;
};

function repeatedTotal(season: number): Tell {
  return (series, { horizon, level = LEVEL }) => {
    const known = series.filter((value) => value !== null);
    if (series.length < season || known.length === 0) return undefined;
    const { total } = lookAhead({ kind: "naive", season }, series, { horizon, level, paths: PATHS, bounded: boundOf(known) });
    return { ...total, method: "naive" };
  };
}

/** Null where a part of it is not known. */
function sumOf(series: Series): number | null {
  return series.reduce<number | null>((sum, value) => (sum === null || value === null ? null : sum + value), 0);
}

function tooShort(known: number, least: number): Result<never> {
  return fail("insight.series_too_short", {
    field: "period",
    mend: `Choose a longer period; a total of that many intervals needs at least ${least} before it`,
    details: { known, least },
  });
}

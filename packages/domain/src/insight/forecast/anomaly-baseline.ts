import { median, robustDeviation } from "../../statistics/describe.ts";
import { studentQuantile } from "../../statistics/distributions.ts";
import type { IntervalUnit } from "../time/calendar.ts";
import { SEASONS } from "./seasons.ts";
import type { Series } from "./smoothing.ts";

/** What was to be expected of a step by the steps before it alone; null while there are too few. `score`: how many deviations the number lies from it. */
export type Baseline = {
  readonly expected: number | null;
  readonly low: number | null;
  readonly high: number | null;
  readonly score: number | null;
  readonly isAnomaly: boolean;
};

export type BaselineAsked = {
  readonly unit: IntervalUnit;
  /** How often a number that is none may be called an anomaly: 0.001 is one in a thousand. */
  readonly falseAlarms?: number | undefined;
  /** Length of the season, where the usual of the unit is not meant; 1: none. */
  readonly season?: number | undefined;
};

const FALSE_ALARMS = 0.001;
/** Seasons looked back over for what a phase is like. */
const SEASONS_BACK = 8;
/** The level is the median of a season; without one, or with a very short one, of so many steps. */
const LEVEL_STEPS_MIN = 7;
/** Distances that a deviation is reckoned from: at least, and at most. */
const DISTANCES_MIN = 10;
const DISTANCES_MAX = 200;
/** A median deviation tells as much as a third of the numbers it is of would by their standard deviation. */
const EFFICIENCY = 0.37;

/**
 * The band that each step was to be expected in, by the steps before it: the level (median of the last season) plus what its phase differed from the level of its time
 * in the median of the last seasons, so that a trend is followed; around it the spread of such distances (median deviation). A few wild numbers change neither.
 * Numbers of nothing below 0 are compared by their square roots: counts spread with their size.
 */
export function anomalyBaseline(series: Series, asked: BaselineAsked): readonly Baseline[] {
  const { falseAlarms = FALSE_ALARMS } = asked;
  const isRooted = series.every((value) => value === null || value >= 0);
  const values = isRooted ? series.map((value) => (value === null ? null : Math.sqrt(value))) : series;
  const back = (value: number): number => (isRooted ? Math.max(0, value) ** 2 : value);
  const least = leastOf(series, isRooted);
  const season = asked.season ?? usualSeason(asked.unit, series.length);
  const guesses = guessesOf(values, season);
  const distances = values.map((value, at) => {
    const guess = guesses[at];
    return value === null || guess === null || guess === undefined ? null : value - guess;
  });
  return values.map((value, at) => {
    const guess = guesses[at];
    const recent = distances.slice(Math.max(0, at - DISTANCES_MAX), at).filter((distance) => distance !== null);
    if (guess === null || guess === undefined || recent.length < DISTANCES_MIN) return UNKNOWN;
    const deviation = Math.max(robustDeviation(recent) ?? 0, least(guess));
    const reach = studentQuantile(1 - falseAlarms / 2, recent.length * EFFICIENCY) * deviation;
    const [low, high] = [back(guess - reach), back(guess + reach)];
    const actual = series[at];
    return {
      expected: back(guess),
      low,
      high,
      score: value === null ? null : (value - guess) / deviation,
      isAnomaly: actual !== null && actual !== undefined && (actual < low || actual > high),
    };
  });
}

const UNKNOWN: Baseline = { expected: null, low: null, high: null, score: null, isAnomaly: false };

/** The longest season of the unit that the series holds four of. */
function usualSeason(unit: IntervalUnit, length: number): number {
  return SEASONS[unit].findLast((season) => length >= 4 * season) ?? 1;
}

function guessesOf(values: Series, season: number): Series {
  const window = Math.max(season, Math.ceil(LEVEL_STEPS_MIN / season) * season);
  const levels = values.map((_, at) => {
    const before = values.slice(Math.max(0, at - window), at).filter((value) => value !== null);
    return at < window || before.length < window / 2 ? null : median(before);
  });
  return values.map((_, at) => {
    const level = levels[at];
    if (level === null || level === undefined) return null;
    const alike = season === 1 ? LEVEL_STEPS_MIN : SEASONS_BACK;
    const differences = Array.from({ length: alike }, (__, index) => at - (index + 1) * season).flatMap((then) => {
      const [value, levelThen] = [values[then], levels[then]];
      return value === null || value === undefined || levelThen === null || levelThen === undefined ? [] : [value - levelThen];
    });
    const phase = median(differences);
    return phase === null ? null : level + phase;
  });
}

/** Where nothing has changed for long, the first small step is no anomaly: the root of a count spreads by half (Anscombe 1948), anything else by a hundredth. */
function leastOf(series: Series, isRooted: boolean): (guess: number) => number {
  const isCounted = isRooted && series.every((value) => value === null || Number.isInteger(value));
  return (guess) => (isCounted ? 0.5 : Math.max(0.01 * Math.abs(guess), 1e-9));
}

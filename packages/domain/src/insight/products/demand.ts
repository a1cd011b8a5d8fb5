import { forecast, type Forecast } from "../forecast/forecast.ts";

/** What is expected to be sold of an item, how far that was off when it was tried on the past, and how long the stock lasts. */
export type Demand = {
  /** Units expected in the horizon, and on each of its days. */
  readonly units: number;
  readonly perDay: readonly number[];
  readonly method: Forecast["method"];
  readonly backTest: {
    readonly meanError: number;
    readonly mape: number | null;
    readonly mase: number | null;
    readonly days: number;
  } | null;
  readonly stock: number | null;
  /** Days until the stock is gone at the expected sales; null without a known stock or without sales. */
  readonly daysOfCover: number | null;
  /** The stock is gone before new goods can be there. */
  readonly runsOut: boolean;
};

/** Looks ahead from the units sold on the days up to now; undefined where there are too few days. */
export function demandOf(
  sold: readonly number[],
  ground: { readonly horizonDays: number; readonly leadDays: number; readonly stock: number | null },
): Demand | undefined {
  const ahead = forecast(sold, { unit: "day", horizon: ground.horizonDays });
  if (!ahead.ok) return undefined;
  const perDay = ahead.value.points.map(({ value }) => value);
  const daysOfCover = ground.stock === null ? null : coverOf(ground.stock, perDay);
  const { backTest } = ahead.value;
  return {
    units: perDay.reduce((sum, units) => sum + units, 0),
    perDay,
    method: ahead.value.method,
    backTest:
      backTest === undefined
        ? null
        : { meanError: backTest.model.mae, mape: backTest.model.mape, mase: backTest.model.mase, days: backTest.model.n },
    stock: ground.stock,
    daysOfCover,
    runsOut: daysOfCover !== null && daysOfCover < ground.leadDays,
  };
}

/** Behind the days looked at, sales go on as on their average. */
function coverOf(stock: number, perDay: readonly number[]): number | null {
  let left = Math.max(stock, 0);
  for (const [day, units] of perDay.entries()) {
    if (units > left) return day + left / units;
    left -= units;
  }
  const mean = perDay.reduce((sum, units) => sum + units, 0) / Math.max(perDay.length, 1);
  return mean === 0 ? null : perDay.length + left / mean;
}

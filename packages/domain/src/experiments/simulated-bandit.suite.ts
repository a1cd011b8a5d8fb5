import { seededDraw, type Draw } from "../statistics/random.ts";
import type { SummableArm } from "../statistics/merge-arms.ts";
import { reportBandit, type BanditPeriod, type BanditReport } from "./bandit-report.ts";
import { evenParts, planShares, seedOfPeriod } from "./bandit.ts";

/** A bandit that is simulated: what share of whoever comes in a period does it, in each arm. */
export type BanditWorld = {
  readonly arms: number;
  readonly periods: number;
  readonly people: number;
  readonly rate: (period: number, arm: number) => number;
  readonly exploration?: number;
};
export type SimulatedBandit = {
  readonly periods: readonly BanditPeriod[];
  readonly report: BanditReport;
  /** What was lost by not giving everyone the best arm, and what even shares would have lost. */
  readonly regret: number;
  readonly evenRegret: number;
  /** What was brought on average above even shares, by the true rates. */
  readonly trulyWon: number;
};

const SETTINGS = { exploration: 0.1, unitsMin: 100, lowerIsBetter: false, draws: 300 };

/** Runs a world; `isEven` leaves shares even. Whatever happens follows from the seed. */
export function simulateBandit(world: BanditWorld, seed: number, isEven = false): SimulatedBandit {
  const draw = seededDraw(seed);
  const settings = { ...SETTINGS, exploration: world.exploration ?? SETTINGS.exploration };
  const arms = Array.from({ length: world.arms }, (_, at) => at);
  const periods: BanditPeriod[] = [];
  let parts = evenParts(world.arms);
  let [regret, evenRegret, trulyWon] = [0, 0, 0];
  for (let period = 0; period < world.periods; period += 1) {
    const people = sharedOut(draw, world.people, parts);
    const rates = arms.map((arm) => world.rate(period, arm));
    const [best, even] = [Math.max(...rates), rates.reduce((sum, rate) => sum + rate, 0) / world.arms];
    const brought = arms.reduce((sum, arm) => sum + (people[arm] ?? 0) * (rates[arm] ?? 0), 0);
    regret += world.people * best - brought;
    evenRegret += world.people * (best - even);
    trulyWon += brought - world.people * even;
    const shown = arms.map((arm): SummableArm => ({
      kind: "proportion",
      n: people[arm] ?? 0,
      sum: successes(draw, people[arm] ?? 0, rates[arm] ?? 0),
    }));
    periods.push({ parts, people, arms: shown });
    if (!isEven)
      parts = planShares(
        periods.map((each) => each.arms),
        { ...settings, seed: seedOfPeriod(String(seed), period + 1) },
      ).parts;
  }
  const report = reportBandit(periods, { ...settings, level: 0.95, seed: seedOfPeriod(String(seed), world.periods) });
  return { periods, report, regret, evenRegret, trulyWon };
}

function sharedOut(draw: Draw, people: number, parts: readonly number[]): readonly number[] {
  const counts = parts.map(() => 0);
  for (let person = 0; person < people; person += 1) {
    let place = draw() * 10_000;
    const at = parts.findIndex((part) => (place -= part) < 0);
    counts[at] = (counts[at] ?? 0) + 1;
  }
  return counts;
}

function successes(draw: Draw, people: number, rate: number): number {
  let sum = 0;
  for (let person = 0; person < people; person += 1) if (draw() < rate) sum += 1;
  return sum;
}

/** Runs a world under many seeds. */
export function simulateMany(world: BanditWorld, rounds: number, isEven = false): readonly SimulatedBandit[] {
  return Array.from({ length: rounds }, (_, round) => simulateBandit(world, 7_919 * (round + 1), isEven));
}

export function average<T>(all: readonly T[], of: (one: T) => number): number {
  return all.reduce((sum, one) => sum + of(one), 0) / all.length;
}

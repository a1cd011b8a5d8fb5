import { seededDraw, type Draw } from "../statistics/random.ts";
import type { SummableArm } from "../statistics/merge-arms.ts";
import { exponential } from "../statistics/simulated-arms.suite.ts";
import type { Moments } from "./arms-of-moments.ts";
import { reportBandit, type BanditPeriod, type BanditReport } from "./bandit-report.ts";
import { evenParts, planShares, seedOfPeriod } from "./bandit.ts";
import { tellResults, type ToldExperiment } from "./tell-results.ts";

/**
 * A bandit that is simulated: what share of whoever comes in a period does it, in each arm, and what they pay for it on average (exponential). Without `amount` the
 * metric is the share of people who do it, with it what a person pays.
 */
export type BanditWorld = {
  readonly arms: number;
  readonly periods: number;
  readonly people: number;
  readonly rate: (period: number, arm: number) => number;
  readonly amount?: (period: number) => number;
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
    const rates = arms.map((arm) => worthOf(world, period, arm));
    const [best, even] = [Math.max(...rates), rates.reduce((sum, rate) => sum + rate, 0) / world.arms];
    const brought = arms.reduce((sum, arm) => sum + (people[arm] ?? 0) * (rates[arm] ?? 0), 0);
    regret += world.people * best - brought;
    evenRegret += world.people * (best - even);
    trulyWon += brought - world.people * even;
    const shown = arms.map((arm) => shownBy(draw, people[arm] ?? 0, { rate: world.rate(period, arm), amount: world.amount?.(period) }));
    periods.push({ parts, people, arms: shown });
    if (!isEven) parts = planShares(periods, { ...settings, seed: seedOfPeriod(String(seed), period + 1) }).parts;
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

type Shown = { readonly rate: number; readonly amount: number | undefined };

function shownBy(draw: Draw, people: number, { rate, amount }: Shown): SummableArm {
  let [did, sum, sumSquares] = [0, 0, 0];
  for (let person = 0; person < people; person += 1) {
    if (draw() >= rate) continue;
    did += 1;
    const paid = amount === undefined ? 0 : exponential(draw, amount);
    sum += paid;
    sumSquares += paid ** 2;
  }
  return amount === undefined ? { kind: "proportion", n: people, sum: did } : { kind: "mean", n: people, sum, sumSquares };
}

/** What a person of an arm truly brings in a period. */
export function worthOf({ rate, amount }: BanditWorld, period: number, arm: number): number {
  return rate(period, arm) * (amount?.(period) ?? 1);
}

function momentsOf(arm: SummableArm): Moments {
  if (arm.kind === "ratio") throw new Error("shares and means are simulated");
  return { n: arm.n, waiting: 0, sums: [arm.sum], products: [[arm.kind === "mean" ? arm.sumSquares : arm.sum]] };
}

function together(all: readonly Moments[]): Moments {
  const sum = (of: (one: Moments) => number | undefined): number => all.reduce((whole, one) => whole + (of(one) ?? 0), 0);
  return { n: sum(({ n }) => n), waiting: 0, sums: [sum(({ sums }) => sums[0])], products: [[sum(({ products }) => products[0]?.[0])]] };
}

/** What the results page says after some periods. */
export function toldAfter(periods: readonly BanditPeriod[]): ToldExperiment {
  const moments = periods.map(({ arms }) => arms.map(momentsOf));
  const variants = (moments[0] ?? []).map((_, at) => together(moments.flatMap((of) => of[at] ?? [])));
  const isShare = periods[0]?.arms[0]?.kind === "proportion";
  return tellResults(
    {
      variants: variants.map(({ n }) => ({ people: n })),
      metrics: [{ statistic: isShare ? "proportion" : "mean", known: true, yesOrNo: [isShare], variants }],
      periods: moments.map((of) => ({ variants: of.map(({ n }) => ({ people: n })), metrics: [{ variants: of }] })),
    },
    {
      weights: variants.map(() => 1),
      periods: periods.map(({ parts }) => parts),
      metrics: [{ role: "primary", better: "up" }],
      method: "sequential",
      level: 0.95,
      correction: "holm",
      difference: "absolute",
      prior: null,
      isEarly: false,
    },
  );
}

/** Whether intervals held what is true after every period: of each arm, of each arm's difference to the first, and of what was won. */
export type HeldThroughout = { readonly arms: readonly boolean[]; readonly effects: readonly boolean[]; readonly won: boolean };

/** What is true is that of the periods that count: the last ones wait for people enough. */
export function heldThroughout(world: BanditWorld, { periods }: SimulatedBandit): HeldThroughout {
  const times = periods.map((_, at) => heldAfter(world, periods.slice(0, at + 1)));
  const always = (of: (held: HeldThroughout) => boolean | undefined): boolean => times.every((held) => of(held) !== false);
  return {
    arms: evenParts(world.arms).map((_, arm) => always((held) => held.arms[arm])),
    effects: evenParts(world.arms).map((_, arm) => always((held) => held.effects[arm])),
    won: always((held) => held.won),
  };
}

type Bounds = { readonly low: number | null; readonly high: number | null };

function holds({ low, high }: Bounds, truth: number): boolean {
  return (low ?? -Infinity) <= truth && truth <= (high ?? Infinity);
}

function heldAfter(world: BanditWorld, periods: readonly BanditPeriod[]): HeldThroughout {
  const { arms, won } = reportBandit(periods, { ...SETTINGS, draws: 2, level: 0.95, seed: 1 });
  const counting = periods.slice(0, Math.round(arms.reduce((sum, { n }) => sum + n, 0) / world.people));
  const places = arms.map((_, arm) => arm);
  const worth = (arm: number): number => counting.reduce((sum, _, period) => sum + worthOf(world, period, arm), 0) / counting.length;
  const trulyWon = counting.reduce((sum, { people }, period) => {
    const even = average(places, (arm) => worthOf(world, period, arm));
    return sum + people.reduce((all, n, arm) => all + n * (worthOf(world, period, arm) - even), 0);
  }, 0);
  const effects = toldAfter(periods).metrics[0]?.variants ?? [];
  return {
    arms: arms.map((arm, at) => holds(arm, worth(at))),
    effects: effects.map(({ effect }, at) => effect === null || holds(effect, worth(at) - worth(0))),
    won: won === null || holds(won, trulyWon),
  };
}

/** Whether a variant was called better or worse on any day. */
export function calledOnAnyDay({ periods }: SimulatedBandit): boolean {
  return periods.some((_, at) =>
    toldAfter(periods.slice(0, at + 1)).metrics[0]?.variants.some(({ effect }) => (effect?.call ?? "unclear") !== "unclear"),
  );
}

/** Runs a world under many seeds. */
export function simulateMany(world: BanditWorld, rounds: number, isEven = false): readonly SimulatedBandit[] {
  return Array.from({ length: rounds }, (_, round) => simulateBandit(world, 7_919 * (round + 1), isEven));
}

export function average<T>(all: readonly T[], of: (one: T) => number): number {
  return all.reduce((sum, one) => sum + of(one), 0) / all.length;
}

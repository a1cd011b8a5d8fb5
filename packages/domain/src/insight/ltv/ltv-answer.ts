import { agesOf, ageCount, type LtvPlan } from "./ltv-plan.ts";

/** What was read of a cohort: how many people, of how many of them an order was counted by each age, and money by age, orders and refunds apart. */
export type CohortMoney = {
  readonly cohort: number;
  readonly size: number;
  readonly payers: readonly number[];
  readonly grossMinor: ReadonlyMap<number, number>;
  /** Below zero. */
  readonly refundsMinor: ReadonlyMap<number, number>;
};

/**
 * What was given to the people of a cohort to make them buy (points, coupons, prizes), in minor units by age; it comes off. Nothing is booked to people yet, so it
 * is nothing.
 */
export type Incentives = ReadonlyMap<number, number>;
export const NO_INCENTIVES: Incentives = new Map();

export type LtvCell = {
  readonly netMinor: number;
  readonly perHead: number | null;
  readonly payers: number;
  /** False while the age's interval is not over: it may still grow. */
  readonly complete: boolean;
};
export type LtvRow = {
  readonly size: number;
  readonly grossMinor: number;
  readonly refundsMinor: number;
  readonly incentivesMinor: number;
  readonly cells: readonly LtvCell[];
  readonly costMinor: number | null;
  /** The age by which what came in reached what was spent; null: it has not, or nothing was spent. */
  readonly paybackAge: number | null;
};

/** A cohort without people. */
export function emptyCohort(plan: LtvPlan, cohort: number): CohortMoney {
  return { cohort, size: 0, payers: Array.from({ length: ageCount(plan) }, () => 0), grossMinor: new Map(), refundsMinor: new Map() };
}

/** Cohorts of the same interval as one. */
export function mergeCohorts(one: CohortMoney, other: CohortMoney): CohortMoney {
  const sum = (a: ReadonlyMap<number, number>, b: ReadonlyMap<number, number>): ReadonlyMap<number, number> => {
    const all = new Map(a);
    for (const [age, minor] of b) all.set(age, (all.get(age) ?? 0) + minor);
    return all;
  };
  return {
    cohort: one.cohort,
    size: one.size + other.size,
    payers: one.payers.map((people, age) => people + (other.payers[age] ?? 0)),
    grossMinor: sum(one.grossMinor, other.grossMinor),
    refundsMinor: sum(one.refundsMinor, other.refundsMinor),
  };
}

/** The row of a cohort: what a head brought by each age, net of refunds and of what was given. */
export function ltvRow(
  plan: LtvPlan,
  money: CohortMoney,
  ground: { readonly nowMs: number; readonly costMinor: number | null; readonly incentives?: Incentives },
): LtvRow {
  const { incentives = NO_INCENTIVES, costMinor } = ground;
  const ages = Array.from({ length: agesOf(plan, money.cohort) }, (_, age) => age);
  const at = (of: ReadonlyMap<number, number>, age: number): number => of.get(age) ?? 0;
  let netMinor = 0;
  const cells = ages.map((age): LtvCell => {
    netMinor += at(money.grossMinor, age) + at(money.refundsMinor, age) - at(incentives, age);
    return {
      netMinor,
      perHead: money.size === 0 ? null : netMinor / money.size,
      payers: money.payers[age] ?? 0,
      complete: (plan.intervals.bounds[money.cohort + age + 1] ?? Infinity) <= ground.nowMs,
    };
  });
  const sum = (of: ReadonlyMap<number, number>): number => ages.reduce((all, age) => all + at(of, age), 0);
  return {
    size: money.size,
    grossMinor: sum(money.grossMinor),
    refundsMinor: sum(money.refundsMinor),
    incentivesMinor: sum(incentives) + 0,
    cells,
    costMinor,
    paybackAge: paybackAge(cells, costMinor),
  };
}

/** Per age, over the cohorts for which it is over: the money by then, of how many people, and so per head. */
export function meanByAge(
  plan: LtvPlan,
  rows: readonly LtvRow[],
): { readonly netMinor: number; readonly people: number; readonly perHead: number | null }[] {
  return Array.from({ length: ageCount(plan) }, (_, age) => {
    const over = rows.filter(({ cells }) => cells[age]?.complete === true);
    const netMinor = over.reduce((sum, { cells }) => sum + (cells[age]?.netMinor ?? 0), 0);
    const people = over.reduce((sum, { size }) => sum + size, 0);
    return { netMinor, people, perHead: people === 0 ? null : netMinor / people };
  });
}

function paybackAge(cells: readonly LtvCell[], costMinor: number | null): number | null {
  if (costMinor === null || costMinor <= 0) return null;
  const age = cells.findIndex(({ netMinor }) => netMinor >= costMinor);
  return age < 0 ? null : age;
}

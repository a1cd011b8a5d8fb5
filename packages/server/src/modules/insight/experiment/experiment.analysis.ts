import { listExperimentPeople, queryExperiment } from "@terrace/contract/api/insight-experiment";
import { isTest, type UnitStatistic } from "@terrace/domain/experiments/unit-metric";
import { isoInstant } from "@terrace/domain/time/zoned-time";
import type { z } from "zod";
import { faultError } from "../../../platform/http/fault-error.ts";
import { analysis } from "../analysis.ts";
import type { Asking } from "../time/asking.ts";
import { haveCome, planExperiment, type ExperimentPlan, type PlannedMetric } from "./experiment-plan.ts";
import { peopleOfVariant, readExperiment, type ReadMoments, type ReadVariant } from "./experiment.views.ts";
import { OTHER_UNIT, UNKNOWN_VARIANT } from "./exposed.views.ts";

type AnsweredMetric = z.input<typeof queryExperiment.response>["metrics"][number];

/** What people of each variant did after their exposure; see docs/decisions/0040-what-an-experiment-counts.md. */
export const experiment = analysis({
  kind: "experiment",
  route: queryExperiment,
  groups: { events: (body, asking) => exposureSelectors(body, asking), narrows: "start" },
  answer: async (asking, body) => {
    const plan = await planExperiment(asking, body);
    const rows = await readExperiment(asking, plan);
    const read = overPeriods(rows);
    const metrics: AnsweredMetric[] = [];
    for (const [at, metric] of plan.metrics.entries()) metrics.push(await answeredMetric(asking, plan, { metric, at, read }));
    return {
      zone: asking.calendar.zone,
      currency: asking.currency,
      from: isoInstant(plan.fromMs),
      to: isoInstant(plan.toMs),
      variants: plan.variants.map((variant, at) => {
        const of = read.find((each) => each.variant === at);
        return { variant, people: of?.people ?? 0, conflicts: of?.conflicts ?? 0 };
      }),
      unknownVariants: read.find(({ variant }) => variant === UNKNOWN_VARIANT)?.people ?? 0,
      otherUnits: read.find(({ variant }) => variant === OTHER_UNIT)?.people ?? 0,
      metrics,
      ...(plan.periodsMs === null ? {} : { periods: periodsOf(plan, rows) }),
    };
  },
  people: {
    route: listExperimentPeople,
    behind: async (asking, body) => {
      const plan = await planExperiment(asking, body);
      const { converted, conflicts } = body.cell;
      const variant = plan.variants.indexOf(body.cell.variant);
      if (variant < 0) throw faultError("insight.no_such_cell", { field: "cell.variant", mend: "Name a variant of the question" });
      if (converted !== undefined && plan.metrics[converted] === undefined)
        throw faultError("insight.no_such_cell", { field: "cell.converted", mend: "Name a metric of the question, counted from 0" });
      return peopleOfVariant(asking, plan, { variant, conflicts, converted });
    },
  },
});

async function exposureSelectors(body: Parameters<typeof planExperiment>[1], asking: Asking) {
  const { exposures } = await planExperiment(asking, body);
  return exposures.map(({ of }) => of);
}

/** A metric as it is told of each of the variants of a plan. */
export async function answeredMetric(asking: Asking, plan: ExperimentPlan, { metric, at, read }: OfMetric): Promise<AnsweredMetric> {
  const { bound, unit, values } = metric;
  const count = valueCount(plan, metric);
  const variants = momentsOf(plan, { metric, at, read });
  const isSilent = variants.every(({ sums }) => sums.every((sum) => sum === 0));
  return {
    unit: bound.unit,
    statistic: unit.statistic,
    known: !isSilent || (await haveCome(asking, metric)),
    yesOrNo: [...values, ...(plan.beforeMs === null ? [] : values)].map(isTest),
    caps: [...(read.find(({ variant }) => variant < plan.variants.length)?.metrics[at]?.caps ?? nothing(count, unit.statistic).caps)],
    variants,
  };
}

type OfMetric = { readonly metric: PlannedMetric; readonly at: number; readonly read: readonly ReadVariant[] };

function momentsOf(plan: ExperimentPlan, { metric, at, read }: OfMetric): AnsweredMetric["variants"] {
  const count = valueCount(plan, metric);
  return plan.variants.map((_, variant) => {
    const of = read.find((each) => each.variant === variant);
    return answeredMoments(of?.metrics[at] ?? nothing(count, metric.unit.statistic), { people: of?.people ?? 0, count });
  });
}

function valueCount({ beforeMs }: ExperimentPlan, { values }: PlannedMetric): number {
  return values.length * (beforeMs === null ? 1 : 2);
}

function periodsOf(plan: ExperimentPlan, rows: readonly ReadVariant[]) {
  const byPeriod = Map.groupBy(rows, ({ period }) => period);
  return [plan.fromMs, ...(plan.periodsMs ?? [])].map((_, period) => {
    const read = byPeriod.get(period) ?? [];
    return {
      variants: plan.variants.map((_, variant) => ({ people: read.find((each) => each.variant === variant)?.people ?? 0 })),
      metrics: plan.metrics.map((metric, at) => ({ variants: momentsOf(plan, { metric, at, read }) })),
    };
  });
}

/** All periods of a variant together; what is no sum is not told over several. */
function overPeriods(rows: readonly ReadVariant[]): readonly ReadVariant[] {
  return [...Map.groupBy(rows, ({ variant }) => variant).values()].flatMap(([first, ...others]) =>
    first === undefined ? [] : [others.reduce(added, first)],
  );
}

function added(a: ReadVariant, b: ReadVariant): ReadVariant {
  const sums = (left: readonly number[], right: readonly number[]): readonly number[] => left.map((value, at) => value + (right[at] ?? 0));
  return {
    ...a,
    people: a.people + b.people,
    conflicts: a.conflicts + b.conflicts,
    metrics: a.metrics.map((metric, at) => {
      const other = b.metrics[at];
      if (other === undefined) return metric;
      return { ...metric, n: metric.n + other.n, sums: sums(metric.sums, other.sums), products: sums(metric.products, other.products) };
    }),
  };
}

function nothing(count: number, statistic: UnitStatistic): ReadMoments {
  const none = Array.from({ length: count }, () => 0);
  return {
    n: 0,
    sums: none,
    products: Array.from({ length: (count * (count + 1)) / 2 }, () => 0),
    caps: none.map(() => null),
    quantile: statistic === "quantile" ? [null, null, null] : null,
  };
}

function answeredMoments(
  { n, sums, products, quantile }: ReadMoments,
  { people, count }: { readonly people: number; readonly count: number },
): AnsweredMetric["variants"][number] {
  const rows = Array.from({ length: count }, (_, a) => {
    const before = (a * (2 * count - a + 1)) / 2;
    return products.slice(before, before + count - a);
  });
  const [value = null, lower = null, upper = null] = quantile ?? [];
  return {
    n,
    waiting: people - n,
    sums: [...sums],
    products: rows,
    ...(quantile === null ? {} : { quantile: { value, lower, upper } }),
  };
}

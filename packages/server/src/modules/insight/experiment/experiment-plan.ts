import type { experimentQuerySchema } from "@terrace/contract/api/insight-experiment";
import { exposureEvents, type ExposureEvents } from "@terrace/domain/experiments/exposure";
import { unitMetricOf, type UnitMetric, type UnitValue } from "@terrace/domain/experiments/unit-metric";
import type { BoundMetric } from "@terrace/domain/insight/metrics/metric";
import type { z } from "zod";
import { faultError, valueOrThrow } from "../../../platform/http/fault-error.ts";
import { haveEverCome } from "../metrics/atoms/event-figures.views.ts";
import { boundMetric } from "../metrics/metric.analysis.ts";
import type { Asking } from "../time/asking.ts";

export type ExperimentBody = z.output<typeof experimentQuerySchema>;

export const DAY_MS = 86_400_000;

/** A metric as it is read of each person: its values are told one after the other, those before the exposure behind them. */
export type PlannedMetric = {
  readonly bound: BoundMetric;
  readonly unit: UnitMetric;
  /** The value, and of a quotient what it is divided by. */
  readonly values: readonly UnitValue[];
  readonly windowMs: number | null;
  readonly winsorise: number | null;
};

/** Who is exposed to what. */
export type ExposurePlan = {
  readonly exposures: readonly ExposureEvents[];
  readonly variants: readonly string[];
  readonly fromMs: number;
  readonly toMs: number;
  readonly leavesConflictsOut: boolean;
  /** Whether it is asked by which shares a variant was drawn. */
  readonly readsPeriods: boolean;
};

/** A question to an experiment: what follows exposures in [from, to) counts before `toMs`. */
export type ExperimentPlan = ExposurePlan & {
  readonly metrics: readonly PlannedMetric[];
  readonly beforeMs: number | null;
  readonly waitsForWindows: boolean;
  /** Where it is about whoever is in two experiments: both of them; `variants` are then those of both together, of the first one by one those of the second. */
  readonly both: readonly [ExposurePlan, ExposurePlan] | null;
  /** When another period of exposures begins, rising; null: they are told as one. */
  readonly periodsMs: readonly number[] | null;
};

/** Reads a question; `fieldOf`: where it names a metric. Throws `experiment.metric_unfit`, `experiment.period_invalid`, `experiment.variants_invalid` and the faults of metrics. */
export async function planExperiment(
  asking: Asking,
  body: ExperimentBody,
  fieldOf: (index: number) => string = (index) => `metrics.${index}.of`,
): Promise<ExperimentPlan> {
  const fromMs = Date.parse(body.from);
  const toMs = Math.min(body.to === undefined ? asking.nowMs : Date.parse(body.to), asking.nowMs);
  if (toMs < fromMs && body.to !== undefined && Date.parse(body.to) <= fromMs)
    throw faultError("experiment.period_invalid", { field: "to", mend: "An experiment ends after it begins" });
  if (new Set(body.variants).size < body.variants.length)
    throw faultError("experiment.variants_invalid", { field: "variants", mend: "Give each variant a key of its own" });
  const periodsMs = periodsOf(body, fromMs);
  const ground = await asking.metricGround();
  const metrics = body.metrics.map((asked, index): PlannedMetric => {
    const bound = boundMetric(asking, ground, asked.of, fieldOf(index));
    const unit = valueOrThrow(unitMetricOf(bound, asked.quantile, fieldOf(index)));
    return {
      bound,
      unit,
      values: unit.statistic === "ratio" ? [unit.value, unit.per] : [unit.value],
      windowMs: asked.windowDays === null ? null : asked.windowDays * DAY_MS,
      winsorise: asked.winsorise,
    };
  });
  return {
    exposures: exposureEvents(body.exposure),
    variants: body.variants,
    fromMs,
    toMs: Math.max(fromMs, toMs),
    metrics,
    beforeMs: body.covariateDays === null ? null : body.covariateDays * DAY_MS,
    leavesConflictsOut: body.conflicts === "leave_out",
    waitsForWindows: body.unfinished === "leave_out",
    both: null,
    readsPeriods: periodsMs !== null && periodsMs.length > 0,
    periodsMs,
  };
}

type PairBody = Omit<ExperimentBody, "breakdown" | "compareWith"> & {
  readonly other: Pick<ExperimentBody, "exposure" | "variants" | "from" | "to">;
};

/** Reads a question about two experiments, up to the end of whichever ended first. Throws as `planExperiment`. */
export async function planPair(
  asking: Asking,
  { other, ...body }: PairBody,
): Promise<ExperimentPlan & { readonly both: readonly [ExposurePlan, ExposurePlan] }> {
  const own = await planExperiment(asking, body);
  if (new Set(other.variants).size < other.variants.length)
    throw faultError("experiment.variants_invalid", { field: "other.variants", mend: "Give each variant a key of its own" });
  const [fromMs, endMs] = [Date.parse(other.from), other.to === undefined ? asking.nowMs : Date.parse(other.to)];
  const toMs = Math.min(own.toMs, endMs);
  if (toMs < Math.max(own.fromMs, fromMs))
    throw faultError("experiment.period_invalid", { field: "other", mend: "Name two experiments that run at the same time" });
  const { leavesConflictsOut } = own;
  const second = {
    exposures: exposureEvents(other.exposure),
    variants: other.variants,
    fromMs,
    toMs,
    leavesConflictsOut,
    readsPeriods: false,
  };
  return {
    ...own,
    fromMs: Math.min(own.fromMs, fromMs),
    toMs,
    variants: own.variants.flatMap((variant) => other.variants.map((within) => `${variant} ${within}`)),
    both: [{ exposures: own.exposures, variants: own.variants, fromMs: own.fromMs, toMs, leavesConflictsOut, readsPeriods: false }, second],
  };
}

/** Whether the events that a metric needs have ever come to the workspace. */
export async function haveCome(asking: Asking, { bound }: PlannedMetric): Promise<boolean> {
  for (const selectors of bound.needs) {
    if (!(await haveEverCome({ asking, filters: {} }, selectors))) return false;
  }
  return true;
}

/** Throws `experiment.period_invalid`, `experiment.metric_unfit`. */
function periodsOf({ periods, metrics }: ExperimentBody, fromMs: number): readonly number[] | null {
  if (periods === undefined) return null;
  const periodsMs = periods.map((at) => Date.parse(at));
  if (periodsMs.some((at, index) => at < (periodsMs[index - 1] ?? fromMs)))
    throw faultError("experiment.period_invalid", {
      field: "periods",
      mend: "Name when periods begin in order of time, none before the start",
    });
  if (metrics.some(({ quantile }) => quantile !== undefined))
    throw faultError("experiment.metric_unfit", {
      field: "metrics",
      mend: "Quantiles cannot be added up over periods; ask for means or shares",
      details: { reason: "periods" },
    });
  return periodsMs;
}

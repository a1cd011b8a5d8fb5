import { queryExperimentBaseline } from "@terrace/contract/api/insight-experiment-baseline";
import { armOf } from "@terrace/domain/experiments/arms-of-moments";
import { baselineOf } from "@terrace/domain/statistics/plan-experiment";
import { dayAt, isoInstant, startOfDay, zoneClock } from "@terrace/domain/time/zoned-time";
import type { z } from "zod";
import { analysis } from "../analysis.ts";
import type { Asking } from "../time/asking.ts";
import { answeredMetric } from "./experiment.analysis.ts";
import { planExperiment, type ExperimentPlan } from "./experiment-plan.ts";
import { readExperiment } from "./experiment.views.ts";

type Body = z.output<typeof queryExperimentBaseline.body>;
type Answered = z.input<typeof queryExperimentBaseline.response>;

/** The calculator reckons with correlations up to this one. */
const CORRELATION_MAX = 0.99;

/**
 * What an experiment on some people would begin with: everyone who does something is read as an experiment with one variant, into which they come when they do it first.
 * The days end so long before today that everybody's window is over.
 */
export const experimentBaseline = analysis({
  kind: "experiment-baseline",
  route: queryExperimentBaseline,
  answer: async (asking, body) => {
    const plan = await planOf(asking, body);
    const read = await readExperiment(asking, plan);
    const [metric] = plan.metrics;
    if (metric === undefined) throw new RangeError("the metric that was asked for");
    const { unit, statistic, ...told } = await answeredMetric(asking, plan, { metric, at: 0, read });
    const people = told.variants[0]?.n ?? 0;
    return {
      from: isoInstant(plan.fromMs),
      to: isoInstant(plan.toMs),
      days: body.days,
      people,
      peoplePerDay: people / body.days,
      unit,
      statistic,
      ...toldOf({ statistic, ...told }, people),
    };
  },
});

async function planOf(asking: Asking, { meets, metric, covariateDays, days }: Body): Promise<ExperimentPlan> {
  const clock = zoneClock(asking.calendar.zone);
  const today = dayAt(asking.nowMs, clock);
  const [fromMs, toMs] = [startOfDay(today - days - (metric.windowDays ?? 0), clock), startOfDay(today, clock)];
  const plan = await planExperiment(
    asking,
    {
      exposure: { kind: "event", event: meets, property: "" },
      variants: [EVERYONE],
      from: isoInstant(fromMs),
      to: isoInstant(toMs),
      metrics: [metric],
      covariateDays,
      conflicts: "first",
      unfinished: "leave_out",
    },
    () => "metric.of",
  );
  // Whoever does it is in the one variant, whatever the event says.
  return { ...plan, exposures: [{ of: meets, variant: null }] };
}

const EVERYONE = "everyone";

function toldOf(metric: Parameters<typeof armOf>[0], people: number): Pick<Answered, "baseline" | "correlation" | "untold"> {
  const none = (untold: Answered["untold"]) => ({ baseline: null, correlation: 0, untold });
  if (!metric.known) return none("unknown_metric");
  const arm = armOf(metric, 0, undefined);
  if (arm === undefined || people < 2) return none("too_few_people");
  const { baseline, reduction } = baselineOf(arm);
  const varies = baseline.kind === "mean" ? baseline.deviation : baseline.share * (1 - baseline.share);
  if (!(varies > 0)) return none("no_variance");
  return { baseline, correlation: Math.min(CORRELATION_MAX, Math.sqrt(Math.max(0, reduction))), untold: null };
}

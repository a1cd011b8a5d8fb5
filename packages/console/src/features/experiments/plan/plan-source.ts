import { queryExperimentBaseline } from "@terrace/contract/api/insight-experiment-baseline";
import type { CallAnswer, CallInput } from "../../../app/api/client.ts";
import { majorUnits } from "../../../ui/format/numbers.ts";
import type { PlanDraft } from "./plan-draft.ts";

/** Digits of what is filled in: more than a plan stands on. */
const DIGITS = 4;

/** What is asked about people as they are; undefined while no metric is chosen. */
export function baselineBodyOf({ source, windowDays }: PlanDraft): CallInput<typeof queryExperimentBaseline>["body"] | undefined {
  const { metric, winsorise, meets, people, covariateDays } = source;
  if (metric === undefined) return undefined;
  const { data } = queryExperimentBaseline.body.safeParse({
    meets,
    metric: { of: { metric }, windowDays: windowDays === 0 ? null : windowDays, winsorise },
    covariateDays,
    ...(people === undefined ? {} : { filters: { people } }),
  });
  return data;
}

/** What the form shows of it: shares in percent, money in units of the currency. What could not be told stays as it was written. */
export function filledIn(
  {
    baseline,
    peoplePerDay,
    correlation,
    unit,
  }: Pick<CallAnswer<typeof queryExperimentBaseline>, "baseline" | "peoplePerDay" | "correlation" | "unit">,
  currency: string,
): Partial<PlanDraft> {
  const perDay = { peoplePerDay: peoplePerDay > 0 ? rounded(peoplePerDay) : null };
  if (baseline === null) return perDay;
  const now = { ...perDay, correlation: rounded(correlation) };
  if (baseline.kind === "proportion") return { ...now, kind: "proportion", share: rounded(baseline.share * 100) };
  const write = (value: number): number => rounded(unit === "money" ? majorUnits(value, currency) : value);
  return { ...now, kind: "mean", mean: write(baseline.mean), deviation: write(baseline.deviation) };
}

function rounded(value: number): number {
  return Number(value.toPrecision(DIGITS));
}

import type { queryLtv } from "@terrace/contract/api/insight-ltv";
import { emptyCohort, ltvRow, mergeCohorts } from "@terrace/domain/insight/ltv/ltv-answer";
import { LTV_HORIZONS, learningPlan, type LtvPlan } from "@terrace/domain/insight/ltv/ltv-plan";
import { predictLtv, type KnownCohort, type LtvExpected, type LtvUntold } from "@terrace/domain/insight/ltv/predict-ltv";
import type { z } from "zod";
import { valueOrThrow } from "../../../platform/http/fault-error.ts";
import type { Asking } from "../time/asking.ts";
import type { GroupCohort, LtvAsked } from "./ltv.views.ts";

type Body = z.output<typeof queryLtv.body>;
type Told = z.input<typeof queryLtv.response>["groups"][number];
type CohortTold = NonNullable<Told["cohorts"][number]["predicted"]>;

/** What is told ahead of a group: of each of its cohorts, and of all. */
export type GroupPrediction = { readonly prediction: NonNullable<Told["prediction"]>; readonly cohorts: readonly CohortTold[] };
/** Which rows of what was learned from a group is made of. */
export type Learned = (isOfGroup: (value: string) => boolean, sizes: readonly number[]) => GroupPrediction;

/** Reads older cohorts up to now, and tells of groups of them what the asked cohorts are expected to bring. Undefined where nobody asks. */
export async function learnLtv(
  asking: Asking,
  { asked, predict }: { readonly asked: LtvAsked; readonly predict: Body["predict"] },
  readAll: (asked: LtvAsked) => Promise<readonly GroupCohort[]>,
): Promise<Learned | undefined> {
  if (predict === undefined) return undefined;
  const { intervals, cohorts } = asked.plan;
  const horizon = predict.horizon ?? LTV_HORIZONS[intervals.unit as keyof typeof LTV_HORIZONS];
  const plan = valueOrThrow(learningPlan(asked.plan, horizon, asking.calendar, asking.nowMs));
  const rows = plan.cohorts === 0 ? [] : await readAll({ ...asked, plan });
  const places = intervals.bounds.slice(0, cohorts).map((bound) => plan.intervals.bounds.slice(0, -1).indexOf(bound));
  return (isOfGroup, sizes) => {
    const known = knownCohorts(
      asking,
      plan,
      rows.filter(({ value }) => isOfGroup(value)),
    );
    const told = predictLtv(known, { lastAge: horizon - 1, level: predict.level });
    const untold = (why: LtvUntold): CohortTold => ({ why });
    const each = places.map((place): CohortTold => {
      if (told.why !== null) return untold(told.why);
      const of = told.cohorts[place];
      if (of === undefined) return untold("no_age_over");
      return "why" in of ? untold(of.why) : { ...of, course: [...of.course] };
    });
    return {
      cohorts: each,
      prediction: {
        horizon,
        level: predict.level,
        why: told.why,
        method: told.why === null ? told.method : null,
        backTest: told.why === null ? told.backTest : null,
        expected: ofAll(each, sizes),
      },
    };
  };
}

function knownCohorts(asking: Asking, plan: LtvPlan, rows: readonly GroupCohort[]): readonly KnownCohort[] {
  const byCohort = Map.groupBy(rows, ({ cohort }) => cohort);
  return Array.from({ length: plan.cohorts }, (_, cohort) => {
    const money = (byCohort.get(cohort) ?? []).reduce(mergeCohorts, emptyCohort(plan, cohort));
    const { size, cells } = ltvRow(plan, money, { nowMs: asking.nowMs, costMinor: null });
    return { size, netMinor: cells.map(({ netMinor }) => netMinor) };
  });
}

/** The mean over people. Cohorts are off together where they are, so the ends of the intervals are averaged as they are. */
function ofAll(cohorts: readonly CohortTold[], sizes: readonly number[]): GroupPrediction["prediction"]["expected"] {
  const told = cohorts.flatMap((each, index): (Omit<LtvExpected, "course"> & { size: number })[] =>
    "why" in each ? [] : [{ ...each, size: sizes[index] ?? 0 }],
  );
  const people = told.reduce((sum, { size }) => sum + size, 0);
  if (people === 0) return null;
  const mean = (pick: (each: Omit<LtvExpected, "course">) => number): number =>
    told.reduce((sum, each) => sum + pick(each) * each.size, 0) / people;
  return { perHead: mean(({ perHead }) => perHead), low: mean(({ low }) => low), high: mean(({ high }) => high), people };
}

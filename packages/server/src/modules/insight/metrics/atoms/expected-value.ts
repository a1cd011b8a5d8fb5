import { expectedOfParts, joinParts, partByMonth, whyOfParts, type MonthParts } from "@terrace/domain/insight/ltv/expected-value";
import type { LtvUntold } from "@terrace/domain/insight/ltv/predict-ltv";
import type { MetricLine } from "@terrace/domain/insight/metrics/evaluate-expression";
import type { BoundAtom } from "@terrace/domain/insight/metrics/metric";
import { intervalCount, type Intervals } from "@terrace/domain/insight/time/intervals";
import { valueOrThrow } from "../../../../platform/http/fault-error.ts";
import { currencyOf } from "../../commerce/ground.ts";
import { learnLtv } from "../../ltv/ltv-prediction.ts";
import { readLtv, type LtvAsked } from "../../ltv/ltv.views.ts";
import type { Asking } from "../../time/asking.ts";
import { rowsSql, type AtomGround } from "./atom-ground.ts";
import { beginningOf, cohortFigures, type CohortAsked, type CohortLines } from "./cohort.views.ts";

export type ExpectedAtom = Extract<BoundAtom, { readonly kind: "expected_value" }>;
/** What is expected, and who began: the same reading tells both. */
export type ExpectedLines = { readonly expected: MetricLine; readonly begun: CohortLines };

/** How likely what comes lies in an interval around what is told; a metric does not tell the interval. */
const LEVEL = 0.9;

/** Who is told of: everyone whose first start ever lies in the interval. */
export function beginnersOf({ start }: ExpectedAtom): CohortAsked {
  return beginningOf({ start, back: [], first: 0, last: 0 });
}

/** Tells what the people who began are expected to bring, each as a head of their month (ADR 0026). */
export async function expectedValue(ground: AtomGround, atom: ExpectedAtom, intervals: Intervals): Promise<ExpectedLines> {
  const parted = valueOrThrow(partByMonth(intervals, ground.asking.calendar));
  const begun = await cohortFigures(ground, beginnersOf(atom), parted.parts);
  const sizes = begun.started.points;
  const ahead = begun.started.total === 0 ? [] : await aheadOf(ground, atom, parted);
  const perHead = ahead.map((month) => (typeof month === "number" ? month : null));
  const why = ahead.map((month) => (typeof month === "number" ? null : month));
  const joined = (points: readonly (number | null)[]): MetricLine => joinParts(intervals, parted, points);
  return {
    expected: { ...joined(expectedOfParts(parted, sizes, perHead)), why: whyOfParts(intervals, parted, sizes, why) },
    begun: {
      started: joined(sizes),
      matured: joined(begun.matured.points),
      returned: joined(begun.returned.points),
      returnedMatured: joined(begun.returnedMatured.points),
      minor: joined(begun.minor.points),
    },
  };
}

/** What a head of each month brings, told as the analysis of lifetime value tells it of a period of these months; or why nothing can be told of one. */
async function aheadOf(ground: AtomGround, atom: ExpectedAtom, { months }: MonthParts): Promise<readonly (number | LtvUntold)[]> {
  // What a line of a breakdown narrows events to narrows those that are learned from, too.
  const asking: Asking = { ...ground.asking, tools: { ...ground.asking.tools, scope: rowsSql(ground) } };
  const asked: LtvAsked = {
    plan: { intervals: months, cohorts: intervalCount(months), follow: undefined },
    cohortBy: "registration",
    registration: atom.start,
    trade: { orders: atom.orders, refunds: atom.refunds },
    money: currencyOf(asking),
    groups: undefined,
  };
  const predict = { horizon: atom.months, level: LEVEL };
  const learned = await learnLtv(asking, { asked, predict }, (wider) => readLtv(asking, wider));
  const told = learned?.(() => true, []).cohorts ?? [];
  return told.map((cohort) => ("why" in cohort ? cohort.why : cohort.perHead));
}

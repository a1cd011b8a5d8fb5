import { listLtvPeople, queryLtv, type ltvQuerySchema } from "@terrace/contract/api/insight-ltv";
import type { ChannelDay } from "@terrace/domain/insight/channels/channel-figures";
import { channelNamed } from "@terrace/domain/insight/channels/channel-terms";
import { minorUnits } from "@terrace/domain/insight/commerce/trade";
import { emptyCohort, ltvRow, meanByAge, mergeCohorts, type LtvRow } from "@terrace/domain/insight/ltv/ltv-answer";
import { ageCount, planLtv, type LtvPlan } from "@terrace/domain/insight/ltv/ltv-plan";
import { intervalAt, intervalLabels } from "@terrace/domain/insight/time/intervals";
import { dayStart } from "@terrace/domain/insight/time/calendar";
import { hideTokens } from "@terrace/domain/personal/hide-tokens";
import { dayOfIso } from "@terrace/domain/time/zoned-time";
import type { z } from "zod";
import { faultError, valueOrThrow } from "../../../platform/http/fault-error.ts";
import { analysis } from "../analysis.ts";
import { readChannelFigures } from "../channels/channel-figures.views.ts";
import { loadChannelTerms } from "../channels/channel-terms.store.ts";
import { currencyOf, registrationOf, tradeOf } from "../commerce/ground.ts";
import type { Asking } from "../time/asking.ts";
import { learnLtv } from "./ltv-prediction.ts";
import { ltvPeople, OTHER_VALUES, readLtv, topLtvValues, type GroupCohort, type LtvAsked } from "./ltv.views.ts";

type Body = z.output<typeof ltvQuerySchema>;
/** The people of a value of the breakdown; of all where there is none. */
type Group = { readonly value: string | undefined; readonly cohorts: readonly GroupCohort[] };

/** Net revenue per head by cohort and age, and the people of a cohort. */
export const ltv = analysis({
  kind: "ltv",
  route: queryLtv,
  groups: { narrows: "start" },
  answer: async (asking, body) => {
    const asked = await withKnown(asking, await read(asking, body), body);
    const groups = groupsOf(await readLtv(asking, asked), asked);
    const costs = await costsOf(asking, asked);
    const learned = await learnLtv(asking, { asked, predict: body.predict }, (wider) => readLtv(asking, wider));
    const labels = intervalLabels(asked.plan.intervals, asking.calendar, asking.nowMs).slice(0, asked.plan.cohorts);
    return {
      zone: asking.calendar.zone,
      currency: asking.currency,
      ages: ageCount(asked.plan),
      basis: { orders: [...asked.trade.orders], refunds: [...asked.trade.refunds], registration: [...asked.registration] },
      groups: groups.map(({ value, cohorts }) => {
        const rows = rowsOf(asking, asked.plan, cohorts, (cohort) => costs(cohort, value));
        const ahead = learned?.(
          (of) => value === undefined || of === value,
          rows.map(({ size }) => size),
        );
        const isOther = value === OTHER_VALUES;
        return {
          ...(value === undefined || isOther ? {} : { value: value === "" ? null : hideTokens(value) }),
          other: isOther,
          size: rows.reduce((sum, { size }) => sum + size, 0),
          cohorts: rows.flatMap((row, index) => {
            const label = labels[index];
            const predicted = ahead?.cohorts[index];
            const more = predicted === undefined ? {} : { predicted };
            return label === undefined ? [] : [{ ...label, ...row, cells: [...row.cells], ...more }];
          }),
          ...(ahead === undefined ? {} : { prediction: ahead.prediction }),
          mean: meanByAge(asked.plan, rows),
        };
      }),
    };
  },
  people: {
    route: listLtvPeople,
    behind: async (asking, body) => {
      const { cell } = body;
      const asked = cell.other ? await withKnown(asking, await read(asking, body), body) : await read(asking, body);
      if (cell.cohort >= asked.plan.cohorts || (cell.paidBy ?? 0) >= ageCount(asked.plan))
        throw faultError("insight.no_such_cell", { field: "cell", mend: "Name a cohort and an age of the answer, counted from 0" });
      const value = asked.groups === undefined ? undefined : cell.other ? OTHER_VALUES : cell.value === null ? "" : cell.value;
      return ltvPeople(asking, asked, { cohort: cell.cohort, paidBy: cell.paidBy, value });
    },
  },
});

async function read(asking: Asking, body: Body): Promise<LtvAsked> {
  const { breakdown } = body;
  const by = breakdown?.by;
  const plan = valueOrThrow(planLtv(body, asking.calendar, asking.nowMs));
  return {
    plan,
    cohortBy: body.cohortBy,
    registration: await registrationOf(asking, body.registration),
    trade: await tradeOf(asking, body),
    money: currencyOf(asking),
    groups:
      by === undefined
        ? undefined
        : {
            by: "length" in by ? { touched: { by, among: breakdown?.touches ?? [] } } : by,
            toMs: plan.intervals.bounds[plan.cohorts] ?? asking.nowMs,
            known: undefined,
          },
  };
}

/** The same with the values that are told one by one, where there are more. */
async function withKnown(asking: Asking, asked: LtvAsked, { breakdown }: Body): Promise<LtvAsked> {
  const { groups } = asked;
  if (groups === undefined || breakdown === undefined) return asked;
  const known = await topLtvValues(asking, asked, breakdown.top + 1);
  return { ...asked, groups: { ...groups, known: known.slice(0, breakdown.top) } };
}

/** The values that are told one by one, in their order, and all others as one. */
function groupsOf(rows: readonly GroupCohort[], { groups }: LtvAsked): readonly Group[] {
  if (groups === undefined) return [{ value: undefined, cohorts: rows }];
  const byValue = Map.groupBy(rows, ({ value }) => value);
  return [...(groups.known ?? []), OTHER_VALUES].flatMap((value) => {
    const cohorts = byValue.get(value);
    return cohorts === undefined ? [] : [{ value, cohorts }];
  });
}

function rowsOf(
  asking: Asking,
  plan: LtvPlan,
  cohorts: readonly GroupCohort[],
  cost: (cohort: number) => number | null,
): readonly LtvRow[] {
  return Array.from({ length: plan.cohorts }, (_, cohort) => {
    const money = cohorts.filter((each) => each.cohort === cohort).reduce(mergeCohorts, emptyCohort(plan, cohort));
    return ltvRow(plan, money, { nowMs: asking.nowMs, costMinor: cost(cohort) });
  });
}

/**
 * What was spent in the interval of a cohort: on the channel of that name, or on all; null where no figure is known, where people are told apart by something
 * else than a touch, and of some people alone, for whom nobody spent by themselves.
 */
async function costsOf(
  asking: Asking,
  { plan, money, groups }: LtvAsked,
): Promise<(cohort: number, value: string | undefined) => number | null> {
  const isByTouch = groups === undefined || "touched" in groups.by || "touch" in groups.by;
  if (!isByTouch || asking.isOfGroup === true) return () => null;
  const fromMs = plan.intervals.bounds[0] ?? 0;
  const toMs = plan.intervals.bounds[plan.cohorts] ?? fromMs;
  const [figures, terms] = await Promise.all([
    readChannelFigures(asking, { fromMs, toMs }),
    loadChannelTerms(asking.db, asking.workspaceId),
  ]);
  const named = channelNamed(terms);
  const cohortOf = ({ day }: ChannelDay): number | undefined => intervalAt(plan.intervals, dayStart(dayOfIso(day) ?? 0, asking.calendar));
  const own = figures.filter(({ currency }) => currency === "" || currency.toUpperCase() === money.currency);
  const spent = Map.groupBy(own, cohortOf);
  return (cohort, value) => {
    if (value === OTHER_VALUES || value === "") return null;
    const of = (spent.get(cohort) ?? []).filter(({ channel }) => value === undefined || named(channel) === named(value));
    return of.length === 0 ? null : of.reduce((sum, { cost }) => sum + minorUnits(cost, money), 0);
  };
}

import { listLtvPeople, queryLtv, type ltvQuerySchema } from "@terrace/contract/api/insight-ltv";
import type { ChannelDay } from "@terrace/domain/insight/channels/channel-figures";
import { channelNamed } from "@terrace/domain/insight/channels/channel-terms";
import { minorUnits } from "@terrace/domain/insight/commerce/trade";
import { emptyCohort, ltvRow, meanByAge, mergeCohorts, type LtvRow } from "@terrace/domain/insight/ltv/ltv-answer";
import { ageCount, planLtv, type LtvPlan } from "@terrace/domain/insight/ltv/ltv-plan";
import { queryFault } from "@terrace/domain/insight/query-fault";
import { intervalAt, intervalLabels } from "@terrace/domain/insight/time/intervals";
import { dayStart } from "@terrace/domain/insight/time/calendar";
import { dayOfIso } from "@terrace/domain/time/zoned-time";
import type { z } from "zod";
import { faultError, valueOrThrow } from "../../../platform/http/fault-error.ts";
import { analysis } from "../analysis.ts";
import { readChannelFigures } from "../channels/channel-figures.views.ts";
import { loadChannelTerms } from "../channels/channel-terms.store.ts";
import { currencyOf } from "../commerce/ground.ts";
import type { Asking } from "../time/asking.ts";
import { learnLtv } from "./ltv-prediction.ts";
import { LTV_ROWS_MAX, ltvPeople, readLtv, type GroupCohort, type LtvAsked, type LtvValues } from "./ltv.views.ts";

type Body = z.output<typeof ltvQuerySchema>;
/** The people of some values of the breakdown as one; `value` undefined: there is no breakdown, or these are the others. */
type Group = { readonly value: string | undefined; readonly isOther: boolean; readonly cohorts: readonly GroupCohort[] };

/** Net revenue per head by cohort and age, and the people of a cohort. */
export const ltv = analysis({
  kind: "ltv",
  route: queryLtv,
  answer: async (asking, body) => {
    const asked = read(asking, body);
    const groups = groupsOf(await readAll(asking, asked), body);
    const costs = await costsOf(asking, asked);
    const learned = await learnLtv(asking, { asked, predict: body.predict }, (wider) => readAll(asking, wider));
    const told = new Set(groups.flatMap(({ value }) => (value === undefined ? [] : [value])));
    const labels = intervalLabels(asked.plan.intervals, asking.calendar, asking.nowMs).slice(0, asked.plan.cohorts);
    return {
      zone: asking.calendar.zone,
      currency: asking.currency,
      ages: ageCount(asked.plan),
      groups: groups.map(({ value, isOther, cohorts }) => {
        const rows = rowsOf(asking, asked.plan, cohorts, (cohort) => costs(cohort, value, isOther));
        const ahead = learned?.(
          (of) => (isOther ? !told.has(of) : value === undefined || of === value),
          rows.map(({ size }) => size),
        );
        return {
          ...(value === undefined ? {} : { value: value === "" ? null : value }),
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
      const asked = read(asking, body);
      const { cell } = body;
      if (cell.cohort >= asked.plan.cohorts || (cell.paidBy ?? 0) >= ageCount(asked.plan))
        throw faultError("insight.no_such_cell", { field: "cell", mend: "Name a cohort and an age of the answer, counted from 0" });
      return ltvPeople(asking, asked, { cohort: cell.cohort, paidBy: cell.paidBy, values: await valuesOfCell(asking, asked, body) });
    },
  },
});

function read(asking: Asking, body: Body): LtvAsked {
  const { breakdown } = body;
  return {
    plan: valueOrThrow(planLtv(body, asking.calendar, asking.nowMs)),
    cohortBy: body.cohortBy,
    registration: body.registration,
    trade: body,
    money: currencyOf(asking),
    touch: breakdown === undefined ? undefined : { by: breakdown.by, among: breakdown.touches },
  };
}

async function readAll(asking: Asking, asked: LtvAsked): Promise<readonly GroupCohort[]> {
  const rows = await readLtv(asking, asked);
  if (rows.length < LTV_ROWS_MAX) return rows;
  return valueOrThrow(queryFault("breakdown.by", "Choose fields with fewer values, or a shorter period"));
}

/** The values with most people one by one, those of equally many by their text, and all others as one. */
function groupsOf(rows: readonly GroupCohort[], { breakdown }: Body): readonly Group[] {
  if (breakdown === undefined) return [{ value: undefined, isOther: false, cohorts: rows }];
  const byValue = [...Map.groupBy(rows, ({ value }) => value)].map(([value, cohorts]) => ({
    value,
    cohorts,
    size: cohorts.reduce((sum, { size }) => sum + size, 0),
  }));
  const sorted = byValue.toSorted((a, b) => b.size - a.size || (a.value < b.value ? -1 : 1));
  const others = sorted.slice(breakdown.top).flatMap(({ cohorts }) => cohorts);
  return [
    ...sorted.slice(0, breakdown.top).map(({ value, cohorts }) => ({ value, isOther: false, cohorts })),
    ...(others.length === 0 ? [] : [{ value: undefined, isOther: true, cohorts: others }]),
  ];
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

/** What was spent in the interval of a cohort: on the channel of that name, or on all; null where no figure is known, and for the others of a breakdown. */
async function costsOf(
  asking: Asking,
  { plan, money }: LtvAsked,
): Promise<(cohort: number, value: string | undefined, isOther: boolean) => number | null> {
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
  return (cohort, value, isOther) => {
    if (isOther || value === "") return null;
    const of = (spent.get(cohort) ?? []).filter(({ channel }) => value === undefined || named(channel) === named(value));
    return of.length === 0 ? null : of.reduce((sum, { cost }) => sum + minorUnits(cost, money), 0);
  };
}

async function valuesOfCell(asking: Asking, asked: LtvAsked, body: z.output<typeof listLtvPeople.body>): Promise<LtvValues | undefined> {
  const { value, other } = body.cell;
  if (body.breakdown === undefined) return undefined;
  if (!other) return value === undefined ? undefined : { values: [value ?? ""], isOther: false };
  const told = groupsOf(await readAll(asking, asked), body);
  return { values: told.flatMap((group) => (group.value === undefined ? [] : [group.value])), isOther: true };
}

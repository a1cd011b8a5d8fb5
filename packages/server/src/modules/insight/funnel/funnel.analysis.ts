import { getFunnel, listFunnelPeople, type funnelQuerySchema } from "@terrace/contract/api/insight-funnel";
import type { FunnelPlan } from "@terrace/domain/insight/funnel/funnel-plan";
import { readFunnel, readHistogram, type HistogramPlan } from "@terrace/domain/insight/funnel/read-funnel";
import { shapeFunnel } from "@terrace/domain/insight/funnel/shape-funnel";
import { queryFault } from "@terrace/domain/insight/query-fault";
import type { IntervalUnit } from "@terrace/domain/insight/time/calendar";
import { intervalLabels, intervalsOf } from "@terrace/domain/insight/time/intervals";
import { isByPerson } from "@terrace/domain/insight/breakdown";
import { hideTokens } from "@terrace/domain/personal/hide-tokens";
import { isoInstant } from "@terrace/domain/time/zoned-time";
import type { z } from "zod";
import { valueOrThrow } from "../../../platform/http/fault-error.ts";
import { analysis } from "../analysis.ts";
import { groupCases, type GroupCase } from "../breakdown/in-groups.ts";
import { periodOf, type Asking } from "../time/asking.ts";
import { funnelFigures, funnelOverTime, funnelPeople, type FunnelCell, type FunnelFigures } from "./funnel.views.ts";

/** A funnel, and the people behind its figures. */
export const funnel = analysis({
  kind: "funnel",
  route: getFunnel,
  groups: { narrows: "all" },
  answer: async (asking, body) => {
    const plan = read(asking, body);
    const ofPeople = peopleGroups(asking, plan, body);
    const histogram = body.histogram === undefined ? undefined : valueOrThrow(readHistogram(plan, body.histogram));
    const { total, values } = await funnelFigures(asking, plan, { histogram, valuesMax: body.breakdown?.limit ?? 0 });
    return {
      from: isoInstant(plan.fromMs),
      to: isoInstant(plan.toMs),
      windowSeconds: plan.windowMs / 1_000,
      ...shapeFunnel(total),
      ...(body.breakdown === undefined
        ? {}
        : { breakdown: ofPeople === undefined ? shapeValues(total, values) : await byPeople(plan, ofPeople) }),
      ...(body.interval === undefined ? {} : { intervals: await overTime(asking, plan, body.interval) }),
      ...(histogram === undefined ? {} : { histogram: brackets(histogram, total.brackets) }),
    };
  },
  people: {
    route: listFunnelPeople,
    behind: async (asking, body) => {
      const plan = read(asking, body);
      const ofPeople = peopleGroups(asking, plan, body);
      if (ofPeople === undefined || body.cell.value === undefined) return funnelPeople(plan, asking.tools, cellOf(body.cell, plan, asking));
      const { value, ...cell } = body.cell;
      const found = (await ofPeople).find((each) => !each.other && each.value === value);
      if (found === undefined) return valueOrThrow(queryFault("cell.value", "Name a value of the answer's breakdown"));
      return funnelPeople(plan, found.asking.tools, cellOf(cell, plan, asking));
    },
  },
});

type Body = z.output<typeof funnelQuerySchema>;
type Cell = z.output<typeof listFunnelPeople.body>["cell"];

function read(asking: Asking, body: Body): FunnelPlan {
  const by = body.breakdown?.by;
  const breakdown = by === undefined || isByPerson(by) ? undefined : body.breakdown && { ...body.breakdown, by };
  return valueOrThrow(readFunnel({ ...body, breakdown }, periodOf(asking, body.period), asking.nowMs));
}

/** The groups of a breakdown by what is told of people: each has a funnel of its own. Undefined for one by what is told of events. */
function peopleGroups(asking: Asking, plan: FunnelPlan, { breakdown }: Body): Promise<readonly GroupCase[]> | undefined {
  if (breakdown === undefined || !isByPerson(breakdown.by)) return undefined;
  return groupCases(asking, { by: breakdown.by, top: breakdown.limit, events: plan.steps[0] ?? [], period: plan });
}

async function byPeople(plan: FunnelPlan, groups: Promise<readonly GroupCase[]>) {
  const values: (ReturnType<typeof shapeFunnel> & { value: string | null })[] = [];
  let rest = plan.steps.map(() => 0);
  for (const { value, other, asking } of await groups) {
    const { total } = await funnelFigures(asking, plan, { histogram: undefined, valuesMax: 0 });
    if (other) rest = [...total.reached];
    else values.push({ value: value === null ? null : hideTokens(value), ...shapeFunnel(total) });
  }
  return { values, rest };
}

/** The values most people have, and how many people have another. */
function shapeValues(total: FunnelFigures, values: readonly (FunnelFigures & { readonly value: string })[]) {
  return {
    values: values.map(({ value, ...figures }) => ({ value: value === "" ? null : value, ...shapeFunnel(figures) })),
    rest: total.reached.map((people, step) => people - values.reduce((sum, { reached }) => sum + (reached[step] ?? 0), 0)),
  };
}

/** Conversion by the interval in which attempts began. */
async function overTime(asking: Asking, plan: FunnelPlan, unit: IntervalUnit) {
  if (plan.fromMs === plan.toMs) return [];
  const intervals = valueOrThrow(intervalsOf(plan, unit, asking.calendar, "cut"));
  const rows = await funnelOverTime(asking, plan, intervals.bounds.slice(0, -1));
  const people = new Map(rows.map(({ startMs, reached }) => [startMs, reached]));
  // An attempt begun at the very end of an interval has its window before it.
  return intervalLabels(intervals, asking.calendar, asking.nowMs - plan.windowMs).map((label) => {
    const reached = people.get(Date.parse(label.from)) ?? plan.steps.map(() => 0);
    const first = reached[0] ?? 0;
    return { ...label, people: [...reached], conversion: first === 0 ? null : (reached.at(-1) ?? 0) / first };
  });
}

function brackets({ startsMs }: HistogramPlan, people: readonly number[]) {
  return startsMs.map((startMs, index) => {
    const end = startsMs[index + 1];
    return { fromSeconds: startMs / 1_000, toSeconds: end === undefined ? null : end / 1_000, people: people[index] ?? 0 };
  });
}

function cellOf({ step, outcome, value, interval }: Cell, plan: FunnelPlan, asking: Asking): FunnelCell {
  const steps = plan.steps.length;
  const isDropped = outcome === "dropped";
  if (step > steps || (isDropped && step < 2)) valueOrThrow(queryFault("cell.step", `Name a step from ${isDropped ? 2 : 1} to ${steps}`));
  if (value !== undefined && plan.breakdown === undefined)
    valueOrThrow(queryFault("cell.value", "Ask for a breakdown, or leave the value out"));
  return {
    levels: isDropped ? { from: step - 1, to: step - 1 } : { from: step, to: steps },
    value: value === null ? "" : value,
    interval: interval === undefined ? undefined : intervalOf(interval, plan, asking),
  };
}

function intervalOf(
  { unit, from }: { readonly unit: IntervalUnit; readonly from: string },
  plan: FunnelPlan,
  { calendar }: Asking,
): FunnelCell["interval"] {
  const startsMs = plan.fromMs === plan.toMs ? [] : valueOrThrow(intervalsOf(plan, unit, calendar, "cut")).bounds.slice(0, -1);
  const startMs = startsMs.find((each) => each === Date.parse(from));
  if (startMs === undefined) return valueOrThrow(queryFault("cell.interval.from", "Use `from` of an interval of the answer, unchanged"));
  return { startsMs, startMs };
}

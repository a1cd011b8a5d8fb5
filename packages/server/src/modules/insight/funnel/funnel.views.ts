import type { FunnelPlan } from "@terrace/domain/insight/funnel/funnel-plan";
import { ch, type ChStatement } from "../../../platform/storage/clickhouse.ts";
import type { AnalysisTools, Asking } from "../time/asking.ts";
import { whole } from "../sequence/person-events.views.ts";
import { readInOrder, type Reading } from "../sequence/reading.ts";
import { canReadMarks, funnelAttempts, placeOfCode, timeOfCode } from "./funnel-attempts.views.ts";

/** People that got at least so far, with the time from the step before: sums and medians in ms, `null` where nobody got there. */
export type FunnelFigures = {
  readonly reached: readonly number[];
  /** Of step k + 2: the time since step k + 1; last: the time from the first step to the last. */
  readonly sums: readonly number[];
  readonly medians: readonly (number | null)[];
  /** People that went through both steps of the histogram, by bracket. */
  readonly brackets: readonly number[];
};

/** Which times are drawn: from a step to a later one (from 0), in brackets that begin at these ms and end where the next begins. */
export type FunnelHistogram = { readonly from: number; readonly to: number; readonly startsMs: readonly number[] };

/** The figures of everybody, and with a breakdown those by value, most people first; "" stands for no value. */
export async function funnelFigures(
  asking: Asking,
  plan: FunnelPlan,
  asked: { readonly histogram: FunnelHistogram | undefined; readonly valuesMax: number },
): Promise<{ readonly total: FunnelFigures; readonly values: readonly (FunnelFigures & { readonly value: string })[] }> {
  const byValue = ch`group by grouping sets ((value), ())`;
  const rows = await readInOrder<FunnelFigures & { readonly value: string; readonly is_total: number }>(
    asking,
    "insight.funnel",
    canReadMarks(plan),
    (
      reading,
    ) => ch`select ${plan.breakdown === undefined ? ch`'' as value, 1 as is_total` : ch`value, grouping(value) as is_total`}, max(tied) as ties, ${figures(plan, asked.histogram)}
    from (${best(plan, asking.tools, reading)}) /* workspace_id is named in the events it reads */
    ${plan.breakdown === undefined ? ch`` : byValue} order by is_total desc, reached[1] desc, value limit ${ch.value("UInt32", asked.valuesMax + 1)}`,
  );
  const zeros = plan.steps.map(() => 0);
  const none: FunnelFigures = { reached: zeros, sums: zeros, medians: [], brackets: [] };
  return { total: rows.find((row) => row.is_total === 1) ?? none, values: rows.filter((row) => row.is_total === 0) };
}

/** People by the interval in which their attempt began and the steps it reached; of the attempts that a person began in an interval the best counts. */
export async function funnelOverTime(
  asking: Asking,
  plan: FunnelPlan,
  startsMs: readonly number[],
): Promise<readonly { readonly startMs: number; readonly reached: readonly number[] }[]> {
  return readInOrder(
    asking,
    "insight.funnel_intervals",
    canReadMarks(plan),
    (
      reading,
    ) => ch`select slot as startMs, ${reached(plan)}, max(tied) as ties from (${best(plan, asking.tools, reading, startsMs)}) /* workspace_id is named in the events it reads */
    group by slot order by slot limit 10000`,
  );
}

/** A cell of a funnel: who got to a step, or got to the step before it and no further; with a breakdown, of one value; over time, of one interval. */
export type FunnelCell = {
  readonly levels: { readonly from: number; readonly to: number };
  readonly value: string | undefined;
  readonly interval: { readonly startsMs: readonly number[]; readonly startMs: number } | undefined;
};

/** A statement of the people of a cell, as the column `person`. */
export function funnelPeople(plan: FunnelPlan, tools: AnalysisTools, cell: FunnelCell): ChStatement {
  return ch`select person from (${best(plan, tools, "exact", cell.interval?.startsMs)}) /* workspace_id is named in the events it reads */
    where level between ${ch.value("UInt8", cell.levels.from)} and ${ch.value("UInt8", cell.levels.to)}
      and ${cell.value === undefined ? ch`1` : ch`value = ${ch.value("String", cell.value)}`}
      and ${cell.interval === undefined ? ch`1` : ch`slot = ${ch.value("Int64", cell.interval.startMs)}`}`;
}

/**
 * One row for each person: `person`, `slot`, `level` (steps reached by their best attempt: most steps, then earliest), `times` (of its steps, Unix ms) and
 * `value` of the breakdown. With intervals one row for each person and interval in which they began an attempt; `slot` is its beginning.
 */
function best(plan: FunnelPlan, tools: AnalysisTools, reading: Reading, startsMs?: readonly number[]): ChStatement {
  const attempts = funnelAttempts(plan, tools, reading);
  const entry = timeOfCode(ch`attempt.2`, plan);
  const one = ch`arrayElement(attempts, indexOf(attempts.1, arrayMax(attempts.1)))`;
  const slot = startsMs === undefined ? ch`toInt64(0)` : ch`roundDown(${entry}, ${ch.value("Array(Int64)", startsMs)})`;
  const candidates = ch`
    select person, part, tied, ${startsMs === undefined ? one : ch`arrayJoin(attempts)`} as attempt, ${slot} as slot,
      attempt.1 as level, [${ch.join(
        plan.steps.map((_, step) => timeOfCode(ch`attempt.${whole(step + 2)}`, plan)),
        ", ",
      )}] as times, ${valueOf(plan)} as value
    from (${attempts})`;
  if (startsMs === undefined && plan.hold === undefined) return candidates;
  return ch`
    select person, slot, tied, chosen.1 as level, chosen.2 as times, chosen.3 as value from (
      select person, slot, max(tied) as tied, argMin((level, times, value), (-toInt16(level), times[1], part, attempt)) as chosen from (${candidates}) group by person, slot
    )`;
}

/** The value of an attempt by which it is broken down, from the events of the steps it reached. */
function valueOf({ breakdown, steps }: FunnelPlan): ChStatement {
  if (breakdown === undefined) return ch`''`;
  const at = (step: number): ChStatement => ch`if(attempt.1 > ${whole(step)}, values[${placeOfCode(ch`attempt.${whole(step + 2)}`)}], '')`;
  if (typeof breakdown.attribution === "object") return at(breakdown.attribution.step);
  const all = ch.join(
    steps.map((_, step) => at(step)),
    ", ",
  );
  return breakdown.attribution === "first" ? ch`arrayFirst(text -> text != '', [${all}])` : ch`arrayLast(text -> text != '', [${all}])`;
}

function reached({ steps }: FunnelPlan): ChStatement {
  return ch`[${ch.join(
    steps.map((_, step) => ch`countIf(level > ${whole(step)})`),
    ", ",
  )}] as reached`;
}

function figures(plan: FunnelPlan, histogram: FunnelHistogram | undefined): ChStatement {
  const last = plan.steps.length - 1;
  const spans = [...plan.steps.slice(1).map((_, step) => ({ from: step, to: step + 1 })), { from: 0, to: last }];
  const took = ({ from, to }: { readonly from: number; readonly to: number }): ChStatement =>
    ch`(times[${whole(to + 1)}] - times[${whole(from + 1)}])`;
  const sums = spans.map((span) => ch`sumIf(${took(span)}, level > ${whole(span.to)})`);
  const medians = spans.map((span) => ch`quantileExactInclusiveIf(0.5)(${took(span)}, level > ${whole(span.to)})`);
  const brackets = (histogram?.startsMs ?? []).map((startMs, index, all) => {
    const end = all[index + 1];
    const from = ch`${took(histogram ?? { from: 0, to: 0 })} >= ${ch.value("Int64", startMs)}`;
    const within = end === undefined ? from : ch`${from} and ${took(histogram ?? { from: 0, to: 0 })} < ${ch.value("Int64", end)}`;
    return ch`countIf(level > ${whole(histogram?.to ?? 0)} and ${within})`;
  });
  return ch`${reached(plan)}, [${ch.join(sums, ", ")}] as sums, [${ch.join(medians, ", ")}] as medians, ${
    brackets.length === 0 ? ch`emptyArrayUInt64()` : ch`[${ch.join(brackets, ", ")}]`
  } as brackets`;
}

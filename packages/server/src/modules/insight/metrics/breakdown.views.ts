import type { Condition, EventSelector } from "@terrace/domain/conditions/condition";
import type { BreakdownBy } from "@terrace/domain/insight/breakdown";
import { atomsOf, type BoundAtom, type BoundMetric, type PeopleTest } from "@terrace/domain/insight/metrics/metric";
import type { Intervals } from "@terrace/domain/insight/time/intervals";
import { ch, type ChStatement } from "../../../platform/storage/clickhouse.ts";
import { isTokenSql } from "../../../platform/storage/token-sql.ts";
import { groupCases } from "../breakdown/in-groups.ts";
import { inPeriod, readRows, type Asking } from "../time/asking.ts";
import { breakdownValuesSql } from "../trends/breakdown-sql.ts";
import { traitSql } from "../trends/property-values.ts";
import { anyOfSql, rowsSql, workspaceOf, spanOf, type AtomGround } from "./atoms/atom-ground.ts";

export type MetricBreakdown = BreakdownBy;
type ByCondition = Exclude<MetricBreakdown, { readonly segment: readonly string[] } | { readonly touch: "first" | "last" }>;

/** One line of a breakdown: a value (null: none), all others, or everything where nothing is broken down; a condition narrows it, or a scope of its own. */
export type BreakdownCase = {
  readonly value?: string | null;
  readonly other: boolean;
  readonly where?: Condition;
  readonly asking?: Asking;
};

/** The values most frequent among the events that a metric begins with, each as a condition; the others as one when there are more. */
export async function breakdownCases(
  ground: AtomGround,
  metric: BoundMetric,
  { by, ...asked }: { readonly by: MetricBreakdown; readonly top: number; readonly intervals: Intervals },
): Promise<readonly BreakdownCase[]> {
  if ("segment" in by || "touch" in by)
    return groupCases(ground.asking, { by, top: asked.top, events: mainEvents(metric), period: spanOf(asked.intervals) });
  const most = ch.value("UInt16", asked.top + 1);
  const rows = await readRows<{ value: string | null }>(
    ground.asking,
    "insight.metric_values",
    "trait" in by ? traitValues(ground, by.trait, most) : eventValues(ground, metric, { ...asked, by, most }),
  );
  const shown = rows.slice(0, asked.top).map(({ value }) => value);
  const cases: readonly BreakdownCase[] = shown.map((value) => ({ value, other: false, where: whereValue(by, value) }));
  if (rows.length <= asked.top) return cases;
  const others: Condition = { not: { any: shown.map((value) => whereValue(by, value)) } };
  return [...cases, { other: true, where: others }];
}

type Most = ReturnType<typeof ch.value>;

function eventValues(
  ground: AtomGround,
  metric: BoundMetric,
  {
    by,
    intervals,
    most,
  }: { readonly by: Exclude<ByCondition, { readonly trait: string }>; readonly intervals: Intervals; readonly most: Most },
): ChStatement {
  return ch`select arrayJoin(${breakdownValuesSql(by)}) as value, count() as found from events
    where workspace_id = ${workspaceOf(ground)} and ${rowsSql(ground)} and ${inPeriod(spanOf(intervals))} and ${anyOfSql(ground, mainEvents(metric))}
    group by value order by found desc, value nulls last limit ${most}`;
}

/** Traits that most people have; lists, objects and personal values are none. */
function traitValues({ asking }: AtomGround, trait: string, most: Most): ChStatement {
  const at = traitSql(trait);
  const text = ch`assumeNotNull(toString(${at}))`;
  const hasNone = ch`${at} is null or startsWith(dynamicType(${at}), 'Array') or ${isTokenSql(text)}`;
  return ch`select if(${hasNone}, null, ${text}) as value, count() as found from person_trait final
    where workspace_id = ${ch.value("UInt32", asking.workspaceId)} group by value order by value is null, found desc, value limit ${most}`;
}

function whereValue(by: ByCondition, value: string | null): Condition {
  if ("property" in by) return value === null ? { property: by.property, isSet: false } : { property: by.property, is: [value] };
  if ("column" in by) return value === null ? { column: by.column, isSet: false } : { column: by.column, is: [value] };
  return value === null ? { trait: by.trait, isSet: false } : { trait: by.trait, is: [value] };
}

/** The events that the first figure of a metric is read from. */
export function mainEvents({ expression }: BoundMetric): readonly EventSelector[] {
  for (const atom of atomsOf(expression)) {
    const events = eventsOfAtom(atom);
    if (events.length > 0) return events;
  }
  return [{ event: null }];
}

function eventsOfAtom(atom: BoundAtom): readonly EventSelector[] {
  switch (atom.kind) {
    case "events":
    case "time_spent":
      return atom.of;
    case "amount":
      return [...(atom.orders ?? []), ...(atom.refunds ?? [])];
    case "people":
      return eventsOfTest(atom.where);
    case "person_days":
      return atom.each.flat();
    case "cohort":
      return atom.cohort.start;
    case "channel":
      return atom.tracked;
    case "days":
      return [];
    default:
      return atom.start;
  }
}

function eventsOfTest(test: PeopleTest<readonly EventSelector[], number>): readonly EventSelector[] {
  if ("all" in test) return test.all.flatMap(eventsOfTest);
  if ("any" in test) return test.any.flatMap(eventsOfTest);
  return "not" in test ? eventsOfTest(test.not) : test.of;
}

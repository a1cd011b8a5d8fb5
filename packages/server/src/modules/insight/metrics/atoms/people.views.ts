import type { EventSelector } from "@terrace/domain/conditions/condition";
import type { MetricLine } from "@terrace/domain/insight/metrics/evaluate-expression";
import type { PeopleTest } from "@terrace/domain/insight/metrics/metric";
import { upToToday, windowSpan, type Span } from "@terrace/domain/insight/metrics/window-span";
import type { Period } from "@terrace/domain/insight/time/calendar";
import type { Intervals } from "@terrace/domain/insight/time/intervals";
import { ch, type ChStatement } from "../../../../platform/storage/clickhouse.ts";
import { perPerson, readRows } from "../../time/asking.ts";
import { intervalBits, type IntervalBits } from "../../time/interval-bits.ts";
import { intervalNumberSql } from "../../time/interval-number-sql.ts";
import { anyOfSql, instant, rowsSql, workspaceOf, spanOf, type AtomGround } from "./atom-ground.ts";

export type BoundTest = PeopleTest<readonly EventSelector[], number>;
type Leaf = Extract<BoundTest, { readonly of: readonly EventSelector[] }>;

/** People for whom a test holds, per interval and over all of them. */
export async function countPeople(ground: AtomGround, test: BoundTest, intervals: Intervals): Promise<MetricLine> {
  const periods = [...pairsOf(intervals), spanOf(intervals)];
  const plan = planTests(ground, test, periods);
  // A condition for each interval: side by side in arrays they would take the memory of all intervals for every person of a block.
  const counted = periods.map((_, at) => ch`countIf(${testSql(plan, test, (index) => endsAt(plan, index, at))})`);
  const [row] = await readRows<{ counts: readonly number[] }>(
    ground.asking,
    "insight.metric_people",
    ch`select [${ch.join(counted, ", ")}] as counts from (${plan.people})`,
  );
  const counts = periods.map((_, at) => row?.counts[at] ?? 0);
  return { points: counts.slice(0, -1), total: counts.at(-1) ?? 0 };
}

/** The people for whom a test holds at one interval. */
export function peopleOfTest(ground: AtomGround, test: BoundTest, period: Period): ChStatement {
  const plan = planTests(ground, test, [period]);
  const holds = testSql(plan, test, (index) => endsAt(plan, index, 0));
  return ch`select person from (${plan.people}) where ${holds}`;
}

/** The consecutive intervals as periods. */
export function pairsOf({ bounds }: Intervals): readonly Period[] {
  return bounds.slice(0, -1).map((fromMs, at) => ({ fromMs, toMs: bounds[at + 1] ?? fromMs }));
}

/** Cells of time from the first up to and without the second. */
type Cells = { readonly from: number; readonly to: number };
/** A test's column, and the cells of its window at every interval. */
type PlannedLeaf = { readonly leaf: Leaf; readonly column: number; readonly cells: readonly Cells[] };
type Plan = {
  readonly leaves: readonly PlannedLeaf[];
  readonly columns: readonly Column[];
  /** One row per person with a column per list of events. */
  readonly people: ChStatement;
};
/** How often the events of a list came per cell: as bits where only whether is asked, as counts else. */
type Column = { readonly of: readonly EventSelector[]; readonly bits: IntervalBits | undefined };

/** All windows of all intervals are cut into the cells between their ends, so that the events are read once. Cell 0 is everything before the first end. */
function planTests(ground: AtomGround, test: BoundTest, periods: readonly Period[]): Plan {
  const { calendar, nowMs } = ground.asking;
  const leaves = leavesOf(test);
  const spans = leaves.map((leaf) => periods.map((period) => windowSpan(leaf.window, upToToday(period, calendar, nowMs), calendar)));
  const bounds = [...new Set(spans.flat().flatMap(({ fromMs, toMs }) => (fromMs === null ? [toMs] : [fromMs, toMs])))].toSorted(
    (a, b) => a - b,
  );
  const place = new Map(bounds.map((bound, index) => [bound, index + 1]));
  const cellsOf = ({ fromMs, toMs }: Span): Cells => ({ from: fromMs === null ? 0 : (place.get(fromMs) ?? 0), to: place.get(toMs) ?? 0 });
  const keys = [...new Set(leaves.map(({ of }) => JSON.stringify(of)))];
  const columns = keys.map((key) =>
    columnOf(
      leaves.filter(({ of }) => JSON.stringify(of) === key),
      bounds.length,
    ),
  );
  return {
    leaves: leaves.map((leaf, index) => ({
      leaf,
      column: keys.indexOf(JSON.stringify(leaf.of)),
      cells: (spans[index] ?? []).map(cellsOf),
    })),
    columns,
    people: peopleSql(ground, columns, { bounds, fromEver: spans.flat().some(({ fromMs }) => fromMs === null) }),
  };
}

const WIDEST = 256;

function columnOf(leaves: readonly Leaf[], cells: number): Column {
  const onlyWhether = leaves.every(({ atLeast }) => atLeast === 1);
  return { of: leaves[0]?.of ?? [], bits: onlyWhether && cells <= WIDEST ? intervalBits(cells) : undefined };
}

function peopleSql(
  ground: AtomGround,
  columns: readonly Column[],
  { bounds, fromEver }: { readonly bounds: readonly number[]; readonly fromEver: boolean },
): ChStatement {
  const first = bounds[0] ?? 0;
  const cell = ch`if(time < ${instant(first)}, toUInt16(0), toUInt16(${intervalNumberSql({ unit: "day", bounds }, ch`time`)} + 1))`;
  const perOrigin = columns.map(({ of, bits }, index) => {
    const counts = anyOfSql(ground, of);
    return bits === undefined
      ? ch`sumMapIf([${cell}], [toUInt64(1)], ${counts}) as ${bare(`c${index}`)}`
      : ch`groupBitOr(if(${counts}, bitShiftLeft(${bits.one}, ${cell}), ${bits.none})) as ${bare(`c${index}`)}`;
  });
  const merged = columns.map(({ bits }, index) => {
    const name = bare(`c${index}`);
    return bits === undefined
      ? ch`sumMap(per_origin.${name}.1, per_origin.${name}.2) as ${name}`
      : ch`groupBitOr(per_origin.${name}) as ${name}`;
  });
  const since = fromEver ? ch`1` : ch`time >= ${instant(first)}`;
  const any = ch.join(
    columns.map(({ of }) => anyOfSql(ground, of)),
    " or ",
  );
  const origins = ch`select origin_id, ${ch.join(perOrigin, ", ")} from events
    where workspace_id = ${workspaceOf(ground)} and ${rowsSql(ground)} and origin_id != 0 and time < ${instant(bounds.at(-1) ?? 0)} and ${since} and (${any}) group by origin_id`;
  return perPerson(ground.asking.workspaceId, origins, ch.join(merged, ", "));
}

/** The cells of a leaf's window at an interval. */
function endsAt({ leaves }: Plan, index: number, at: number): Ends {
  const { from, to } = leaves[index]?.cells[at] ?? { from: 0, to: 0 };
  return { from: ch`${ch.value("UInt16", from)}`, to: ch`${ch.value("UInt16", to)}` };
}

type Ends = { readonly from: ChStatement; readonly to: ChStatement };

function testSql(plan: Plan, test: BoundTest, ends: (index: number) => Ends): ChStatement {
  let index = -1;
  const sql = (each: BoundTest): ChStatement => {
    if ("all" in each) return ch`(${ch.join(each.all.map(sql), " and ")})`;
    if ("any" in each) return ch`(${ch.join(each.any.map(sql), " or ")})`;
    if ("not" in each) return ch`not ${sql(each.not)}`;
    index += 1;
    return leafSql(plan, index, ends(index));
  };
  return sql(test);
}

function leafSql({ leaves, columns }: Plan, index: number, { from, to }: Ends): ChStatement {
  const planned = leaves[index];
  const column = columns[planned?.column ?? 0];
  if (planned === undefined || column === undefined) throw new RangeError("a leaf without a column");
  const name = bare(`c${planned.column}`);
  if (column.bits === undefined)
    return ch`(arraySum((cell, times) -> if(cell >= ${from} and cell < ${to}, times, 0), ${name}.1, ${name}.2) >= ${ch.value("UInt64", planned.leaf.atLeast)})`;
  const { width } = column.bits;
  const unused = ch`toUInt16(${ch.value("UInt16", width)} - (${to} - ${from}))`;
  return ch`(${to} > ${from} and bitShiftLeft(bitShiftRight(${name}, ${from}), ${unused}) != 0)`;
}

function leavesOf(test: BoundTest): readonly Leaf[] {
  if ("all" in test) return test.all.flatMap(leavesOf);
  if ("any" in test) return test.any.flatMap(leavesOf);
  return "not" in test ? leavesOf(test.not) : [test];
}

/** A name made here, never by a caller. */
function bare(name: string): ChStatement {
  return { text: name, params: {} };
}

import type { EventSelector } from "@terrace/domain/conditions/condition";
import type { MetricLine } from "@terrace/domain/insight/metrics/evaluate-expression";
import type { PeopleTest } from "@terrace/domain/insight/metrics/metric";
import { upToToday, windowSpan, type Span } from "@terrace/domain/insight/metrics/window-span";
import type { Period } from "@terrace/domain/insight/time/calendar";
import type { Intervals } from "@terrace/domain/insight/time/intervals";
import { ch, type ChStatement } from "../../../../platform/storage/clickhouse.ts";
import { perPerson, readRows } from "../../time/asking.ts";
import { anyOfSql, instant, rowsSql, workspaceOf, spanOf, type AtomGround } from "./atom-ground.ts";
import {
  allBitsSql,
  bitsOfRangesSql,
  bitsOfRowSql,
  heldBits,
  HELD_INTERVALS_MAX,
  isInAnySql,
  isInSql,
  rangeOfRowSql,
  type HeldWindows,
} from "./held-intervals.ts";

export type BoundTest = PeopleTest<readonly EventSelector[], number>;
type Leaf = Extract<BoundTest, { readonly of: readonly EventSelector[] }>;

/** People for whom each of some tests holds, per interval and over all of them; the events are read once for all tests. */
export async function countPeople(ground: AtomGround, tests: readonly BoundTest[], intervals: Intervals): Promise<readonly MetricLine[]> {
  const periods = pairsOf(intervals);
  const lines = tests.map(() => ({ points: [] as number[], total: 0 }));
  // Hardly anybody asks for more intervals than a number has bits; they are read one part after the other.
  for (let from = 0; from === 0 || from < periods.length; from += HELD_INTERVALS_MAX) {
    const some = periods.slice(from, from + HELD_INTERVALS_MAX);
    const people = await countAtOnce(ground, tests, some, spanOf(intervals));
    lines.forEach((line, test) => {
      line.points.push(...some.map((_, at) => people.get(placeOf(test, at)) ?? 0));
      line.total = people.get(placeOf(test, some.length)) ?? 0;
    });
  }
  return lines;
}

/** The number of an interval of a test among those of all tests. */
function placeOf(test: number, at: number): number {
  return test * (HELD_INTERVALS_MAX + 1) + at;
}

/** The people by test and interval (`placeOf`), the whole after the last interval. People who are alike in all of it are taken together first. */
async function countAtOnce(
  ground: AtomGround,
  tests: readonly BoundTest[],
  periods: readonly Period[],
  whole: Period,
): Promise<ReadonlyMap<number, number>> {
  const held = ch.join(
    tests.map((_, test) => heldName(test)),
    ", ",
  );
  const places = ch.join(
    tests.map(
      (_, test) => ch`arrayMap(at -> toUInt16(at + ${ch.value("UInt16", placeOf(test, 0))}), bitPositionsToArray(${heldName(test)}))`,
    ),
    ", ",
  );
  const rows = await readRows<{ place: number; people: number }>(
    ground.asking,
    "insight.metric_people",
    ch`select place, sum(alike) as people from (
      select arrayJoin(arrayConcat(${places})) as place, alike from (select ${held}, count() as alike from (${heldBy(ground, tests, periods, whole)}) group by ${held})
    ) /* workspace_id is named in the events it reads */ group by place order by place limit 10000`,
  );
  return new Map(rows.map(({ place, people }) => [place, people]));
}

/** The people for whom a test holds at one interval. */
export function peopleOfTest(ground: AtomGround, test: BoundTest, period: Period): ChStatement {
  return ch`select person from (${heldBy(ground, [test], [period], period)}) where bitAnd(${heldName(0)}, ${heldBits(1).one}) != 0`;
}

/** The consecutive intervals as periods. */
export function pairsOf({ bounds }: Intervals): readonly Period[] {
  return bounds.slice(0, -1).map((fromMs, at) => ({ fromMs, toMs: bounds[at + 1] ?? fromMs }));
}

/** One row per person with the bits of the intervals at which each test holds (`heldName`), the last bit for the whole. What several tests ask of is read once. */
function heldBy(ground: AtomGround, tests: readonly BoundTest[], periods: readonly Period[], whole: Period): ChStatement {
  const { calendar, nowMs } = ground.asking;
  const leaves = new Map(tests.flatMap(leavesOf).map((leaf) => [JSON.stringify(leaf), leaf]));
  const columns = new Map(
    [...leaves].map(([key, leaf], index) => {
      const windowAt = (period: Period): Span => windowSpan(leaf.window, upToToday(period, calendar, nowMs), calendar);
      const windows = { spans: periods.map(windowAt), whole: windowAt(whole) };
      return [key, leaf.atLeast === 1 ? columnOfOnce(ground, leaf, windows, index) : columnOfOften(ground, leaf, windows, index)] as const;
    }),
  );
  const held = tests.map((test, index) => ch`bitAnd(${testSql(test, columns)}, ${allBitsSql(periods.length)}) as ${heldName(index)}`);
  return ch`select person, ${ch.join(held, ", ")} from (${peopleSql(ground, [...columns.values()])})`;
}

function heldName(test: number): ChStatement {
  return bare(`held${test}`);
}

/** What is kept of the events of a part of a test, per id and per person, and the bits that come of it. */
type Column = {
  readonly leaf: Leaf;
  readonly windows: HeldWindows;
  readonly perOrigin: ChStatement;
  readonly merged: ChStatement;
  readonly held: ChStatement;
};

/** Where one event is enough, the bits of all of them are. */
function columnOfOnce(ground: AtomGround, leaf: Leaf, windows: HeldWindows, index: number): Column {
  const name = bare(`c${index}`);
  const { none } = heldBits(windows.spans.length);
  return {
    leaf,
    windows,
    perOrigin: ch`groupBitOr(if(${anyOfSql(ground, leaf.of)}, ${bitsOfRowSql(windows)}, ${none})) as ${name}`,
    merged: ch`groupBitOr(per_origin.${name}) as ${name}`,
    held: name,
  };
}

/** Else they are put in order. How many there are in the whole is counted. */
function columnOfOften(ground: AtomGround, leaf: Leaf, windows: HeldWindows, index: number): Column {
  const [name, times] = [bare(`c${index}`), bare(`t${index}`)];
  const bits = heldBits(windows.spans.length);
  const counts = anyOfSql(ground, leaf.of);
  const ofWhole = ch`if(${times} >= ${ch.value("Int64", leaf.atLeast)}, bitShiftLeft(${bits.one}, ${ch.value("UInt16", windows.spans.length)}), ${bits.none})`;
  return {
    leaf,
    windows,
    perOrigin: ch`groupArrayIf(${rangeOfRowSql(windows)}, ${counts} and ${isInAnySql(windows)}) as ${name}, countIf(${counts} and ${isInSql(windows.whole)}) as ${times}`,
    merged: ch`arraySort(groupArrayArray(per_origin.${name})) as ${name}, sum(per_origin.${times}) as ${times}`,
    held: ch`bitOr(${bitsOfRangesSql(windows, name, leaf.atLeast)}, ${ofWhole})`,
  };
}

function peopleSql(ground: AtomGround, columns: readonly Column[]): ChStatement {
  const spansOf = ({ windows }: Column): readonly Span[] => [...windows.spans, windows.whole];
  const spans = columns.flatMap(spansOf);
  const since = beginningOf(spans);
  const any = ch.join(
    columns.map((column) => {
      const own = beginningOf(spansOf(column));
      const counts = anyOfSql(ground, column.leaf.of);
      // What is asked for in a shorter time than the others is looked at in that alone.
      return own === null || own === since ? counts : ch`(time >= ${instant(own)} and ${counts})`;
    }),
    " or ",
  );
  const origins = ch`select origin_id, ${ch.join(
    columns.map(({ perOrigin }) => perOrigin),
    ", ",
  )} from events
    where workspace_id = ${workspaceOf(ground)} and ${rowsSql(ground)} and origin_id != 0 and time < ${instant(Math.max(...spans.map(({ toMs }) => toMs)))} and ${since === null ? ch`1` : ch`time >= ${instant(since)}`} and (${any}) group by origin_id`;
  return perPerson(
    ground.asking.workspaceId,
    origins,
    ch.join(
      columns.map(({ merged }) => merged),
      ", ",
    ),
  );
}

/** Where the first of some windows begins; null where one reaches back for ever. */
function beginningOf(spans: readonly Span[]): number | null {
  return spans.reduce((least: number | null, { fromMs }) => (least === null || fromMs === null ? null : Math.min(least, fromMs)), Infinity);
}

/** The bits of a whole test, from those of its parts. */
function testSql(test: BoundTest, columns: ReadonlyMap<string, Column>): ChStatement {
  const sql = (each: BoundTest): ChStatement => {
    if ("all" in each) return joined("bitAnd", each.all.map(sql));
    if ("any" in each) return joined("bitOr", each.any.map(sql));
    if ("not" in each) return ch`bitNot(${sql(each.not)})`;
    const column = columns.get(JSON.stringify(each));
    if (column === undefined) throw new RangeError("a part of a test without a column");
    return column.held;
  };
  return sql(test);
}

function joined(name: "bitAnd" | "bitOr", parts: readonly ChStatement[]): ChStatement {
  return parts.reduce((all, part) => ch`${bare(name)}(${all}, ${part})`);
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

import { cellSpan, type RetentionPlan } from "@terrace/domain/insight/retention/retention-plan";
import type { CohortCounts } from "@terrace/domain/insight/retention/retention-answer";
import type { EventSelector } from "@terrace/domain/conditions/condition";
import { intervalCount } from "@terrace/domain/insight/time/intervals";
import { ch, type ChStatement } from "../../../platform/storage/clickhouse.ts";
import { eventSelectorSql } from "../../../platform/storage/condition-sql.ts";
import { inPeriod, perPerson, readRows, type Asking } from "../time/asking.ts";
import { bitsOfRows, hasBit, intervalBits } from "../time/interval-bits.ts";
import { intervalNumberSql } from "../time/interval-number-sql.ts";
import { fromMillionths, millionthsSql, propertyNumberSql } from "../trends/property-values.ts";

/** The parts of a question that statements are made of. */
export type RetentionAsked = {
  readonly plan: RetentionPlan;
  readonly kind: "first_time" | "recurring";
  readonly start: EventSelector;
  readonly return: EventSelector;
  readonly value: { readonly property: string } | undefined;
};

/** One cell: the people of a cohort who came back in a column, or who did not. */
export type RetentionCellAsked = { readonly cohort: number; readonly column: number; readonly returned: boolean };

type Row = {
  readonly cohort: number;
  readonly size: number;
  readonly returned: readonly number[];
  readonly distances?: readonly number[];
  readonly sums?: readonly string[];
};

/** Counts people per cohort and column; cohorts without people are left out. */
export async function countRetention(asking: Asking, asked: RetentionAsked): Promise<readonly CohortCounts[]> {
  const { plan, value } = asked;
  const bits = intervalBits(intervalCount(plan.intervals));
  const columns = plan.columns.slice(1);
  const firsts = ch.value(
    "Array(UInt16)",
    columns.map(({ first }) => first),
  );
  // Shifting out what lies behind a column's last distance leaves the distances it asks for.
  const shifts = ch.value(
    "Array(UInt16)",
    columns.map(({ first, last }) => (last === null ? 0 : Math.max(bits.width - (last - first + 1), 0))),
  );
  const cohorts = ch`bitShiftRight(bitNot(${bits.none}), ${ch.value("UInt16", bits.width - plan.cohorts)})`;
  const rows = await readRows<Row>(
    asking,
    "insight.retention",
    ch`
    select cohort, count() as size,
      sumForEach(arrayMap((first, shift) -> bitShiftLeft(bitShiftRight(returns, cohort + first), shift) != 0, ${firsts}, ${shifts})) as returned${value === undefined ? ch`` : ch`, ${SUMS}`}
    from (select toUInt16(arrayJoin(bitPositionsToArray(bitAnd(starts, ${cohorts})))) as cohort, returns${value === undefined ? ch`` : ch`, value_map`}
      from (${peopleOf(asking, asked)}) where bitAnd(starts, ${cohorts}) != 0)
    group by cohort order by cohort limit 256`,
  );
  return rows.map(({ cohort, size, returned, distances = [], sums = [] }) => ({
    cohort,
    size,
    returned,
    values: new Map(distances.map((distance, index) => [distance, fromMillionths(sums[index] ?? "0")])),
  }));
}

/** Values by distance from the cohort. */
const SUMS = ch`(sumMap(arrayMap(at -> toUInt16(at - cohort), arrayFilter(at -> at >= cohort, value_map.1)), arrayFilter((sum, at) -> at >= cohort, value_map.2, value_map.1)) as sum_map).1 as distances,
      arrayMap(sum -> toString(sum), sum_map.2) as sums`;

/** A statement of the people behind a cell, as the column `person`. */
export function peopleOfCell(asking: Asking, asked: RetentionAsked, { cohort, column, returned }: RetentionCellAsked): ChStatement {
  const bits = intervalBits(intervalCount(asked.plan.intervals));
  const distances = asked.plan.columns[column] ?? { first: 0, last: 0 };
  const span = cellSpan(asked.plan, cohort, distances);
  const shift = distances.last === null ? 0 : Math.max(bits.width - (span.to - span.from), 0);
  const came =
    column === 0 ? ch`1` : ch`bitShiftLeft(bitShiftRight(returns, ${ch.value("UInt16", span.from)}), ${ch.value("UInt16", shift)}) != 0`;
  return ch`select person from (${peopleOf(asking, asked)}) where ${hasBit(bits, ch`starts`, ch`${ch.value("UInt16", cohort)}`)} and ${returned ? came : ch`not (${came})`}`;
}

/** People with the bits of the intervals they start in (`starts`) and return in (`returns`). */
function peopleOf(asking: Asking, asked: RetentionAsked): ChStatement {
  const { workspaceId } = asking;
  const { plan } = asked;
  const bits = intervalBits(intervalCount(plan.intervals));
  const value = asked.value === undefined ? ch`` : ch`, sumMap(per_origin.value_map.1, per_origin.value_map.2) as value_map`;
  if (asked.kind === "recurring")
    return perPerson(
      workspaceId,
      originsOf(asking, asked),
      ch`groupBitOr(per_origin.starts) as starts, groupBitOr(per_origin.returns) as returns${value}`,
    );
  const [fromMs = 0] = plan.intervals.bounds;
  const toMs = plan.intervals.bounds[plan.cohorts] ?? fromMs;
  const first = ch`assumeNotNull(first_time)`;
  const begun = ch`isNotNull(first_time) and ${first} >= ${instant(fromMs)} and ${first} < ${instant(toMs)}`;
  const people = perPerson(
    workspaceId,
    originsOf(asking, asked),
    ch`min(per_origin.first_time) as first_time, groupBitOr(per_origin.returns) as returns${value}`,
  );
  return ch`select *, if(${begun}, bitShiftLeft(${bits.one}, ${intervalNumberSql(plan.intervals, first)}), ${bits.none}) as starts from (${people})`;
}

/** The same per id that events came with. A first time may lie before everything else that is looked at. */
function originsOf({ workspaceId, tools }: Asking, { plan, kind, start, return: back, value }: RetentionAsked): ChStatement {
  const bits = intervalBits(intervalCount(plan.intervals));
  const [fromMs = 0] = plan.intervals.bounds;
  const toMs = plan.intervals.bounds.at(-1) ?? fromMs;
  const interval = intervalNumberSql(plan.intervals, ch`time`);
  const isStart = ch`(${eventSelectorSql(start, tools)} and ${tools.startScope})`;
  const inTime = inPeriod({ fromMs, toMs });
  const isReturn =
    kind === "recurring" ? eventSelectorSql(back, tools) : ch`(${eventSelectorSql(back, tools)} and time >= ${instant(fromMs)})`;
  const when =
    kind === "recurring" ? ch`${inTime} and (${isStart} or ${isReturn})` : ch`time < ${instant(toMs)} and (${isStart} or ${isReturn})`;
  const started =
    kind === "recurring" ? ch`${bitsOfRows(bits, isStart, interval)} as starts` : ch`minOrNullIf(time, ${isStart}) as first_time`;
  return ch`select origin_id, ${started}, ${bitsOfRows(bits, isReturn, interval)} as returns${value === undefined ? ch`` : valueMap(value.property, isReturn, interval)}
    from events where workspace_id = ${ch.value("UInt32", workspaceId)} and origin_id != 0 and ${tools.scope} and ${when} group by origin_id`;
}

function valueMap(property: string, isReturn: ChStatement, interval: ChStatement): ChStatement {
  const number = propertyNumberSql(property);
  return ch`, sumMapIf([${interval}], [${millionthsSql(number)}], ${isReturn} and isNotNull(${number})) as value_map`;
}

function instant(ms: number): ChStatement {
  return ch`fromUnixTimestamp64Milli(${ch.value("Int64", ms)})`;
}

import type { EventSelector } from "@terrace/domain/conditions/condition";
import type { StickinessPlan } from "@terrace/domain/insight/stickiness/stickiness";
import { intervalCount } from "@terrace/domain/insight/time/intervals";
import { ch, type ChStatement } from "../../../platform/storage/clickhouse.ts";
import { eventSelectorSql } from "../../../platform/storage/condition-sql.ts";
import { inPeriod, perPerson, readRows, type Asking } from "../time/asking.ts";
import { bitsOfRows, intervalBits } from "../time/interval-bits.ts";
import { intervalNumberSql } from "../time/interval-number-sql.ts";

/** People by the number of different intervals they were active in. */
export async function countStickiness(asking: Asking, plan: StickinessPlan, event: EventSelector): Promise<ReadonlyMap<number, number>> {
  const rows = await readRows<{ intervals: number; people: number }>(
    asking,
    "insight.stickiness",
    ch`select bitCount(active) as intervals, count() as people from (${peopleOf(asking, plan, event)}) group by intervals order by intervals limit 256`,
  );
  return new Map(rows.map(({ intervals, people }) => [intervals, people]));
}

/** A statement of the people active in exactly (or at least) so many intervals, as the column `person`. */
export function peopleActiveIn(
  asking: Asking,
  plan: StickinessPlan,
  event: EventSelector,
  cell: { readonly activeIntervals: number; readonly atLeast: boolean },
): ChStatement {
  const asked = ch.value("UInt16", cell.activeIntervals);
  const met = cell.atLeast ? ch`bitCount(active) >= ${asked}` : ch`bitCount(active) = ${asked}`;
  return ch`select person from (${peopleOf(asking, plan, event)}) where ${met}`;
}

function peopleOf(asking: Asking, plan: StickinessPlan, event: EventSelector): ChStatement {
  const { workspaceId, tools } = asking;
  const [fromMs = 0] = plan.intervals.bounds;
  const toMs = plan.intervals.bounds.at(-1) ?? fromMs;
  const bits = intervalBits(intervalCount(plan.intervals));
  const interval = intervalNumberSql(plan.intervals, ch`time`);
  const perOrigin = ch`select origin_id, ${bitsOfRows(bits, ch`1`, interval)} as active
    from events where workspace_id = ${ch.value("UInt32", workspaceId)} and origin_id != 0 and ${tools.scope} and ${inPeriod({ fromMs, toMs })} and ${eventSelectorSql(event, tools)} group by origin_id`;
  return perPerson(workspaceId, perOrigin, ch`groupBitOr(per_origin.active) as active`);
}

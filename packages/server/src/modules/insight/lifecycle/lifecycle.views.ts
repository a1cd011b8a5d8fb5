import type { EventSelector } from "@terrace/domain/conditions/condition";
import type { LifecycleCounts, LifecyclePlan, LifecycleState } from "@terrace/domain/insight/lifecycle/lifecycle";
import { intervalCount } from "@terrace/domain/insight/time/intervals";
import { ch, type ChStatement } from "../../../platform/storage/clickhouse.ts";
import { eventSelectorSql } from "../../../platform/storage/condition-sql.ts";
import { perPerson, readRows, type Asking } from "../time/asking.ts";
import { bitsOfRows, hasBit, intervalBits } from "../time/interval-bits.ts";
import { intervalNumberSql } from "../time/interval-number-sql.ts";

/** Counts people per interval and state; undefined when nobody was ever active. */
export async function countLifecycle(asking: Asking, plan: LifecyclePlan, event: EventSelector): Promise<LifecycleCounts | undefined> {
  const bits = intervalBits(intervalCount(plan.intervals));
  const intervals = ch`range(toUInt16(1), ${ch.value("UInt16", intervalCount(plan.intervals))})`;
  const perInterval = (state: ChStatement): ChStatement => ch`sumForEach(arrayMap(at -> ${hasBit(bits, state, ch`at`)}, ${intervals}))`;
  const [row] = await readRows<{ people: number; fresh: number[]; returning: number[]; resurrecting: number[]; dormant: number[] }>(
    asking,
    "insight.lifecycle",
    ch`select count() as people, ${perInterval(ch`fresh_bits`)} as fresh, ${perInterval(ch`returning_bits`)} as returning,
      ${perInterval(ch`resurrecting_bits`)} as resurrecting, ${perInterval(ch`dormant_bits`)} as dormant
    from (${statesOf(asking, plan, event)})`,
  );
  if (row === undefined || row.people === 0) return undefined;
  return { new: row.fresh, returning: row.returning, resurrecting: row.resurrecting, dormant: row.dormant };
}

const STATE_BITS: Readonly<Record<LifecycleState, ChStatement>> = {
  new: ch`fresh_bits`,
  returning: ch`returning_bits`,
  resurrecting: ch`resurrecting_bits`,
  dormant: ch`dormant_bits`,
};

/** A statement of the people in a state in an interval asked for (from 0), as the column `person`. */
export function peopleInState(
  asking: Asking,
  plan: LifecyclePlan,
  event: EventSelector,
  cell: { readonly interval: number; readonly state: LifecycleState },
): ChStatement {
  const bits = intervalBits(intervalCount(plan.intervals));
  const at = ch`${ch.value("UInt16", cell.interval + 1)}`;
  return ch`select person from (${statesOf(asking, plan, event)}) where ${hasBit(bits, STATE_BITS[cell.state], at)}`;
}

/** People with the bits of the intervals they are in each state in. Bit 0 is the interval before the first one asked for, and means nothing in a state. */
function statesOf(asking: Asking, plan: LifecyclePlan, event: EventSelector): ChStatement {
  const bits = intervalBits(intervalCount(plan.intervals));
  const [fromMs = 0] = plan.intervals.bounds;
  const first = intervalNumberSql(plan.intervals, ch`first_time`);
  const people = perPerson(
    asking.workspaceId,
    originsOf(asking, plan, event),
    ch`min(per_origin.first_time) as first_time, groupBitOr(per_origin.active) as active`,
  );
  return ch`
    select person, bitShiftLeft(active, 1) as before,
      if(first_time >= fromUnixTimestamp64Milli(${ch.value("Int64", fromMs)}), bitShiftLeft(${bits.one}, ${first}), ${bits.none}) as fresh_bits,
      bitAnd(active, before) as returning_bits,
      bitAnd(active, bitNot(bitOr(before, fresh_bits))) as resurrecting_bits,
      bitAnd(before, bitNot(active)) as dormant_bits
    from (${people})`;
}

/** The first event ever and the active intervals per id that events came with. */
function originsOf({ workspaceId, tools }: Asking, plan: LifecyclePlan, event: EventSelector): ChStatement {
  const bits = intervalBits(intervalCount(plan.intervals));
  const [fromMs = 0] = plan.intervals.bounds;
  const toMs = plan.intervals.bounds.at(-1) ?? fromMs;
  const isLookedAt = ch`time >= fromUnixTimestamp64Milli(${ch.value("Int64", fromMs)})`;
  return ch`select origin_id, min(time) as first_time, ${bitsOfRows(bits, isLookedAt, intervalNumberSql(plan.intervals, ch`time`))} as active
    from events where workspace_id = ${ch.value("UInt32", workspaceId)} and origin_id != 0 and ${tools.scope} and time < fromUnixTimestamp64Milli(${ch.value("Int64", toMs)}) and ${eventSelectorSql(event, tools)}
    group by origin_id`;
}

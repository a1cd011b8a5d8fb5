import type { EventSelector } from "@terrace/domain/conditions/condition";
import {
  LIFECYCLE_STATES,
  type LifecycleCounts,
  type LifecyclePlan,
  type LifecycleState,
} from "@terrace/domain/insight/lifecycle/lifecycle";
import { intervalCount } from "@terrace/domain/insight/time/intervals";
import { ch, type ChStatement } from "../../../platform/storage/clickhouse.ts";
import { eventSelectorSql } from "../../../platform/storage/condition-sql.ts";
import { perPerson, readRows, type Asking } from "../time/asking.ts";
import { bitsOfRows, hasBit, intervalBits } from "../time/interval-bits.ts";
import { intervalNumberSql } from "../time/interval-number-sql.ts";

/** Counts people per interval and state; undefined when nobody was ever active. */
export async function countLifecycle(asking: Asking, plan: LifecyclePlan, event: EventSelector): Promise<LifecycleCounts | undefined> {
  const places = LIFECYCLE_STATES.map((state, index) => {
    const own = ch`bitPositionsToArray(${STATE_BITS[state]})`;
    return ch`arrayMap(at -> toUInt16(at + ${ch.value("UInt16", (index + 1) * PLACES)}), ${own})`;
  });
  // Place 0 is everybody who was ever active.
  const rows = await readRows<{ place: number; people: number }>(
    asking,
    "insight.lifecycle",
    ch`select arrayJoin(arrayConcat([toUInt16(0)], ${ch.join(places, ", ")})) as place, count() as people
    from (${statesOf(asking, plan, event)}) group by place order by place limit 10000`,
  );
  const people = new Map(rows.map((row) => [row.place, row.people]));
  if (!people.has(0)) return undefined;
  const perInterval = (state: LifecycleState): number[] =>
    Array.from(
      { length: intervalCount(plan.intervals) - 1 },
      (_, at) => people.get((LIFECYCLE_STATES.indexOf(state) + 1) * PLACES + at + 1) ?? 0,
    );
  return {
    new: perInterval("new"),
    returning: perInterval("returning"),
    resurrecting: perInterval("resurrecting"),
    dormant: perInterval("dormant"),
  };
}

/** So many places there are for the intervals of a state; more than a number has bits. */
const PLACES = 256;

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

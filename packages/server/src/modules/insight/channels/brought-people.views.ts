import type { EventSelector } from "@terrace/domain/conditions/condition";
import type { Touch } from "@terrace/domain/insight/commerce/touch";
import type { Currency, Trade } from "@terrace/domain/insight/commerce/trade";
import type { FieldOfEvent } from "@terrace/domain/insight/field-of-event";
import type { Period } from "@terrace/domain/insight/time/calendar";
import { ch, type ChStatement } from "../../../platform/storage/clickhouse.ts";
import { anyEventSql } from "../../../platform/storage/condition-sql.ts";
import { PERSON_OF_EVENT } from "../../../platform/storage/person-of-event.ts";
import { tradeSql } from "../commerce/net-amount-sql.ts";
import { touchCodeSql, touchTextSql } from "../commerce/touch-codes.views.ts";
import { isAmongTouches, touchValueSql } from "../commerce/touches.views.ts";
import { EVENT_ORDER, fieldTextShown } from "../sequence/person-events.views.ts";
import type { Reading } from "../sequence/reading.ts";
import { perPerson, type Asking } from "../time/asking.ts";

export type ChannelsAsked = {
  readonly touch: Touch;
  /** Whose value a person has: their first touch's, or their last's. */
  readonly which: "first" | "last";
  /** Tells campaigns apart. */
  readonly campaign: FieldOfEvent | undefined;
  readonly registration: readonly EventSelector[];
  readonly trade: Trade;
  readonly money: Currency;
  /** What people did counts for so long after they were first seen; without it up to now. */
  readonly withinMs: number | undefined;
};

type Ground = {
  readonly asking: Asking;
  readonly asked: ChannelsAsked;
  /** Rows of `events` from the beginning of the period on. */
  readonly source: ChStatement;
  /** The condition that a row is not of the future. */
  readonly isPast: ChStatement;
};

/**
 * One row for each person first seen in the period: `person`, `code` (the place of the value of their touch among `values`, from 1), `is_registered`,
 * `bought` (orders), `net`, and `tied`: different touches at one instant, whose order this reading does not know.
 *
 * Who was seen before is left out first, so that of everything else only what happened since has to be read.
 */
export function broughtPeople(
  asking: Asking,
  asked: ChannelsAsked,
  { period, values, reading }: { readonly period: Period; readonly values: readonly string[]; readonly reading: Reading },
): ChStatement {
  const { tools, nowMs } = asking;
  const { withinMs } = asked;
  const ofWorkspace = ch`from events where workspace_id = ${ch.value("UInt32", tools.workspaceId)} and origin_id != 0 and ${tools.scope}`;
  const ground: Ground = {
    asking,
    asked,
    source: ch`${ofWorkspace} and time >= ${instant(period.fromMs)} and time < ${instant(Math.max(period.toMs, nowMs))}`,
    isPast: ch`time < ${instant(nowMs)}`,
  };
  const key = touchKey(ground, values, reading);
  const people = perPerson(
    tools.workspaceId,
    perOrigin(ground, key),
    ch`min(per_origin.seen) as seen, ${withinMs === undefined ? ch`sum(per_origin.orders) as orders, sum(per_origin.minor) as minor` : ch`groupArrayArray(per_origin.trades) as trades`}, min(per_origin.registered) as registered,
      ${key.best}If(per_origin.touch, per_origin.touch != 0) as touch, ${key.best}If(per_origin.rival, per_origin.rival != 0) as rival`,
  );
  const before = ch`select ${PERSON_OF_EVENT} from (select ${ch.value("UInt32", tools.workspaceId)} as workspace_id, origin_id ${ofWorkspace} and time < ${instant(period.fromMs)} group by origin_id)`;
  const until = ch`seen + ${ch.value("Int64", withinMs ?? 0)}`;
  const counted =
    withinMs === undefined
      ? ch`orders as bought, minor as net, registered != ${NEVER} as is_registered`
      : ch`arrayFilter(each -> each.1 < ${until}, trades) as counted, arrayCount(each -> each.3 = 1, counted) as bought, arraySum(each -> each.2, counted) as net, registered < ${until} as is_registered`;
  return ch`
    select person, toUInt16(bitAnd(touch, ${CODES})) as code, ${key.tied} as tied, ${counted}
    from (${people} having person global not in (${before})) where seen < ${ch.value("Int64", period.toMs)}`;
}

/** When a touch was, and its value, as one number; `rival` is best of all where the value is last among those of that instant. 0 is no touch. */
type TouchKey = Readonly<Record<"touch" | "rival" | "none" | "tied", ChStatement>> & { readonly best: ChStatement };

/** The bits of a place among the values. */
const CODES = ch`65535`;

function touchKey({ asking, asked, isPast }: Ground, values: readonly string[], reading: Reading): TouchKey {
  const code = touchCodeSql(broughtBySql(asked), values);
  const best = asked.which === "first" ? ch`min` : ch`max`;
  const isTouch = ch`(${code} != 0 and ${isPast} and ${isAmongTouches(asked.touch, asking.tools)})`;
  if (reading === "exact") {
    const none = ch`toUInt256(0)`;
    return { best, none, touch: ch`if(${isTouch}, bitShiftLeft(${EVENT_ORDER}, 16) + ${code}, ${none})`, rival: none, tied: ch`0` };
  }
  const none = ch`toInt64(0)`;
  const at = ch`${MS} * 65536`;
  return {
    best,
    none,
    touch: ch`if(${isTouch}, ${at} + ${code}, ${none})`,
    rival: ch`if(${isTouch}, ${at} + ${CODES} - ${code}, ${none})`,
    tied: ch`touch != 0 and bitAnd(touch, ${CODES}) + bitAnd(rival, ${CODES}) != ${CODES}`,
  };
}

/** Per id that events came with: when it was seen, what touched it, what it bought, and when it registered. */
function perOrigin({ asking, asked, source, isPast }: Ground, { touch, rival, best }: TouchKey): ChStatement {
  const trade = tradeSql(asked.trade, asked.money, asking.tools);
  const isRegistration = anyEventSql(asked.registration, asking.tools);
  // When what people did counts for some time only, that time is known when all of their ids have come together.
  const trades =
    asked.withinMs === undefined
      ? ch`countIf(${isPast} and ${trade.isOrder}) as orders, sumIf(${trade.minor}, ${isPast} and ${trade.isEither}) as minor`
      : ch`groupArrayIf((${MS}, ${trade.minor}, toUInt8(${trade.isOrder})), ${isPast} and ${trade.isEither}) as trades`;
  return ch`
    select origin_id, min(${MS}) as seen, ${best}If(${touch} as key, key != 0) as touch, ${best}If(${rival} as other, other != 0) as rival,
      ${trades}, min(if(${isPast} and ${isRegistration}, ${MS}, ${NEVER})) as registered
    ${source} group by origin_id`;
}

/** The value of a touch for looking it up: a line for the channel, and with campaigns one for those. */
export function broughtBySql({ touch, campaign }: ChannelsAsked): ChStatement {
  if (campaign === undefined) return touchTextSql(touch);
  const channel = touchValueSql(touch);
  return ch`if(${channel} = '', '', concat(${channel}, '\n', ${fieldTextShown(campaign)}))`;
}

const MS = ch`toUnixTimestamp64Milli(time)`;
/** Later than anything; half of what fits, so that spans can be added. */
const NEVER = ch`toInt64(4611686018427387904)`;

function instant(ms: number): ChStatement {
  return ch`fromUnixTimestamp64Milli(${ch.value("Int64", ms)})`;
}

import type { EventSelector } from "@terrace/domain/conditions/condition";
import type { BroughtPeople } from "@terrace/domain/insight/channels/channel-report";
import type { ChannelStage } from "@terrace/domain/insight/channels/channel-terms";
import type { Touch } from "@terrace/domain/insight/commerce/touch";
import type { Currency, Trade } from "@terrace/domain/insight/commerce/trade";
import type { FieldOfEvent } from "@terrace/domain/insight/field-of-event";
import type { Period } from "@terrace/domain/insight/time/calendar";
import { ch, type ChStatement } from "../../../platform/storage/clickhouse.ts";
import { eventSelectorSql } from "../../../platform/storage/condition-sql.ts";
import { tradeSql } from "../commerce/net-amount-sql.ts";
import { touchesPerOrigin, touchValueSql } from "../commerce/touches.views.ts";
import { fieldTextShown } from "../sequence/person-events.views.ts";
import { perPerson, readRows, type Asking } from "../time/asking.ts";

export type ChannelsAsked = {
  readonly touch: Touch;
  /** Whose value a person has: their first touch's, or their last's. */
  readonly which: "first" | "last";
  /** Tells campaigns apart. */
  readonly campaign: FieldOfEvent | undefined;
  readonly registration: EventSelector;
  readonly trade: Trade;
  readonly money: Currency;
  /** What people did counts for so long after they were first seen; without it up to now. */
  readonly withinMs: number | undefined;
};

/** More channels and campaigns than a report should have; whoever reads this many has not read all. */
export const BROUGHT_MAX = 20_000;

/** People first seen in the period by what brought them, and what became of them. */
export function readBrought(asking: Asking, asked: ChannelsAsked, period: Period): Promise<readonly BroughtPeople[]> {
  return readRows<BroughtPeople>(
    asking,
    "insight.channels",
    ch`
    select splitByChar('\n', value)[1] as channel, splitByChar('\n', value)[2] as campaign, count() as people, countIf(is_registered) as registered,
      countIf(bought > 0) as customers, countIf(bought > 1) as repeaters, sum(bought) as orders, sum(net) as netMinor
    from (${broughtPeople(asking, asked, period)}) group by value order by value limit ${ch.value("UInt32", BROUGHT_MAX)}`,
  );
}

/** A statement of the people of a stage, as the column `person`: of channels by the values that mean them ('' is no touch), and of a campaign. */
export function broughtOf(
  asking: Asking,
  asked: ChannelsAsked,
  cell: {
    readonly period: Period;
    readonly stage: ChannelStage;
    readonly channels: readonly string[] | undefined;
    readonly campaign: string | undefined;
  },
): ChStatement {
  const came = { people: ch`1`, registered: ch`is_registered`, customers: ch`bought > 0`, repeaters: ch`bought > 1` }[cell.stage];
  const ofChannel = cell.channels === undefined ? ch`1` : ch`has(${ch.value("Array(String)", cell.channels)}, splitByChar('\n', value)[1])`;
  const ofCampaign = cell.campaign === undefined ? ch`1` : ch`splitByChar('\n', value)[2] = ${ch.value("String", cell.campaign)}`;
  return ch`select person from (${broughtPeople(asking, asked, cell.period)}) where ${came} and ${ofChannel} and ${ofCampaign}`;
}

/** One row for each person first seen in the period: `person`, `value` (channel and campaign), `is_registered`, `bought` (orders), `net`. */
function broughtPeople(asking: Asking, asked: ChannelsAsked, { fromMs, toMs }: Period): ChStatement {
  const { withinMs } = asked;
  const people = perPerson(
    asking.workspaceId,
    ch.join(partsOf(asking, asked, { toMs, untilMs: asking.nowMs }), " union all "),
    ch`min(per_origin.seen) as seen, groupArrayArray(per_origin.trades) as trades, sum(per_origin.orders) as orders, sum(per_origin.minor) as minor, min(per_origin.registered) as registered,
      ${asked.which === "first" ? ch`argMinIf` : ch`argMaxIf`}(per_origin.touch.2, per_origin.touch.1, per_origin.touch.2 != '') as value`,
  );
  const within = ch`seen + ${ch.value("Int64", withinMs ?? 0)}`;
  const became =
    withinMs === undefined
      ? ch`orders as bought, minor as net, registered != ${NEVER} as is_registered`
      : ch`arrayFilter(each -> each.1 < ${within}, trades) as counted, arrayCount(each -> each.3 = 1, counted) as bought, arraySum(each -> each.2, counted) as net, registered < ${within} as is_registered`;
  return ch`
    select person, value, ${became}
    from (${people}) where seen >= ${ch.value("Int64", fromMs)} and seen < ${ch.value("Int64", toMs)}`;
}

/** What is known per id that events came with: first seen, bought and registered, touched. */
function partsOf(
  asking: Asking,
  asked: ChannelsAsked,
  { toMs, untilMs }: { readonly toMs: number; readonly untilMs: number },
): readonly ChStatement[] {
  const { workspaceId, tools } = asking;
  const trade = tradeSql(asked.trade, asked.money, tools);
  const isRegistration = eventSelectorSql(asked.registration, tools);
  const ms = ch`toUnixTimestamp64Milli(time)`;
  const source = ch`from events where workspace_id = ${ch.value("UInt32", workspaceId)} and origin_id != 0 and ${tools.scope}`;
  const until = ch`time < fromUnixTimestamp64Milli(${ch.value("Int64", untilMs)})`;
  const noList = ch`cast([], 'Array(Tuple(Int64, Int64, UInt8))')`;
  const noTrades = ch`${noList} as trades, toUInt64(0) as orders, toInt64(0) as minor, ${NEVER} as registered`;
  // When what people did counts for some time only, that time is known when all of their ids have come together.
  const trades =
    asked.withinMs === undefined
      ? ch`${noList} as trades, countIf(${trade.isOrder}) as orders, sumIf(${trade.minor}, ${trade.isEither}) as minor`
      : ch`groupArrayIf((${ms}, ${trade.minor}, toUInt8(${trade.isOrder})), ${trade.isEither}) as trades, toUInt64(0) as orders, toInt64(0) as minor`;
  const noTouch = ch`(toUInt256(0), '') as touch`;
  const channel = touchValueSql(asked.touch);
  const value =
    asked.campaign === undefined ? channel : ch`if(${channel} = '', '', concat(${channel}, '\n', ${fieldTextShown(asked.campaign)}))`;
  return [
    ch`select origin_id, min(${ms}) as seen, ${noTrades}, ${noTouch} ${source} and time < fromUnixTimestamp64Milli(${ch.value("Int64", toMs)}) group by origin_id`,
    ch`select origin_id, ${NEVER} as seen, ${trades}, minIf(${ms}, ${isRegistration}) + if(countIf(${isRegistration}) = 0, ${NEVER}, 0) as registered, ${noTouch}
      ${source} and ${until} and (${trade.isEither} or ${isRegistration}) group by origin_id`,
    ch`select origin_id, ${NEVER} as seen, ${noTrades}, ${asked.which === "first" ? ch`first_touch` : ch`last_touch`} as touch from (${touchesPerOrigin(asked.touch, tools, { value, toMs: untilMs, which: asked.which })})`,
  ];
}

/** Later than anything; half of what fits, so that spans can be added. */
const NEVER = ch`toInt64(4611686018427387904)`;

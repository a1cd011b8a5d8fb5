import type { BroughtPeople } from "@terrace/domain/insight/channels/channel-report";
import type { ChannelStage } from "@terrace/domain/insight/channels/channel-terms";
import type { Period } from "@terrace/domain/insight/time/calendar";
import { ch, type ChStatement } from "../../../platform/storage/clickhouse.ts";
import { readTouchValues, TOUCH_VALUES_MAX } from "../commerce/touch-codes.views.ts";
import { readInOrder } from "../sequence/reading.ts";
import type { Asking } from "../time/asking.ts";
import { broughtBySql, broughtPeople, type ChannelsAsked } from "./brought-people.views.ts";

/** More channels and campaigns than a report should have; whoever reads this many has not read all. */
export const BROUGHT_MAX = TOUCH_VALUES_MAX;

/** People first seen in the period by what brought them, and what became of them; nothing of them, but BROUGHT_MAX rows, where touches have so many values. */
export async function readBrought(asking: Asking, asked: ChannelsAsked, period: Period): Promise<readonly BroughtPeople[]> {
  const values = await readValues(asking, asked, period);
  if (values.length >= BROUGHT_MAX) return values.map((value) => ({ ...NOBODY, ...namesOf(value) }));
  const rows = await readInOrder<Omit<BroughtPeople, "channel" | "campaign"> & { readonly code: number }>(
    asking,
    "insight.channels",
    true,
    (reading) => ch`
    select code, count() as people, countIf(is_registered) as registered, countIf(bought > 0) as customers, countIf(bought > 1) as repeaters, sum(bought) as orders, sum(net) as netMinor, max(tied) as ties
    from (${broughtPeople(asking, asked, { period, values, reading })}) group by code order by code limit ${ch.value("UInt32", BROUGHT_MAX)}`,
  );
  return rows.map(({ code, ...counts }) => ({ ...counts, ...namesOf(values[code - 1] ?? "") }));
}

/** A statement of the people of a stage, as the column `person`: of channels by the values that mean them ('' is no touch), and of a campaign. */
export async function broughtOf(
  asking: Asking,
  asked: ChannelsAsked,
  cell: {
    readonly period: Period;
    readonly stage: ChannelStage;
    readonly channels: readonly string[] | undefined;
    readonly campaign: string | undefined;
  },
): Promise<ChStatement> {
  const values = await readValues(asking, asked, cell.period);
  const codes = ["", ...values].flatMap((value, code) => {
    const { channel, campaign } = namesOf(value);
    const isOfChannel = cell.channels === undefined || cell.channels.includes(channel);
    return isOfChannel && (cell.campaign === undefined || campaign === cell.campaign) ? [code] : [];
  });
  const came = { people: ch`1`, registered: ch`is_registered`, customers: ch`bought > 0`, repeaters: ch`bought > 1` }[cell.stage];
  return ch`select person from (${broughtPeople(asking, asked, { period: cell.period, values, reading: "exact" })}) where ${came} and has(${ch.value("Array(UInt16)", codes)}, code)`;
}

const NOBODY = { people: 0, registered: 0, customers: 0, repeaters: 0, orders: 0, netMinor: 0 };

/** Whoever was first seen in the period was touched in it, or later. */
function readValues(asking: Asking, asked: ChannelsAsked, { fromMs }: Period): Promise<readonly string[]> {
  const period = { fromMs, toMs: asking.nowMs };
  return readTouchValues(asking, "insight.channels_values", asked.touch, { text: broughtBySql(asked), period, max: BROUGHT_MAX });
}

function namesOf(value: string): { readonly channel: string; readonly campaign: string } {
  const [channel = "", campaign = ""] = value.split("\n");
  return { channel, campaign };
}

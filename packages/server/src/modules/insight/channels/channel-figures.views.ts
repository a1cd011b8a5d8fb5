import { joinFigures, type ChannelDay } from "@terrace/domain/insight/channels/channel-figures";
import { queryFault } from "@terrace/domain/insight/query-fault";
import type { Period } from "@terrace/domain/insight/time/calendar";
import { dayOf } from "@terrace/domain/insight/time/calendar";
import { isoDay, zoneClock } from "@terrace/domain/time/zoned-time";
import { valueOrThrow } from "../../../platform/http/fault-error.ts";
import { ch, type ChStatement } from "../../../platform/storage/clickhouse.ts";
import { fieldTextShown } from "../sequence/person-events.views.ts";
import { inPeriod, readRows, type Asking } from "../time/asking.ts";
import { propertyNumberSql } from "../trends/property-values.ts";

/** Days × channels × campaigns; whoever reads this many has not read all. */
const FIGURES_MAX = 200_000;

/** What channels showed and cost on the days of a period: imported, and where nothing was, as events tell it. */
export async function readChannelFigures(asking: Asking, period: Period): Promise<readonly ChannelDay[]> {
  const [imported, told] = await Promise.all([readImported(asking, period), readTold(asking, period)]);
  if (imported.length >= FIGURES_MAX || told.length >= FIGURES_MAX)
    return valueOrThrow(queryFault("period", "Choose a shorter period; there are too many figures of channels in it"));
  return joinFigures(imported, told);
}

/** The days of a period: the first, and the one after the last, days since 1970-01-01. */
export function daysOf({ calendar }: Asking, { fromMs, toMs }: Period): { readonly fromDay: number; readonly toDay: number } {
  const clock = zoneClock(calendar.zone);
  return { fromDay: dayOf(fromMs, clock), toDay: dayOf(toMs - 1, clock) + 1 };
}

function readImported(asking: Asking, period: Period): Promise<readonly ChannelDay[]> {
  const { fromDay, toDay } = daysOf(asking, period);
  return asking.db<ChannelDay[]>`
    select distinct on (day, channel, campaign) day::text as day, channel, campaign, exposures::float8 as exposures, clicks::float8 as clicks, cost::float8 as cost, currency
    from channel_figure where workspace_id = ${asking.workspaceId} and day >= ${isoDay(fromDay)} and day < ${isoDay(toDay)}
    order by day, channel, campaign, import_id desc limit ${FIGURES_MAX}`;
}

async function readTold(asking: Asking, period: Period): Promise<readonly ChannelDay[]> {
  const source = ch`from events where workspace_id = ${ch.value("UInt32", asking.workspaceId)} and name = 'Channel Exposure' and ${inPeriod(period)}`;
  // Most workspaces have none, and planning the statement that reads them costs more than looking.
  if ((await readRows(asking, "insight.channels_tell", ch`select 1 as found ${source} limit 1`)).length === 0) return [];
  const number = (name: string): ChStatement => ch`ifNull(${propertyNumberSql(name)}, 0)`;
  return readRows<ChannelDay>(
    asking,
    "insight.channels_told",
    ch`
    select day, of_channel as channel, campaign, currency, toFloat64(sum(shown)) as exposures, toFloat64(sum(clicked)) as clicks, toFloat64(sum(spent)) / 10000 as cost
    from (
      select toString(toDate(time, ${ch.value("String", asking.calendar.zone)})) as day, ${fieldTextShown({ property: "channel" })} as of_channel, ${fieldTextShown({ property: "campaign" })} as campaign,
        upper(ifNull(toString(properties.currency), '')) as currency, toInt64(round(${number("exposures")})) as shown, toInt64(round(${number("clicks")})) as clicked, toInt64(round(${number("cost")} * 10000)) as spent
      ${source}
    ) group by day, of_channel, campaign, currency order by day, channel, campaign, currency limit ${ch.value("UInt32", FIGURES_MAX)}`,
  );
}

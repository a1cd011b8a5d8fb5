import type { Db } from "../../../platform/storage/postgres.ts";
import type { ChannelFigure } from "./channel-figure.store.ts";

/** Calendar days, both included; without one all. */
export type DayRange = { readonly from?: string | undefined; readonly to?: string | undefined };
export type FigurePlace = { readonly day: string; readonly channel: string; readonly campaign: string };
export type ChannelTotal = Pick<ChannelFigure, "exposures" | "clicks" | "cost" | "currency"> & { readonly key: string };

const FIRST_DAY = "0001-01-01";
const LAST_DAY = "9999-12-31";
const NOWHERE: FigurePlace = { day: LAST_DAY, channel: "", campaign: "" };

/** Figures behind a place in the list, newest day first: of each day, channel and campaign those of the newest import. */
export async function listFigures(
  db: Db,
  workspaceId: number,
  { from = FIRST_DAY, to = LAST_DAY }: DayRange,
  page: { readonly after: FigurePlace | undefined; readonly limit: number },
): Promise<readonly ChannelFigure[]> {
  const after = page.after ?? NOWHERE;
  const isFirst = page.after === undefined;
  return db<ChannelFigure[]>`
    select distinct on (day, channel, campaign) day::text as day, channel, campaign, exposures::float8 as exposures, clicks::float8 as clicks, cost::float8 as cost, currency
    from channel_figure where workspace_id = ${workspaceId} and day >= ${from} and day <= ${to}
      and (${isFirst} or day < ${after.day} or (day = ${after.day} and (channel, campaign) > (${after.channel}, ${after.campaign})))
    order by day desc, channel, campaign, import_id desc limit ${page.limit}`;
}

/** Sums by channel or by day, each currency apart; the dearest channel or the newest day first. */
export async function totalFigures(
  db: Db,
  workspaceId: number,
  by: "channel" | "day",
  { from = FIRST_DAY, to = LAST_DAY, limit }: DayRange & { readonly limit: number },
): Promise<readonly ChannelTotal[]> {
  const key = by === "channel" ? db`channel` : db`day::text`;
  const order = by === "channel" ? db`sum(cost) desc, sum(exposures) desc, 1` : db`1 desc`;
  return db<ChannelTotal[]>`
    select ${key} as key, currency, sum(exposures)::float8 as exposures, sum(clicks)::float8 as clicks, sum(cost)::float8 as cost
    from (
      select distinct on (day, channel, campaign) day, channel, exposures, clicks, cost, currency
      from channel_figure where workspace_id = ${workspaceId} and day >= ${from} and day <= ${to}
      order by day, channel, campaign, import_id desc
    ) counted group by 1, currency order by ${order}, currency limit ${limit}`;
}

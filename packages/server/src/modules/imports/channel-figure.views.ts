import type { Db } from "../../platform/storage/postgres.ts";
import type { ChannelFigure } from "./channel-figure.store.ts";

/** Most figures read at once: days × channels × campaigns. */
const FIGURES_MAX = 100_000;

/** The figures of the days from `from` up to `to` (not included): of each day, channel and campaign those of the newest import. */
export async function loadChannelFigures(
  db: Db,
  workspaceId: number,
  days: { readonly from: string; readonly to: string },
): Promise<readonly ChannelFigure[]> {
  return db<ChannelFigure[]>`
    select distinct on (day, channel, campaign) day::text as day, channel, campaign, exposures::float8 as exposures, clicks::float8 as clicks, cost::float8 as cost, currency
    from channel_figure where workspace_id = ${workspaceId} and day >= ${days.from} and day < ${days.to}
    order by day, channel, campaign, import_id desc limit ${FIGURES_MAX}`;
}

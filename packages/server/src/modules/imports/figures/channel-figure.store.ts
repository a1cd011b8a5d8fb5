import type { Tx } from "../../../platform/storage/postgres.ts";

/** What was shown and spent on a day in a channel, by one row of a file. */
export type ChannelFigure = {
  readonly day: string;
  readonly channel: string;
  readonly campaign: string;
  readonly exposures: number;
  readonly clicks: number;
  readonly cost: number;
  readonly currency: string;
};

/** Adds figures to those of the same import: rows of one day, channel and campaign are parts of a whole. */
export async function addChannelFigures(tx: Tx, workspaceId: number, importId: string, figures: readonly ChannelFigure[]): Promise<void> {
  if (figures.length === 0) return;
  await tx`
    insert into channel_figure (workspace_id, import_id, day, channel, campaign, exposures, clicks, cost, currency)
    select ${workspaceId}, ${importId}, day, channel, campaign, sum(exposures), sum(clicks), sum(cost), max(currency)
    from json_to_recordset((${JSON.stringify(figures)}::text)::json) as given (day date, channel text, campaign text, exposures bigint, clicks bigint, cost numeric, currency text)
    group by day, channel, campaign
    on conflict (workspace_id, day, channel, campaign, import_id) do update set
      exposures = channel_figure.exposures + excluded.exposures, clicks = channel_figure.clicks + excluded.clicks, cost = channel_figure.cost + excluded.cost`;
}

/** Takes the figures of an import back; those it stood before count again. Answers how many there were. */
export async function deleteChannelFigures(tx: Tx, workspaceId: number, importId: string): Promise<number> {
  const deleted = await tx`delete from channel_figure where workspace_id = ${workspaceId} and import_id = ${importId}`;
  return deleted.count;
}

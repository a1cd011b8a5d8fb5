/** What a channel and campaign showed and cost on a day, in major units of a currency ('' is the workspace's). */
export type ChannelDay = {
  readonly day: string;
  readonly channel: string;
  readonly campaign: string;
  readonly exposures: number;
  readonly clicks: number;
  readonly cost: number;
  readonly currency: string;
};

/**
 * Figures from imports and from events (`Channel Exposure`) as one: where an import speaks of a day, channel and campaign, events of the same are its first draft and do not count beside it.
 */
export function joinFigures(imported: readonly ChannelDay[], told: readonly ChannelDay[]): readonly ChannelDay[] {
  const key = ({ day, channel, campaign }: ChannelDay): string => JSON.stringify([day, channel, campaign]);
  const known = new Set(imported.map(key));
  return [...imported, ...told.filter((figure) => !known.has(key(figure)))];
}

/** Who brings people: a channel of one's own or bought, a partner, or someone people follow (KOL). */
export const CHANNEL_KINDS = ["channel", "partner", "kol"] as const;
export type ChannelKind = (typeof CHANNEL_KINDS)[number];

/** How far somebody came: was seen, registered, ordered, ordered again. */
export const CHANNEL_STAGES = ["people", "registered", "customers", "repeaters"] as const;
export type ChannelStage = (typeof CHANNEL_STAGES)[number];

/** What was agreed with a channel, and by which other names its events and figures go. */
export type ChannelTerms = {
  readonly channel: string;
  readonly kind: ChannelKind;
  readonly aliases: readonly string[];
  /** Its share of the net revenue of whom it brought, in hundredths of a percent. */
  readonly shareBasisPoints: number;
  /** A fixed fee in minor units for the days from `feeFrom` up to and without `feeTo` (days since 1970-01-01), spread over them evenly. */
  readonly feeMinor: number;
  readonly feeFrom: number | null;
  readonly feeTo: number | null;
};

const BASIS = 10_000n;

/** The channel that a value of an event or a figure means: the one that has it as its name or among its other names; else itself. */
export function channelNamed(terms: readonly ChannelTerms[]): (value: string) => string {
  const names = new Map(terms.flatMap(({ channel, aliases }) => aliases.map((alias) => [alias, channel] as const)));
  for (const { channel } of terms) names.set(channel, channel);
  return (value) => names.get(value) ?? value;
}

/** Every value that means a channel. */
export function valuesOf(terms: readonly ChannelTerms[], channel: string): readonly string[] {
  const named = channelNamed(terms);
  const aliases = terms.find((each) => each.channel === channel)?.aliases ?? [];
  return [...new Set([channel, ...aliases])].filter((value) => named(value) === channel);
}

/** The part of the fixed fee that falls on some days, half-open. Parts of days that follow each other add up exactly. */
export function feeWithin({ feeMinor, feeFrom, feeTo }: ChannelTerms, fromDay: number, toDay: number): number {
  if (feeFrom === null || feeTo === null || feeTo <= feeFrom) return 0;
  const until = (day: number): number => {
    const days = Math.min(Math.max(day - feeFrom, 0), feeTo - feeFrom);
    return Number((BigInt(feeMinor) * BigInt(days)) / BigInt(feeTo - feeFrom));
  };
  return Math.max(until(toDay) - until(fromDay), 0);
}

/** The share of net revenue, rounded half up to minor units; none of a loss. */
export function shareOf(netMinor: number, { shareBasisPoints }: Pick<ChannelTerms, "shareBasisPoints">): number {
  if (netMinor <= 0) return 0;
  return Number((BigInt(netMinor) * BigInt(shareBasisPoints) + BASIS / 2n) / BASIS);
}

import type { MessageChannel } from "../messages/channel.ts";

/** What a definition may name. Where nothing is handed in, names of that kind are not looked at. */
export type JourneyReferences = {
  /** By id, whether people enter and leave it by themselves. */
  readonly segments?: ReadonlyMap<string, { readonly live: boolean }>;
  /** By id, the channel it is for. */
  readonly templates?: ReadonlyMap<string, MessageChannel>;
  readonly purposes?: ReadonlySet<string>;
  /** Entries and nodes that can be carried out: kinds, and `winner` of a split. */
  readonly carriedOut?: ReadonlySet<string>;
  readonly isCron?: (pattern: string) => boolean;
};

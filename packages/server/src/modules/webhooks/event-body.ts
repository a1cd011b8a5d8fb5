import { personalClassOfIdentity } from "@terrace/domain/identity/normalise-identity";
import { objectWithoutTokens } from "@terrace/domain/personal/hide-tokens";
import type { PlacedEvent } from "../../platform/feed/resolver.ts";

/** A settled event as its webhook is told of it, without anything personal; whose it is now is added when it is sent. */
export type EventBody = {
  readonly id: string;
  readonly type: string;
  readonly timestamp: string;
  readonly data: Readonly<Record<string, unknown>>;
};

/** The place of an event in the feed: it never changes, so it names the event to the receiver. */
export function eventKeyOf({ lane, seq, index }: PlacedEvent): string {
  return `${lane}-${seq}-${index}`;
}

/** Personal values are `***`, and personal ids are left out: what leaves Terrace is under nobody's consent any more. */
export function eventBody(placed: PlacedEvent): EventBody {
  const { event } = placed;
  const ids = event.ids.filter((ref) => personalClassOfIdentity(ref) === undefined);
  const context = Object.fromEntries(Object.entries(event.context).filter(([name, value]) => value !== "" && name !== "ipPrefix"));
  return {
    id: eventKeyOf(placed),
    type: event.name,
    timestamp: new Date(event.timeMs).toISOString(),
    data: {
      messageId: event.messageId,
      source: event.source,
      ids: ids.map(({ kind, value }) => ({ kind, value })),
      properties: objectWithoutTokens(event.properties),
      context: objectWithoutTokens(context),
    },
  };
}

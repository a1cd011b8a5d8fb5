import type { FeedEvent } from "@terrace/domain/event/feed-event";
import { toldEvent } from "@terrace/domain/event/told-event";
import type { IdentityRef } from "@terrace/domain/identity/identity-kinds";
import type { JsonObject } from "@terrace/domain/json";

/** What of a message an event of it tells. */
export type ToldMessage = {
  readonly reference: string;
  readonly channel: string;
  readonly template: string;
  readonly purpose: string;
  readonly sourceKind: string;
  readonly sourceId: string;
  readonly sourcePart: string;
  readonly sourceRun: string;
};

export type MessageHappening =
  "sent" | "delivered" | "opened" | "clicked" | "bounced" | "complained" | "unsubscribed" | "failed" | "blocked";

/** What happened to a message, as an event of the person. Its id is made of both, so that what is told twice is one event. */
export function messageEvent(
  workspaceId: number,
  id: IdentityRef,
  message: ToldMessage,
  { what, atMs, more = {} }: { readonly what: MessageHappening; readonly atMs: number; readonly more?: JsonObject },
): FeedEvent {
  return toldEvent({
    workspaceId,
    id,
    atMs,
    messageId: `message-${message.reference}-${what}`,
    name: `message_${what}`,
    properties: {
      message: message.reference,
      channel: message.channel,
      template: message.template,
      purpose: message.purpose,
      source: message.sourceKind,
      source_id: message.sourceId,
      source_part: message.sourcePart,
      source_run: message.sourceRun,
      ...more,
    },
  });
}

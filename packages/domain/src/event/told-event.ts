import type { IdentityRef } from "../identity/identity-kinds.ts";
import { EMPTY_CONTEXT, type FeedEvent } from "./feed-event.ts";

type Told = Pick<FeedEvent, "workspaceId" | "messageId" | "name" | "properties"> & {
  /** Of whom it is told. */
  readonly id: IdentityRef;
  /** When Terrace tells it, Unix ms. */
  readonly atMs: number;
  /** When it happened, where that was before. */
  readonly timeMs?: number;
};

/** An event that Terrace itself tells of somebody: what it found out, not what they did. */
export function toldEvent({ id, atMs, timeMs = atMs, ...told }: Told): FeedEvent {
  return {
    ...told,
    source: "terrace",
    timeMs,
    receivedAtMs: atMs,
    ids: [id],
    link: "observed",
    context: EMPTY_CONTEXT,
    traits: [],
    secrets: {},
  };
}

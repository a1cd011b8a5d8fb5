import type { PlacedEvent } from "../../platform/feed/resolver.ts";
import type { Reaction } from "../../platform/feed/reactor.ts";
import type { Db, Tx } from "../../platform/storage/postgres.ts";
import type { PrivacyModule } from "../privacy/module.ts";
import { insertDeliveries, type NewDelivery } from "./delivery.store.ts";
import { eventBody, eventKeyOf } from "./event-body.ts";
import { loadListeners, type Listener } from "./webhook.store.ts";
import { sealText } from "../../platform/sealed-text.ts";

/** How long the list of webhooks is taken for granted: a new one hears of events after this long at most. */
const LISTENERS_FRESH_MS = 1_000;

export type QueueDeps = {
  readonly db: Db;
  readonly privacy: Pick<PrivacyModule, "encryptPayload" | "originId">;
  readonly nowMs: () => number;
};

/** Queues a delivery for each event that a webhook listens for, in the transaction that moves the reaction's cursor. */
export function createQueueDeliveries(deps: QueueDeps): Reaction {
  let listeners: readonly Listener[] = [];
  let readAtMs = -Infinity;
  return {
    name: "webhooks",
    wanted: async () => {
      if (deps.nowMs() - readAtMs >= LISTENERS_FRESH_MS) {
        listeners = await loadListeners(deps.db);
        readAtMs = deps.nowMs();
      }
      return listeners.length > 0;
    },
    react: (tx, events) => queue(deps, tx, listeners, events),
  };
}

async function queue(deps: QueueDeps, tx: Tx, listeners: readonly Listener[], events: readonly PlacedEvent[]): Promise<void> {
  const ofWorkspace = Map.groupBy(listeners, ({ workspaceId }) => workspaceId);
  const deliveries = events.flatMap((placed): readonly NewDelivery[] => {
    const told = (ofWorkspace.get(placed.event.workspaceId) ?? []).filter((listener) => hears(listener, placed));
    if (told.length === 0) return [];
    const body = sealText(deps.privacy, JSON.stringify(eventBody(placed)));
    const shared = {
      workspaceId: placed.event.workspaceId,
      eventKey: eventKeyOf(placed),
      eventName: placed.event.name,
      originId: originOf(deps, placed),
      body,
    };
    return told.map(({ id }) => ({ ...shared, webhookId: id }));
  });
  await insertDeliveries(tx, deliveries, new Date(deps.nowMs()));
}

/** Of events that arrived before the webhook was made it does not hear, also when they are settled or replayed later. */
function hears({ events, sinceMs }: Listener, { event }: PlacedEvent): boolean {
  return event.receivedAtMs >= sinceMs && (events.length === 0 || events.includes(event.name));
}

function originOf({ privacy }: QueueDeps, { event }: PlacedEvent): string {
  const [first] = event.ids;
  return first === undefined ? "0" : privacy.originId(event.workspaceId, first.kind, first.value);
}

import { setTimeout as sleep } from "node:timers/promises";
import type { Reaction } from "../../platform/feed/reactor.ts";
import type { RouteHandler } from "../../platform/http/handler.ts";
import type { Job } from "../../platform/jobs.ts";
import type { Loop } from "../../platform/loops.ts";
import type { PersonalDataHolder } from "../../platform/personal-data/holder.ts";
import { createDeliverer, type Deliverer } from "./deliver.ts";
import { createDeliveryHolder } from "./delivery-holder.ts";
import { deleteFinished } from "./delivery.store.ts";
import { createQueueDeliveries } from "./queue-deliveries.ts";
import type { WebhookDeps } from "./webhook-deps.ts";
import { webhookRoutes } from "./webhooks.routes.ts";

/** Telling other systems of events: signed, tried again, with a log. See docs/guides/webhooks.md. */
export type Webhooks = {
  readonly routes: readonly RouteHandler[];
  readonly reaction: Reaction;
  readonly jobs: readonly Job[];
  readonly loops: readonly Loop[];
  readonly holder: PersonalDataHolder;
  readonly stop: () => Promise<void>;
};

const LOOK_EVERY_MS = 500;
const TIDY_EVERY_MS = 600_000;
/** How long the log is kept. */
const KEEP_MS = 30 * 86_400_000;
const TIDY_ROWS = 5_000;

export function createWebhooks(deps: WebhookDeps & { readonly chance: () => number }): Webhooks {
  const deliverer = createDeliverer(deps);
  return {
    routes: webhookRoutes(deps),
    reaction: createQueueDeliveries(deps),
    jobs: [
      {
        name: "webhooks.tidy",
        everyMs: TIDY_EVERY_MS,
        run: async () => {
          while ((await deleteFinished(deps.db, new Date(deps.nowMs() - KEEP_MS), TIDY_ROWS)) === TIDY_ROWS);
        },
      },
    ],
    loops: [{ name: "webhooks.deliver", step: (signal) => deliverDue(deliverer, signal) }],
    holder: createDeliveryHolder(deps),
    stop: deliverer.settled,
  };
}

/** As soon as one is done the next goes; but what is due elsewhere does not wait for a slow address. */
async function deliverDue(deliverer: Deliverer, signal: AbortSignal): Promise<number> {
  await deliverer.begin();
  const roomMade = deliverer.roomMade();
  if (roomMade === undefined) return LOOK_EVERY_MS;
  const waited = new AbortController();
  const late = sleep(LOOK_EVERY_MS, undefined, { signal: AbortSignal.any([signal, waited.signal]) }).catch(() => undefined);
  await Promise.race([roomMade, late]);
  waited.abort();
  return 0;
}

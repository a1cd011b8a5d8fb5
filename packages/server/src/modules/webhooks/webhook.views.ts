import type { WebhookView } from "@terrace/contract/api/webhooks";
import { countDeliveries } from "./delivery.store.ts";
import type { WebhookDeps } from "./webhook-deps.ts";
import { loadWebhooks, type WebhookRow } from "./webhook.store.ts";
import { openText } from "../../platform/sealed-text.ts";

const DAY_MS = 86_400_000;

/** Every webhook of a workspace with its figures of the last day. */
export async function loadWebhookViews(
  { db, privacy, nowMs }: Pick<WebhookDeps, "db" | "privacy" | "nowMs">,
  workspaceId: number,
): Promise<readonly WebhookView[]> {
  const [rows, counts] = await Promise.all([loadWebhooks(db, workspaceId), countDeliveries(db, workspaceId, new Date(nowMs() - DAY_MS))]);
  const countOf = new Map(counts.map((count) => [count.webhookId, count]));
  return rows.map((row) => ({
    ...viewOf(row, shownAddress(openText(privacy, row.address))),
    waiting: countOf.get(row.id)?.waiting ?? 0,
    delivered: countOf.get(row.id)?.delivered ?? 0,
    failed: countOf.get(row.id)?.failed ?? 0,
  }));
}

function viewOf(row: WebhookRow, address: string) {
  const { id, name, events, state, pausedBecause, createdBy } = row;
  return {
    id,
    name,
    address,
    events: [...events],
    state,
    pausedBecause,
    failingSince: row.failingSince?.toISOString() ?? null,
    createdAt: row.createdAt.toISOString(),
    createdBy,
  };
}

/** Chat robots are addressed by a secret after the question mark. */
function shownAddress(address: string): string {
  const [start = "", query] = address.split("?", 2);
  return query === undefined ? start : `${start}?…`;
}

import { outcomeOf, PAUSED_AFTER_MS, waitBeforeRetry } from "@terrace/domain/webhooks/retry-schedule";
import type { Logger } from "pino";
import type { Outbound } from "../../platform/outbound/outbound.ts";
import { OutboundRefused } from "../../platform/outbound/outbound-refused.ts";
import { inTransaction, type Db } from "../../platform/storage/postgres.ts";
import type { PeopleModule } from "../people/module.ts";
import type { PrivacyModule } from "../privacy/module.ts";
import { claimDue, noteAttempt, type AttemptNote, type ClaimedDelivery } from "./delivery.store.ts";
import type { EventBody } from "./event-body.ts";
import { signatureHeaders } from "../../platform/outbound/webhook-signature.ts";
import { noteOutcome } from "./webhook.store.ts";
import { openText } from "../../platform/sealed-text.ts";

/** Under way at once, in all and for one address: a slow one must not keep the others waiting. */
const AT_ONCE = { inAll: 64, perWebhook: 8 };
const ANSWER_WITHIN_MS = 10_000;
/** A delivery whose process died is taken by another after this long; longer than any attempt. */
const LEASE_MS = 60_000;
const ANSWER_BYTES_MAX = 64_000;

export type DeliverDeps = {
  readonly db: Db;
  readonly privacy: Pick<PrivacyModule, "decryptPayload">;
  readonly owners: PeopleModule["owners"];
  readonly outbound: Outbound;
  readonly nowMs: () => number;
  /** A number in [0, 1). */
  readonly chance: () => number;
  readonly log: Logger;
};

export type Deliverer = {
  /** Takes what is due, as far as there is room, and sends it without waiting for the answers. Nothing is taken while the installation is held. */
  readonly begin: () => Promise<void>;
  /** Resolves when one of those under way is done, so that there is room again; undefined when none is. */
  readonly roomMade: () => Promise<void> | undefined;
  /** Resolves when nothing is under way any more. */
  readonly settled: () => Promise<void>;
};

/** Sends deliveries at least once each: an answer that is lost makes another attempt under the same `webhook-id`. */
export function createDeliverer(deps: DeliverDeps): Deliverer {
  const underWay = new Map<Promise<void>, string>();
  return {
    begin: async () => {
      if (underWay.size >= AT_ONCE.inAll || (await isHeld(deps))) return;
      const at = deps.nowMs();
      const busy = new Map([...Map.groupBy(underWay.values(), (id) => id)].map(([id, own]) => [id, own.length]));
      const limits = { underWay: busy, perWebhook: AT_ONCE.perWebhook, inAll: AT_ONCE.inAll - underWay.size };
      const claimed = await inTransaction(deps.db, (tx) => claimDue(tx, new Date(at), new Date(at + LEASE_MS), limits));
      for (const delivery of claimed) {
        const sent = send(deps, delivery)
          .catch((error: unknown) =>
            deps.log.warn({ err: error, delivery: delivery.id }, "a webhook's attempt could not be noted; it is made again"),
          )
          .finally(() => underWay.delete(sent));
        underWay.set(sent, delivery.webhookId);
      }
    },
    roomMade: () => (underWay.size === 0 ? undefined : Promise.race(underWay.keys())),
    settled: async () => {
      while (underWay.size > 0) await Promise.all(underWay.keys());
    },
  };
}

async function isHeld({ outbound }: DeliverDeps): Promise<boolean> {
  try {
    await outbound.requireReleased();
    return false;
  } catch (error) {
    if (error instanceof OutboundRefused) return true;
    throw error;
  }
}

async function send(deps: DeliverDeps, delivery: ClaimedDelivery): Promise<void> {
  const startedAtMs = deps.nowMs();
  const answer = await attempt(deps, delivery);
  const at = deps.nowMs();
  const outcome = answer.status === undefined ? "retry" : outcomeOf(answer.status);
  const wait = outcome === "delivered" ? undefined : waitBeforeRetry(delivery.attempts + 1, deps.chance());
  const state = outcome === "delivered" ? "delivered" : wait === undefined ? "failed" : "waiting";
  const note: AttemptNote = { at: new Date(startedAtMs).toISOString(), ...answer, tookMs: at - startedAtMs };
  const { workspaceId, webhookId } = delivery;
  await inTransaction(deps.db, async (tx) => {
    await noteAttempt(tx, workspaceId, {
      id: delivery.id,
      state,
      dueAt: new Date(at + (wait ?? 0)),
      finishedAt: state === "waiting" ? null : new Date(at),
      note,
    });
    await noteOutcome(tx, workspaceId, { id: webhookId, outcome, at: new Date(at), failingTooLongSince: new Date(at - PAUSED_AFTER_MS) });
  });
}

/** One attempt; trouble on the way is an answer like another. */
async function attempt(
  deps: DeliverDeps,
  delivery: ClaimedDelivery,
): Promise<{ readonly status: number } | { readonly status?: never; readonly error: string }> {
  const open = (bytes: Uint8Array): string => openText(deps.privacy, bytes);
  const stored = JSON.parse(open(delivery.body)) as EventBody;
  const personId =
    delivery.originId === "0" ? undefined : (await deps.owners(delivery.workspaceId, [delivery.originId])).get(delivery.originId);
  const body = JSON.stringify({ ...stored, data: { ...stored.data, ...(personId === undefined ? {} : { personId }) } });
  const secrets = [delivery.secret, ...(delivery.oldSecret === null ? [] : [delivery.oldSecret])].map(open);
  const signature = signatureHeaders({ id: stored.id, seconds: Math.floor(deps.nowMs() / 1000), body }, secrets);
  try {
    const response = await deps.outbound.fetch(open(delivery.address), {
      method: "POST",
      headers: { "content-type": "application/json", "user-agent": "Terrace-Webhooks/1", ...signature },
      body,
      redirect: "manual",
      timeoutMs: ANSWER_WITHIN_MS,
      maxBytes: ANSWER_BYTES_MAX,
    });
    await response.body?.cancel();
    return { status: response.status };
  } catch (error) {
    return { error: error instanceof OutboundRefused ? error.code : errorCode(error) };
  }
}

/** What kind of trouble it was: the code of the socket or of TLS; its words may hold addresses. */
function errorCode(error: unknown): string {
  if (error instanceof Error && "code" in error && typeof error.code === "string") return error.code;
  return error instanceof Error ? error.name : "unknown";
}

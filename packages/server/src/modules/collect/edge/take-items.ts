import type { DecodeContext } from "@terrace/domain/event/decode-context";
import { decodeItem } from "@terrace/domain/event/decode-item";
import type { EventSource, FeedEvent, RejectedEvent } from "@terrace/domain/event/feed-event";
import type { JsonObject } from "@terrace/domain/json";
import type { Fault } from "@terrace/domain/result";
import type { FastifyRequest } from "fastify";
import { setImmediate as nextTurn } from "node:timers/promises";
import { faultError } from "../../../platform/http/fault-error.ts";
import type { Edge } from "./edge-deps.ts";

/** Events of one request. */
export const BATCH_EVENTS_MAX = 500;
/** Large requests give way to others in between, so that no turn of the event loop grows long. */
const EVENTS_PER_TURN = 50;
const LARGE_REQUEST_BYTES = 256 * 1024;

/** Everything one request brings, once its protocol is understood. */
export type Delivery = {
  readonly source: EventSource;
  readonly workspaceId: number;
  readonly items: readonly unknown[];
  readonly bytes: number;
  readonly sentAt?: unknown;
  readonly batchContext?: JsonObject | undefined;
  /** Judged only, neither stored nor quarantined (Sensors debug mode). */
  readonly dryRun?: boolean;
};

/** How it went; `rejected` names items by their place in the request. */
export type Receipt = { readonly accepted: number; readonly rejected: readonly { readonly index: number; readonly fault: Fault }[] };

/**
 * Decodes the items of a request and hands them over; resolves once everything is committed.
 * Faults: batch.empty, batch.too_many_events, rate.limited, and whatever `accept` says when it cannot take more.
 */
export async function takeItems(edge: Edge, request: FastifyRequest, delivery: Delivery): Promise<Receipt> {
  const { items } = delivery;
  if (items.length === 0) throw faultError("batch.empty", { field: "batch", mend: "Send at least one event" });
  if (items.length > BATCH_EVENTS_MAX) throw faultError("batch.too_many_events", { field: "batch", mend: `Send at most ${BATCH_EVENTS_MAX} events in one request` });
  const admitted = edge.admit(delivery.workspaceId, items.length);
  if (!("ok" in admitted)) throw faultError("rate.limited", { mend: "Send the same events again after the time in Retry-After", retryAfterSeconds: admitted.retryAfterSeconds });
  const context = decodeContext(edge, delivery, { ip: request.ip, userAgent: request.headers["user-agent"] ?? "" });
  const events: FeedEvent[] = [];
  const quarantined: RejectedEvent[] = [];
  const rejected: { readonly index: number; readonly fault: Fault }[] = [];
  for (const [index, item] of items.entries()) {
    if (index > 0 && index % EVENTS_PER_TURN === 0 && delivery.bytes > LARGE_REQUEST_BYTES) await nextTurn();
    const outcome = decodeItem(delivery.source, item, context);
    if ("accepted" in outcome) events.push(outcome.accepted);
    else if ("rejected" in outcome) {
      quarantined.push(outcome.rejected);
      rejected.push({ index, fault: outcome.fault });
    }
  }
  if (delivery.dryRun !== true) await edge.accept(events, quarantined);
  return { accepted: events.length, rejected };
}

/** The decoder's view of a request. */
export function decodeContext(edge: Edge, delivery: Omit<Delivery, "items" | "source">, sender: { readonly ip: string; readonly userAgent: string }): DecodeContext {
  const { workspaceId } = delivery;
  return {
    workspaceId, receivedAtMs: edge.nowMs(), requestBytes: delivery.bytes, requestIp: sender.ip, userAgent: sender.userAgent,
    sentAt: delivery.sentAt ?? undefined, batchContext: delivery.batchContext,
    tokenise: (personalClass, value) => edge.tokenise(workspaceId, personalClass, value),
    isMarkedPersonal: (eventName, property) => edge.isMarkedPersonal(workspaceId, eventName, property),
    parseUserAgent: edge.parseUserAgent, derivedId: edge.derivedId, uniqueId: edge.randomId,
  };
}

/** The rejected items as answers list them. */
export function describeRejected(receipt: Receipt): readonly { readonly index: number; readonly code: string; readonly field: string; readonly mend: string }[] {
  return receipt.rejected.map(({ index, fault }) => ({ index, code: fault.code, field: fault.field ?? "", mend: fault.mend ?? "" }));
}

import type { DecodeContext } from "@terrace/domain/event/decode-context";
import { decodeItem } from "@terrace/domain/event/decode-item";
import type { EventSource, FeedEvent, RejectedEvent } from "@terrace/domain/event/feed-event";
import type { JsonObject } from "@terrace/domain/json";
import type { Fault } from "@terrace/domain/result";
import type { FastifyRequest } from "fastify";
import { setImmediate as nextTurn } from "node:timers/promises";
import { faultError } from "../../../platform/http/fault-error.ts";
import type { Edge, KeyOwner } from "./edge-deps.ts";

/** Events of one request. */
export const BATCH_EVENTS_MAX = 500;
/** Large requests give way to others in between, so that no turn of the event loop grows long. */
const EVENTS_PER_TURN = 50;
const LARGE_REQUEST_BYTES = 256 * 1024;

/** Everything one request brings, once its protocol is understood. */
export type Delivery = {
  readonly source: EventSource;
  readonly owner: KeyOwner;
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
  checkCount(delivery.items.length);
  const admitted = edge.admit(delivery.owner, delivery.items.length);
  if (!("ok" in admitted))
    throw faultError("rate.limited", {
      mend: "Send the same events again after the time in Retry-After",
      retryAfterSeconds: admitted.retryAfterSeconds,
    });
  const context = decodeContext(edge, delivery, { ip: request.ip, userAgent: request.headers["user-agent"] ?? "" });
  const { events, quarantined, rejected } = await decodeItems(delivery, context);
  if (rejected.length > 0)
    edge.log.debug(
      { workspaceId: delivery.owner.workspaceId, source: delivery.source, rejected: rejected.length, code: rejected[0]?.fault.code },
      "events put into quarantine",
    );
  if (delivery.dryRun !== true) await edge.accept(events, quarantined);
  return { accepted: events.length, rejected };
}

function checkCount(items: number): void {
  if (items === 0) throw faultError("batch.empty", { field: "batch", mend: "Send at least one event" });
  if (items > BATCH_EVENTS_MAX)
    throw faultError("batch.too_many_events", { field: "batch", mend: `Send at most ${BATCH_EVENTS_MAX} events in one request` });
}

type Decoded = {
  readonly events: FeedEvent[];
  readonly quarantined: RejectedEvent[];
  readonly rejected: { readonly index: number; readonly fault: Fault }[];
};

async function decodeItems({ source, items, bytes }: Delivery, context: DecodeContext): Promise<Decoded> {
  const decoded: Decoded = { events: [], quarantined: [], rejected: [] };
  for (const [index, item] of items.entries()) {
    if (index > 0 && index % EVENTS_PER_TURN === 0 && bytes > LARGE_REQUEST_BYTES) await nextTurn();
    const outcome = decodeItem(source, item, context);
    if ("accepted" in outcome) decoded.events.push(outcome.accepted);
    else if ("rejected" in outcome) {
      decoded.quarantined.push(outcome.rejected);
      decoded.rejected.push({ index, fault: outcome.fault });
    }
  }
  return decoded;
}

/** The decoder's view of a request. */
export function decodeContext(
  edge: Edge,
  delivery: Pick<Delivery, "bytes" | "sentAt" | "batchContext"> & { readonly owner: Pick<KeyOwner, "workspaceId"> },
  sender: { readonly ip: string; readonly userAgent: string },
): DecodeContext {
  const { workspaceId } = delivery.owner;
  return {
    workspaceId,
    receivedAtMs: edge.nowMs(),
    requestBytes: delivery.bytes,
    requestIp: sender.ip,
    userAgent: sender.userAgent,
    sentAt: delivery.sentAt ?? undefined,
    batchContext: delivery.batchContext,
    tokenise: (personalClass, value) => edge.privacy.tokenise(workspaceId, personalClass, value),
    isMarkedPersonal: (eventName, property) => edge.isMarkedPersonal(workspaceId, eventName, property),
    parseUserAgent: edge.parseUserAgent,
    derivedId: edge.derivedId,
    uniqueId: edge.randomId,
  };
}

/** The rejected items as answers list them. */
export function describeRejected(
  receipt: Receipt,
): readonly { readonly index: number; readonly code: string; readonly field: string; readonly detail: string }[] {
  return receipt.rejected.map(({ index, fault }) => ({ index, code: fault.code, field: fault.field ?? "", detail: fault.mend ?? "" }));
}

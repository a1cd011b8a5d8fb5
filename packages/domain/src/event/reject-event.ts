import type { JsonObject } from "../json.ts";
import type { Fault } from "../result.ts";
import { holdsPersonal } from "../personal/redact-text.ts";
import type { DecodeContext, DecodeOutcome } from "./decode-context.ts";
import type { EventSource, RejectedEvent } from "./feed-event.ts";
import { safeMessageId } from "./raw-event.ts";
import { storableText } from "./sanitise-properties.ts";

/** UTF-16 code units of a kept payload: twice what an accepted event may have, and what an import may make of a file. */
const PAYLOAD_LENGTH_MAX = 64 * 1024;
const DRAFT_LENGTH_MAX = 1024 * 1024;
const PRINT_DEPTH_MAX = 64;

/** What is known about a rejected item, best effort. */
export type RejectedItem = {
  readonly source: EventSource;
  readonly item: unknown;
  readonly name?: unknown;
  readonly messageId?: unknown;
  /** Set when the item is an `EventDraft` made inside Terrace. */
  readonly form?: "draft";
};

/** An item on its way to quarantine: kept whole where possible, its name and id free of personal data. */
export function rejectItem(
  rejected: RejectedItem,
  fault: Fault,
  context: Pick<DecodeContext, "workspaceId" | "receivedAtMs" | "derivedId" | "sentAt">,
): DecodeOutcome {
  const printed = printItem(withSentAt(rejected.item, context.sentAt));
  const lengthMax = rejected.form === "draft" ? DRAFT_LENGTH_MAX : PAYLOAD_LENGTH_MAX;
  const event: RejectedEvent = {
    workspaceId: context.workspaceId,
    source: rejected.source,
    code: fault.code,
    field: fault.field ?? "",
    detail: fault.mend ?? "",
    payload: printed.length <= lengthMax ? printed : printed.slice(0, lengthMax).toWellFormed(),
    truncated: printed.length > lengthMax,
    ...(rejected.form === undefined ? {} : { form: rejected.form }),
    messageId: typeof rejected.messageId === "string" ? safeMessageId(rejected.messageId, context.derivedId) : "",
    name: safeName(rejected.name),
    receivedAtMs: context.receivedAtMs,
  };
  return { rejected: event, fault };
}

/** What a refused call is listed under: the name of its event, else its type. A track without a name has none: "track" would look like an event of that name. */
export function nameForQuarantine({ event, type }: JsonObject): unknown {
  return event ?? (type === "track" ? undefined : type);
}

function safeName(name: unknown): string {
  if (typeof name !== "string" || name.trim() === "" || holdsPersonal(name)) return "";
  return storableText(name.slice(0, 255));
}

/** The item with the batch's send time, so that a replay can correct the clock like the first attempt. */
function withSentAt(item: unknown, sentAt: unknown): unknown {
  if (sentAt === undefined || typeof item !== "object" || item === null || Array.isArray(item) || Object.hasOwn(item, "sentAt"))
    return item;
  return { ...item, sentAt };
}

/** JSON text of an item; one nested beyond the limits of the printer is printed to a depth, with `…` for the rest. */
export function printItem(item: unknown): string {
  try {
    return storableText(JSON.stringify(item) ?? "null");
  } catch {
    return storableText(JSON.stringify(pruned(item, PRINT_DEPTH_MAX)));
  }
}

function pruned(value: unknown, depth: number): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (depth === 0) return "…";
  if (Array.isArray(value)) return value.map((element: unknown) => pruned(element, depth - 1));
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, pruned(inner, depth - 1)]));
}

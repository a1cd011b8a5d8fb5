import type { Repeating, SendOutcome } from "./delivery.ts";
import type { MessageState } from "./message.ts";
import type { ReceiptKind } from "./receipt.ts";

/** Waits after the first, second, … try that did not end: soon at first, a day in all. */
const WAITS_MS = [5_000, 30_000, 120_000, 600_000, 1_800_000, 7_200_000, 21_600_000, 43_200_000] as const;
/** Up to this part of a wait is added, so that many that failed together do not come back together. */
const SPREAD = 0.2;
/** The longest a provider may make a message wait. */
const ASKED_WAIT_MAX_MS = 86_400_000;

/** How a try ended: as the provider's adapter says; because the process that made it is gone; or before it was begun, so that nobody was handed anything. */
export type TryEnd =
  SendOutcome | { readonly outcome: "process_ended" } | { readonly outcome: "not_begun"; readonly code: string; readonly afterMs: number };

/** What a question to the provider answered about our reference. */
export type LookupAnswer = "sent" | "delivered" | "absent" | "unknown";

/** What is known of a message that was handed over. */
export type Handed = {
  readonly repeating: Repeating;
  /** Until when the same reference may be handed over again, or asked about, Unix ms; null: without an end. */
  readonly repeatUntilMs: number | null;
  /** Tries that were begun up to now, this one included. */
  readonly attempts: number;
  /** The provider may have it from a try before this one. */
  readonly maybe: boolean;
};

/**
 * What becomes of a message after a try. `waiting` is decided anew at `dueMs`; `sending` is handed over again with the same reference, or asked about, at `dueMs`;
 * what has no `dueMs` is at its end, though a receipt may yet change it.
 */
export type NextStep = {
  readonly state: Extract<MessageState, "waiting" | "sending" | "sent" | "delivered" | "failed" | "unknown">;
  readonly dueMs: number | null;
  /** The provider's code, or ours: `tries_ended`, `process_ended`. */
  readonly code: string | null;
  /** The provider may have it. */
  readonly maybe: boolean;
};

type Now = { readonly nowMs: number; /** In [0, 1). */ readonly chance: number };

/**
 * After a try. Nothing that may have been taken is handed over again, unless the provider takes a reference once. What a provider says of a repeat is about the
 * repeat: that it does not take it now, or never will, says nothing about the try before it.
 */
export function afterTry(end: TryEnd, handed: Handed, now: Now): NextStep {
  switch (end.outcome) {
    case "accepted":
      return { state: "sent", dueMs: null, code: null, maybe: false };
    case "refused":
      return handed.maybe ? whenUnknown(end.code, handed, now) : { state: "failed", dueMs: null, code: end.code, maybe: false };
    case "retry":
      return handed.maybe ? whenUnknown(end.code, handed, now, end.afterMs) : tryAnew(end.code, handed, now, end.afterMs);
    case "unknown":
      return whenUnknown(end.code, handed, now);
    case "process_ended":
      return whenUnknown("process_ended", handed, now);
    case "not_begun":
      return notBegun(end.code, handed, now.nowMs + end.afterMs);
  }
}

/** After a question to the provider. What it does not have was never taken, and is decided anew. */
export function afterLookup(answer: LookupAnswer, handed: Handed, now: Now): NextStep {
  if (answer === "sent" || answer === "delivered") return { state: answer, dueMs: null, code: null, maybe: false };
  return answer === "absent" ? tryAnew("absent", handed, now) : whenUnknown("unknown", handed, now);
}

function tryAnew(code: string, { attempts }: Handed, now: Now, afterMs = 0): NextStep {
  const wait = waitAfter(attempts, now.chance);
  if (wait === undefined) return { state: "failed", dueMs: null, code: "tries_ended", maybe: false };
  return { state: "waiting", dueMs: now.nowMs + longest(wait, afterMs), code, maybe: false };
}

function whenUnknown(code: string, { repeating, repeatUntilMs, attempts }: Handed, now: Now, afterMs = 0): NextStep {
  const wait = waitAfter(attempts, now.chance);
  const ends: NextStep = { state: "unknown", dueMs: null, code, maybe: true };
  if (repeating === "neither" || wait === undefined) return ends;
  const dueMs = now.nowMs + longest(wait, afterMs);
  return repeatUntilMs !== null && dueMs >= repeatUntilMs ? ends : { ...ends, state: "sending", dueMs };
}

function notBegun(code: string, { maybe, repeatUntilMs }: Handed, dueMs: number): NextStep {
  if (!maybe) return { state: "waiting", dueMs, code, maybe };
  return repeatUntilMs !== null && dueMs >= repeatUntilMs
    ? { state: "unknown", dueMs: null, code, maybe }
    : { state: "sending", dueMs, code, maybe };
}

function longest(waitMs: number, askedMs: number): number {
  return Math.max(waitMs, Math.min(askedMs, ASKED_WAIT_MAX_MS));
}

function waitAfter(attempts: number, chance: number): number | undefined {
  const wait = WAITS_MS[attempts - 1];
  return wait === undefined ? undefined : Math.round(wait * (1 + SPREAD * chance));
}

/** Whoever complains, ends, opens or clicks has got it. */
const MEANS: Readonly<Record<ReceiptKind, "delivered" | "failed">> = {
  delivered: "delivered",
  bounced: "failed",
  complained: "delivered",
  unsubscribed: "delivered",
  opened: "delivered",
  clicked: "delivered",
  failed: "failed",
};
/** Before the provider has a message there is nothing to tell of it; of those that were never handed over nothing can come. */
const HANDED_OVER: ReadonlySet<MessageState> = new Set(["waiting", "sending", "sent", "unknown", "delivered", "failed"]);

/**
 * The state after a receipt. The order in which receipts come plays no part: what came back stays failed, whatever else is said. A message that was given up, or waits
 * for another try, and is told of nevertheless was taken after all.
 */
export function afterReceipt(state: MessageState, what: ReceiptKind, wasReturned: boolean): MessageState {
  if (!HANDED_OVER.has(state)) return state;
  return wasReturned || MEANS[what] === "failed" ? "failed" : "delivered";
}

/** Whether a receipt says that the message came back. */
export function isReturn(what: ReceiptKind): boolean {
  return MEANS[what] === "failed";
}

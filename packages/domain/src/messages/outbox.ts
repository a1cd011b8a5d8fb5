import type { Repeating, SendOutcome } from "./delivery.ts";
import type { MessageState } from "./message.ts";
import type { ReceiptKind } from "./receipt.ts";

/** Waits after the first, second, … try that did not end: soon at first, a day in all. */
const WAITS_MS = [5_000, 30_000, 120_000, 600_000, 1_800_000, 7_200_000, 21_600_000, 43_200_000] as const;
/** Up to this part of a wait is added, so that many that failed together do not come back together. */
const SPREAD = 0.2;
/** The longest a provider may make a message wait. */
const ASKED_WAIT_MAX_MS = 86_400_000;

/** How a try ended: as the provider's adapter says, or because the process that made it is gone. */
export type TryEnd = SendOutcome | { readonly outcome: "process_ended" };

/** What a question to the provider answered about our reference. */
export type LookupAnswer = "sent" | "delivered" | "absent" | "unknown";

/** What is known of a message that was handed over. */
export type Handed = {
  readonly repeating: Repeating;
  /** Until when the same reference may be handed over again, or asked about, Unix ms; null: without an end. */
  readonly repeatUntilMs: number | null;
  /** Tries up to now, this one included. */
  readonly tries: number;
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
};

type Now = { readonly nowMs: number; /** In [0, 1). */ readonly chance: number };

/** After a try. Nothing that may have been taken is handed over again, unless the provider takes a reference once. */
export function afterTry(end: TryEnd, handed: Handed, now: Now): NextStep {
  switch (end.outcome) {
    case "accepted":
      return { state: "sent", dueMs: null, code: null };
    case "refused":
      return { state: "failed", dueMs: null, code: end.code };
    case "retry":
      return tryAnew(end.code, handed, now, end.afterMs);
    case "unknown":
      return whenUnknown(end.code, handed, now);
    case "process_ended":
      return whenUnknown("process_ended", handed, now);
  }
}

/** After a question to the provider. What it does not have was never taken, and is decided anew. */
export function afterLookup(answer: LookupAnswer, handed: Handed, now: Now): NextStep {
  if (answer === "sent" || answer === "delivered") return { state: answer, dueMs: null, code: null };
  return answer === "absent" ? tryAnew("absent", handed, now) : whenUnknown("unknown", handed, now);
}

function tryAnew(code: string, { tries }: Handed, now: Now, afterMs = 0): NextStep {
  const wait = waitAfter(tries, now.chance);
  if (wait === undefined) return { state: "failed", dueMs: null, code: "tries_ended" };
  return { state: "waiting", dueMs: now.nowMs + Math.max(wait, Math.min(afterMs, ASKED_WAIT_MAX_MS)), code };
}

function whenUnknown(code: string, { repeating, repeatUntilMs, tries }: Handed, now: Now): NextStep {
  const wait = waitAfter(tries, now.chance);
  const ends: NextStep = { state: "unknown", dueMs: null, code };
  if (repeating === "neither" || wait === undefined) return ends;
  const dueMs = now.nowMs + wait;
  return repeatUntilMs !== null && dueMs >= repeatUntilMs ? ends : { state: "sending", dueMs, code };
}

function waitAfter(tries: number, chance: number): number | undefined {
  const wait = WAITS_MS[tries - 1];
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

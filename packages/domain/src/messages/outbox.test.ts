import fc from "fast-check";
import { expect, test } from "vitest";
import { MESSAGE_STATES } from "./message.ts";
import { afterLookup, afterReceipt, afterTry, isReturn, type Handed, type NextStep, type TryEnd } from "./outbox.ts";
import { RECEIPT_KINDS } from "./receipt.ts";

const NOW = { nowMs: 1_000_000, chance: 0 };
const handed = (part: Partial<Handed> = {}): Handed => ({ repeating: "neither", repeatUntilMs: null, attempts: 1, maybe: false, ...part });

test("what the provider certainly did not take waits longer each time, and ends", () => {
  const retry: TryEnd = { outcome: "retry", code: "503" };
  expect(afterTry(retry, handed(), NOW)).toEqual({ state: "waiting", dueMs: NOW.nowMs + 5_000, code: "503", maybe: false });
  expect(afterTry(retry, handed({ attempts: 2 }), NOW).dueMs).toBe(NOW.nowMs + 30_000);
  expect(afterTry({ ...retry, afterMs: 60_000 }, handed(), NOW).dueMs).toBe(NOW.nowMs + 60_000);
  expect(afterTry(retry, handed({ attempts: 9 }), NOW)).toEqual({ state: "failed", dueMs: null, code: "tries_ended", maybe: false });
});

test("what the provider may have taken is handed over again only where the same reference is taken once, and only while that holds", () => {
  const unknown: TryEnd = { outcome: "unknown", code: "timeout" };
  for (const end of [unknown, { outcome: "process_ended" } as const]) {
    expect(afterTry(end, handed(), NOW)).toMatchObject({ state: "unknown", dueMs: null });
    expect(afterTry(end, handed({ repeating: "idempotent" }), NOW)).toMatchObject({ state: "sending", dueMs: NOW.nowMs + 5_000 });
    expect(afterTry(end, handed({ repeating: "queryable", repeatUntilMs: NOW.nowMs + 5_000 }), NOW)).toMatchObject({ state: "unknown" });
    expect(afterTry(end, handed({ repeating: "idempotent", attempts: 9 }), NOW)).toMatchObject({ state: "unknown" });
  }
  expect(afterLookup("absent", handed({ repeating: "queryable" }), NOW)).toMatchObject({ state: "waiting" });
  expect(afterLookup("unknown", handed({ repeating: "queryable" }), NOW)).toMatchObject({ state: "sending" });
  expect(afterLookup("delivered", handed({ repeating: "queryable" }), NOW)).toEqual({
    state: "delivered",
    dueMs: null,
    code: null,
    maybe: false,
  });
});

test("what was not begun waits without being counted, and stays what it may have been", () => {
  const end: TryEnd = { outcome: "not_begun", code: "stopped", afterMs: 0 };
  expect(afterTry(end, handed({ attempts: 9 }), NOW)).toEqual({ state: "waiting", dueMs: NOW.nowMs, code: "stopped", maybe: false });
  const again = handed({ repeating: "idempotent", maybe: true, repeatUntilMs: NOW.nowMs + 1 });
  expect(afterTry(end, again, NOW)).toEqual({ state: "sending", dueMs: NOW.nowMs, code: "stopped", maybe: true });
  expect(afterTry(end, { ...again, repeatUntilMs: NOW.nowMs }, NOW)).toMatchObject({ state: "unknown", dueMs: null });
});

const MINUTE_MS = 60_000;
const WINDOW_MS = 10 * MINUTE_MS;
/** What happens at a try: whether it arrives, and what is heard of it. */
const tries = fc.array(
  fc.record({
    arrives: fc.boolean(),
    heard: fc.constantFrom("answer", "nothing", "process_ended", "not_begun", "retry", "refused", "later"),
    asked: fc.constantFrom("truth", "unknown"),
    lateMs: fc.integer({ min: 0, max: 30_000 }),
  }),
  { minLength: 1, maxLength: 14 },
);

test("whatever a provider answers, nobody gets a message twice, and what was taken is never told as failed or decided anew", () => {
  fc.assert(
    fc.property(fc.constantFrom("idempotent", "queryable", "neither"), tries, (repeating, script) => {
      let [nowMs, delivered, attempts] = [1_000_000, 0, 0];
      let takenMs: number | undefined;
      let repeatUntilMs: number | null = null;
      let next: NextStep = { state: "waiting", dueMs: nowMs, code: null, maybe: false };
      for (const { arrives, heard, asked, lateMs } of script) {
        if (next.dueMs === null) break;
        nowMs = next.dueMs + lateMs;
        if (next.state === "waiting") repeatUntilMs = nowMs + WINDOW_MS - MINUTE_MS;
        attempts += 1;
        const of = { repeating, repeatUntilMs, attempts, maybe: next.maybe } as const;
        if (next.state === "sending" && repeating === "queryable") {
          next = afterLookup(asked === "unknown" ? "unknown" : takenMs === undefined ? "absent" : "sent", of, { nowMs, chance: 0 });
        } else {
          const reaches = heard !== "not_begun" && heard !== "retry" && heard !== "refused" && (arrives || heard === "answer");
          // A provider that takes a reference once does so for a while after it had it first.
          const isRepeat = takenMs !== undefined && repeating === "idempotent" && nowMs < takenMs + WINDOW_MS;
          if (reaches && !isRepeat) [delivered, takenMs] = [delivered + 1, nowMs];
          if (heard === "not_begun") attempts -= 1;
          next = afterTry(ENDS[heard], of, { nowMs, chance: 0 });
        }
        expect(delivered).toBeLessThanOrEqual(1);
        if (takenMs !== undefined) expect(["sending", "sent", "unknown"]).toContain(next.state);
      }
    }),
    { numRuns: 2_000 },
  );
});

const ENDS = {
  answer: { outcome: "accepted", providerRef: null },
  nothing: { outcome: "unknown", code: "time_out" },
  process_ended: { outcome: "process_ended" },
  not_begun: { outcome: "not_begun", code: "stopped", afterMs: 0 },
  retry: { outcome: "retry", code: "503" },
  later: { outcome: "unknown", code: "connection" },
  refused: { outcome: "refused", code: "422" },
} as const satisfies Readonly<Record<string, TryEnd>>;

test("the order in which receipts come, and how often, changes nothing about where a message ends", () => {
  const words = fc.array(fc.constantFrom(...RECEIPT_KINDS), { minLength: 1, maxLength: 6 });
  fc.assert(
    fc.property(fc.constantFrom(...MESSAGE_STATES), words, fc.integer(), (state, told, seed) => {
      const ends = (order: readonly (typeof told)[number][]): string =>
        order.reduce(({ at, returned }, what) => ({ at: afterReceipt(at, what, returned), returned: returned || isReturn(what) }), {
          at: state,
          returned: false,
        }).at;
      const shuffled = told.toSorted((a, b) => ((a.length * 7 + seed) % 5) - ((b.length * 7 + seed) % 5));
      expect(ends(shuffled)).toBe(ends(told));
      expect(ends([...told, ...told])).toBe(ends(told));
      if (["blocked", "cancelled", "expired"].includes(state)) expect(ends(told)).toBe(state);
    }),
  );
});

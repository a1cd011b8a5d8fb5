import fc from "fast-check";
import { expect, test } from "vitest";
import { MESSAGE_STATES } from "./message.ts";
import { afterLookup, afterReceipt, afterTry, isReturn, type Handed, type TryEnd } from "./outbox.ts";
import { RECEIPT_KINDS } from "./receipt.ts";

const NOW = { nowMs: 1_000_000, chance: 0 };
const handed = (part: Partial<Handed> = {}): Handed => ({ repeating: "neither", repeatUntilMs: null, tries: 1, ...part });

test("what the provider certainly did not take waits longer each time, and ends", () => {
  const retry: TryEnd = { outcome: "retry", code: "503" };
  expect(afterTry(retry, handed(), NOW)).toEqual({ state: "waiting", dueMs: NOW.nowMs + 5_000, code: "503" });
  expect(afterTry(retry, handed({ tries: 2 }), NOW).dueMs).toBe(NOW.nowMs + 30_000);
  expect(afterTry({ ...retry, afterMs: 60_000 }, handed(), NOW).dueMs).toBe(NOW.nowMs + 60_000);
  expect(afterTry(retry, handed({ tries: 9 }), NOW)).toEqual({ state: "failed", dueMs: null, code: "tries_ended" });
});

test("what the provider may have taken is handed over again only where the same reference is taken once, and only while that holds", () => {
  const unknown: TryEnd = { outcome: "unknown", code: "timeout" };
  for (const end of [unknown, { outcome: "process_ended" } as const]) {
    expect(afterTry(end, handed(), NOW)).toMatchObject({ state: "unknown", dueMs: null });
    expect(afterTry(end, handed({ repeating: "idempotent" }), NOW)).toMatchObject({ state: "sending", dueMs: NOW.nowMs + 5_000 });
    expect(afterTry(end, handed({ repeating: "queryable", repeatUntilMs: NOW.nowMs + 5_000 }), NOW)).toMatchObject({ state: "unknown" });
    expect(afterTry(end, handed({ repeating: "idempotent", tries: 9 }), NOW)).toMatchObject({ state: "unknown" });
  }
  expect(afterLookup("absent", handed({ repeating: "queryable" }), NOW)).toMatchObject({ state: "waiting" });
  expect(afterLookup("unknown", handed({ repeating: "queryable" }), NOW)).toMatchObject({ state: "sending" });
  expect(afterLookup("delivered", handed({ repeating: "queryable" }), NOW)).toEqual({ state: "delivered", dueMs: null, code: null });
});

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

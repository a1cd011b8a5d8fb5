import fc from "fast-check";
import { expect, test } from "vitest";
import { behindLedger, covers, ledgerOf, mergeLedgers, type LedgerEntry } from "./erasure-ledger.ts";

const erased = (originId: string, erasedAtMs: number, admittedFromMs: number | null = null): LedgerEntry => ({
  workspaceId: 1,
  originId,
  erasureId: "1",
  erasedAtMs,
  admittedFromMs,
});

const entries = fc.array(
  fc
    .tuple(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 5 }), fc.option(fc.integer({ min: 0, max: 5 })))
    .map(([id, at, later]) => erased(String(id), at, later === null ? null : at + later)),
);

test("lists merge to the same whatever their order, and a merged list covers both", () => {
  fc.assert(
    fc.property(entries, entries, (a, b) => {
      const [one, other] = [mergeLedgers(ledgerOf(a), b), mergeLedgers(ledgerOf(b), a)];
      const times = (ledger: typeof one) => [...ledger].map(([key, { admittedFromMs }]) => [key, admittedFromMs]).toSorted();
      expect(times(one).map(([key]) => key)).toEqual(times(other).map(([key]) => key));
      for (const ledger of [one, other]) {
        expect(covers(ledger, ledgerOf(a))).toBe(true);
        expect(covers(ledger, ledgerOf(b))).toBe(true);
      }
    }),
  );
});

test("a database from a backup is told whom to erase again and whom to let in, and nothing twice", () => {
  const database = ledgerOf([erased("known", 10), erased("came back", 10), erased("again", 10)]);
  const ledger = ledgerOf([
    erased("known", 10),
    erased("since", 20),
    erased("came back", 10, 30),
    erased("again", 40),
    erased("erased, then let in", 20, 30),
  ]);
  const ids = (list: readonly LedgerEntry[]) => list.map(({ originId }) => originId);
  const { erase, admit } = behindLedger(database, ledger);
  expect(ids(erase)).toEqual(["since", "again", "erased, then let in"]);
  expect(ids(admit)).toEqual(["came back"]);
  expect(behindLedger(ledger, ledger)).toEqual({ erase: [], admit: [] });
  // Erased again after they were let in: an old list does not let them in once more.
  expect(behindLedger(ledgerOf([erased("x", 50)]), ledgerOf([erased("x", 10, 30)]))).toEqual({ erase: [], admit: [] });
});

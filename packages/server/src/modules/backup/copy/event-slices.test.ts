import fc from "fast-check";
import { expect, test } from "vitest";
import { halve, sliceByDay, sliceByName, type EventSlice } from "./event-slices.ts";

const MAX = 1_000;
const counts = fc
  .uniqueArray(
    fc.record({
      workspaceId: fc.integer({ min: 1, max: 3 }),
      name: fc.string({ minLength: 1 }),
      events: fc.integer({ min: 1, max: 2_500 }),
    }),
    {
      selector: ({ workspaceId, name }) => `${workspaceId} ${name}`,
      maxLength: 30,
    },
  )
  .map((rows) => rows.toSorted((a, b) => a.workspaceId - b.workspaceId || (a.name < b.name ? -1 : 1)));

function holds(slice: EventSlice, workspaceId: number, name: string): boolean {
  return slice.workspaceId === workspaceId && slice.names.from <= name && name <= slice.names.to;
}

test("every name is in exactly one slice, and only a name that is too large alone makes a large one", () => {
  fc.assert(
    fc.property(counts, (rows) => {
      const slices = sliceByName(202_611, rows, MAX);
      for (const { workspaceId, name } of rows) expect(slices.filter(({ slice }) => holds(slice, workspaceId, name))).toHaveLength(1);
      for (const { slice, large } of slices) {
        const inside = rows.filter(({ workspaceId, name }) => holds(slice, workspaceId, name));
        const events = inside.reduce((sum, row) => sum + row.events, 0);
        expect(large ? inside.length === 1 && events > MAX : events <= MAX).toBe(true);
      }
    }),
  );
});

test("days and ids are cut without a gap", () => {
  const [first] = sliceByName(202_611, [{ workspaceId: 1, name: "Viewed", events: 9_000 }], MAX);
  if (first === undefined) throw new Error("no slice");
  const slices = sliceByDay(
    first.slice,
    [
      { day: "2026-11-01", events: 400 },
      { day: "2026-11-02", events: 500 },
      { day: "2026-11-05", events: 3_500 },
    ],
    MAX,
  );
  expect(slices.map(({ days }) => days)).toEqual([
    { from: "2026-11-01", to: "2026-11-02" },
    ...Array.from({ length: 4 }, () => ({ from: "2026-11-05", to: "2026-11-05" })),
  ]);
  const cut = slices.slice(1).map(({ origins }) => origins);
  expect(cut[0]?.from).toBe("0");
  expect(cut.at(-1)?.to).toBe("18446744073709551615");
  cut.slice(1).forEach(({ from }, index) => expect(BigInt(from)).toBe(BigInt(cut[index]?.to ?? 0) + 1n));
});

test("a slice is halved down to one id, then dealt into shares, and ends", () => {
  const [first] = sliceByName(202_611, [{ workspaceId: 1, name: "Viewed", events: 1 }], MAX);
  let slice = first?.slice;
  let steps = 0;
  while (slice !== undefined) {
    const halves = halve(slice);
    if (halves !== undefined && halves[0].share.of === 1) expect(BigInt(halves[0].origins.to) + 1n).toBe(BigInt(halves[1].origins.from));
    slice = halves?.[0];
    steps += 1;
  }
  expect(steps).toBeGreaterThan(63);
  expect(steps).toBeLessThan(100);
});

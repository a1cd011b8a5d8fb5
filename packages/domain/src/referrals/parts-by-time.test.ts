import fc from "fast-check";
import { expect, test } from "vitest";
import { partsByTime } from "./parts-by-time.ts";

test("every row is in one part, parts are in order of time and shorter than the span, and none could be joined to the next", () => {
  const rows = fc.array(fc.record({ atMs: fc.integer({ min: 0, max: 60 }), id: fc.nat() }), { maxLength: 40 });
  fc.assert(
    fc.property(rows, fc.integer({ min: 1, max: 30 }), (given, spanMs) => {
      const parts = partsByTime(given, spanMs);
      expect(parts.flat()).toEqual(given.toSorted((a, b) => a.atMs - b.atMs));
      for (const [index, part] of parts.entries()) {
        const [first, last] = [part[0]?.atMs ?? NaN, part.at(-1)?.atMs ?? NaN];
        expect(last - first).toBeLessThan(spanMs);
        const next = parts[index + 1]?.[0]?.atMs;
        if (next !== undefined) expect(next - first).toBeGreaterThanOrEqual(spanMs);
      }
    }),
  );
});

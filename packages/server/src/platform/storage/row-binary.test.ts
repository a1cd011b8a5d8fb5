import fc from "fast-check";
import { expect, test } from "vitest";
import { RowBinary } from "./row-binary.ts";

/** Reads back what RowBinary says of itself: little-endian numbers, texts behind a base-128 length. */
function readerOf(bytes: Buffer) {
  let at = 0;
  return {
    uint32: () => bytes.readUInt32LE((at += 4) - 4),
    uint64: () => bytes.readBigUInt64LE((at += 8) - 8),
    int64: () => bytes.readBigInt64LE((at += 8) - 8),
    text: () => {
      let [length, shift] = [0, 0];
      for (; ; shift += 7) {
        const byte = bytes.readUInt8(at++);
        length += (byte & 127) * 2 ** shift;
        if (byte < 128) break;
      }
      return bytes.toString("utf8", at, (at += length));
    },
    atEnd: () => at === bytes.length,
  };
}

const text = fc.oneof(
  fc.string({ unit: "grapheme" }),
  fc.constantFrom("", "x".repeat(127), "x".repeat(128), "é".repeat(64), "梯".repeat(6_000), "y".repeat(70_000)),
);
const row = fc.record({
  id: fc.nat({ max: 0xffff_ffff }),
  origin: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
  timeMs: fc.oneof(
    fc.integer({ min: -2_208_988_800_000, max: 10_413_791_999_999 }),
    fc.constantFrom(0, -1, 2 ** 32 - 1, 2 ** 32, -(2 ** 32)),
  ),
  texts: fc.array(text, { maxLength: 4 }),
});

test("every value is read back as it was written, however much there is", () => {
  fc.assert(
    fc.property(fc.array(row, { maxLength: 20 }), fc.constantFrom(1, 64, undefined), (rows, bytesAtFirst) => {
      const subject = new RowBinary(bytesAtFirst);
      const ends = rows.map(({ id, origin, timeMs, texts }) => {
        subject.uint32(id);
        subject.uint64(origin);
        subject.milliseconds(timeMs);
        const inner = new RowBinary();
        for (const value of texts) inner.text(value);
        subject.values(inner.bytes());
        return subject.length;
      });
      for (const [index, { id, origin, timeMs, texts }] of rows.entries()) {
        const reader = readerOf(subject.bytes(ends[index - 1] ?? 0, ends[index]));
        expect([reader.uint32(), reader.uint64(), reader.int64()]).toEqual([id, origin, BigInt(timeMs)]);
        expect(texts.map(() => reader.text())).toEqual(texts);
        expect(reader.atEnd()).toBe(true);
      }
    }),
    { numRuns: 60 },
  );
});

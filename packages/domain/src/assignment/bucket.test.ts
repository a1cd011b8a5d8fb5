import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readFileSync } from "node:fs";
import { armOf, rangesOf } from "./allocation.ts";
import { BUCKETS, bucketOf, HASH_VERSION } from "./bucket.ts";

type Vectors = {
  readonly hash: number;
  readonly buckets: readonly { readonly seed: string; readonly id: string; readonly bucket: number; readonly source: string }[];
  readonly arms: readonly {
    readonly seed: string;
    readonly id: string;
    readonly weights: readonly number[];
    readonly coverage: number;
    readonly arm: number;
  }[];
};
/** Those of GrowthBook for its clients, and own ones; docs/guides/flags.md tells others of them. */
const VECTORS = JSON.parse(readFileSync(new URL("../../../testkit/cases/assignment.json", import.meta.url), "utf8")) as Vectors;

/** Upper 0.1 % points of χ². */
const CHI2_P999: Readonly<Record<number, number>> = { 1: 10.83, 9: 27.88, 99: 148.23 };

function chiSquare(observed: readonly number[], expected: readonly number[]): number {
  return observed.reduce((sum, count, at) => sum + (count - (expected[at] ?? 0)) ** 2 / (expected[at] ?? 1), 0);
}

describe("bucketOf", () => {
  test("is the hash that the vectors are of", () => {
    expect(VECTORS.hash).toBe(HASH_VERSION);
  });

  test.each(VECTORS.buckets)("seed $seed and id $id stand at $bucket ($source)", ({ seed, id, bucket }) => {
    expect(bucketOf(seed, id)).toBe(bucket);
  });

  test.each(VECTORS.arms)("$seed gives $id arm $arm of $weights at $coverage", ({ seed, id, weights, coverage, arm }) => {
    expect(armOf(bucketOf(seed, id), rangesOf({ weights, coverage }))).toBe(arm);
  });

  test("is the published arithmetic for any text", () => {
    const published = (text: string): number => {
      let hval = 0x811c9dc5;
      for (let at = 0; at < text.length; at += 1) {
        hval ^= text.charCodeAt(at);
        hval += (hval << 1) + (hval << 4) + (hval << 7) + (hval << 8) + (hval << 24);
      }
      return hval >>> 0;
    };
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), fc.string({ unit: "binary" }), (seed, id) => {
        expect(bucketOf(seed, id)).toBe(published(String(published(seed + id))) % BUCKETS);
      }),
    );
  });

  // 20 seeds at the 0.1 % level: the ids are fixed, so the outcome is the same in every run.
  test.each(["ids that follow each other", "ids of 32 hexadecimal digits"])("%s spread evenly for every seed", (form) => {
    const ids = Array.from({ length: 20_000 }, (_, at) =>
      form === "ids that follow each other"
        ? String(at)
        : Array.from({ length: 8 }, (_, part) => bucketOf(`hex${part}`, String(at)).toString(16).padStart(4, "0")).join(""),
    );
    for (let seed = 0; seed < 20; seed += 1) {
      const counts = Array.from({ length: 100 }, () => 0);
      for (const id of ids) {
        const at = Math.floor(bucketOf(`experiment-${seed}`, id) / 100);
        counts[at] = (counts[at] ?? 0) + 1;
      }
      expect(
        chiSquare(
          counts,
          counts.map(() => ids.length / 100),
        ),
      ).toBeLessThan(CHI2_P999[99] ?? 0);
    }
  });

  test("arms of different experiments are independent of each other", () => {
    const seeds = Array.from({ length: 8 }, (_, at) => `experiment-${at}`);
    const ids = Array.from({ length: 20_000 }, (_, at) => `user-${at}`);
    for (const [first, a] of seeds.entries())
      for (const b of seeds.slice(first + 1)) {
        const table = [0, 0, 0, 0];
        for (const id of ids) {
          const cell = 2 * Number(bucketOf(a, id) >= BUCKETS / 2) + Number(bucketOf(b, id) >= BUCKETS / 2);
          table[cell] = (table[cell] ?? 0) + 1;
        }
        const [ll = 0, lr = 0, rl = 0, rr = 0] = table;
        const expected = [
          ((ll + lr) * (ll + rl)) / ids.length,
          ((ll + lr) * (lr + rr)) / ids.length,
          ((rl + rr) * (ll + rl)) / ids.length,
          ((rl + rr) * (lr + rr)) / ids.length,
        ];
        expect(chiSquare(table, expected)).toBeLessThan(CHI2_P999[1] ?? 0);
      }
  });
});

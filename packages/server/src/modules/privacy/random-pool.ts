import { randomBytes } from "node:crypto";
import type { RandomBytes } from "./value-cipher.ts";

const POOL_BYTES = 16_384;

/** Cryptographic randomness in small pieces: drawn from the system in large ones, because each draw costs as much as sealing a value. No byte is given out twice. */
export function createRandomPool(): RandomBytes {
  let pool = randomBytes(POOL_BYTES);
  let used = 0;
  return (count) => {
    if (count > POOL_BYTES) return randomBytes(count);
    if (used + count > POOL_BYTES) {
      pool = randomBytes(POOL_BYTES);
      used = 0;
    }
    const piece = pool.subarray(used, used + count);
    used += count;
    return piece;
  };
}

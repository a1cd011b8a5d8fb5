/** Steps of the hash: shares of people are cut to one of these. */
export const BUCKETS = 10_000;
/** The hash in use. A new one gets a new number, and what was assigned by an older one keeps it. */
export const HASH_VERSION = 2;

/**
 * Where a unit stands for a seed, from 0 to 9,999: FNV-1a (32 bits, over UTF-16 units) of seed and id, hashed once more as decimal text, so that ids that follow
 * each other fall apart. It is version 2 of GrowthBook's hash, whose published cases are the test vectors.
 */
export function bucketOf(seed: string, unitId: string): number {
  return hashOf(String(hashOf(seed + unitId))) % BUCKETS;
}

/** A text as 32 bits, the same everywhere. */
export function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return hash >>> 0;
}

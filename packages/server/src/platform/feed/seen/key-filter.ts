import { KEY_WORDS } from "./key-set.ts";

/** A block is one line of the processor's cache, so that asking costs one look into memory. */
const BLOCK_WORDS = 16;
/** Nine bits a key are set in its block; with 20 bits of room a key, one stranger in some thousands is taken for a member. */
const BITS_PER_KEY = 20;

/**
 * A Bloom filter over keys, split into blocks (Putze, Sanders, Singler: "Cache-, Hash- and Space-Efficient Bloom Filters", 2007). The keys are
 * hashes themselves: the first word chooses the block, the others the bits.
 */
export function buildFilter(keys: Uint32Array): Uint32Array {
  const count = keys.length / KEY_WORDS;
  const filter = new Uint32Array(Math.max(1, Math.ceil((count * BITS_PER_KEY) / (BLOCK_WORDS * 32))) * BLOCK_WORDS);
  for (let index = 0; index < count; index += 1) {
    const at = index * KEY_WORDS;
    const block = blockOf(filter, keys, at);
    for (let word = 1; word < KEY_WORDS; word += 1) {
      let bits = keys[at + word] ?? 0;
      for (let probe = 0; probe < 3; probe += 1) {
        const place = block + ((bits >>> 5) & 15);
        filter[place] = (filter[place] ?? 0) | (1 << (bits & 31));
        bits >>>= 9;
      }
    }
  }
  return filter;
}

/** False when key number `index` is certainly not among those the filter was built from. */
export function mayHold(filter: Uint32Array, keys: Uint32Array, index: number): boolean {
  const at = index * KEY_WORDS;
  const block = blockOf(filter, keys, at);
  for (let word = 1; word < KEY_WORDS; word += 1) {
    let bits = keys[at + word] ?? 0;
    for (let probe = 0; probe < 3; probe += 1) {
      if ((((filter[block + ((bits >>> 5) & 15)] ?? 0) >>> (bits & 31)) & 1) === 0) return false;
      bits >>>= 9;
    }
  }
  return true;
}

function blockOf(filter: Uint32Array, keys: Uint32Array, at: number): number {
  return Math.floor(((keys[at] ?? 0) / 2 ** 32) * (filter.length / BLOCK_WORDS)) * BLOCK_WORDS;
}

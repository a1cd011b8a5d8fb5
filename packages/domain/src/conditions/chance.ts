/** Into how many parts people are dealt: a hundredth of a percent each. */
export const CHANCE_PARTS = 10_000;

/**
 * The part, from 0 up to and without `CHANCE_PARTS`, that a person falls into by chance: always the same one for a seed, and for another seed another one that has
 * nothing to do with it. MurmurHash3 (x86, 32 bits, seed 0) of the UTF-8 text "seed:id", modulo the parts.
 */
export function chancePart(seed: string, personId: string): number {
  return murmurHash3(new TextEncoder().encode(`${seed}:${personId}`)) % CHANCE_PARTS;
}

/** The parts between two percentages of at most two decimals. */
export function partsOf([from, to]: readonly [number, number]): readonly [number, number] {
  const part = (percent: number): number => Math.round((percent * CHANCE_PARTS) / 100);
  return [part(from), part(to)];
}

const C1 = 0xcc_9e_2d_51;
const C2 = 0x1b_87_35_93;

function murmurHash3(bytes: Uint8Array): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const tailAt = bytes.length - (bytes.length % 4);
  let hash = 0;
  for (let at = 0; at < tailAt; at += 4) {
    hash ^= scrambled(view.getUint32(at, true));
    hash = (Math.imul(rotated(hash, 13), 5) + 0xe6_54_6b_64) | 0;
  }
  const tail = bytes.subarray(tailAt).reduce((word, byte, at) => word | (byte << (8 * at)), 0);
  return finished(hash ^ scrambled(tail) ^ bytes.length);
}

function scrambled(word: number): number {
  return Math.imul(rotated(Math.imul(word, C1), 15), C2);
}

function rotated(word: number, bits: number): number {
  return (word << bits) | (word >>> (32 - bits));
}

function finished(hash: number): number {
  let mixed = hash;
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85_eb_ca_6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2_b2_ae_35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}

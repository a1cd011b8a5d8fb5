const [C1, C2, C3, C4] = [0x239b961b, 0xab0e9789, 0x38b34ae5, 0xa1e38b93];
const BLOCK_UNITS = 8;

/**
 * MurmurHash3_x86_128 (Austin Appleby, public domain) of a text's UTF-16 units, written to four words of `out` from `at`. Spreads well and is not
 * cryptographic: who can make two texts meet could as well send the same text twice. A tenth of the price of a digest of `node:crypto`.
 */
export function murmur128(text: string, seed: number, out: Uint32Array, at: number): void {
  const units = text.length;
  const tail = units - (units % BLOCK_UNITS);
  let [h1, h2, h3, h4] = [seed, seed, seed, seed];
  for (let unit = 0; unit < tail; unit += BLOCK_UNITS) {
    h1 = (Math.imul(rotate(h1 ^ mix(pair(text, unit), C1, 15, C2), 19) + h2, 5) + 0x561ccd1b) | 0;
    h2 = (Math.imul(rotate(h2 ^ mix(pair(text, unit + 2), C2, 16, C3), 17) + h3, 5) + 0x0bcaa747) | 0;
    h3 = (Math.imul(rotate(h3 ^ mix(pair(text, unit + 4), C3, 17, C4), 15) + h4, 5) + 0x96cd1c35) | 0;
    h4 = (Math.imul(rotate(h4 ^ mix(pair(text, unit + 6), C4, 18, C1), 13) + h1, 5) + 0x32ac3b17) | 0;
  }
  // Missing units count as zeros, and zeros change nothing.
  h1 ^= mix(pair(text, tail), C1, 15, C2) ^ (units * 2);
  h2 ^= mix(pair(text, tail + 2), C2, 16, C3) ^ (units * 2);
  h3 ^= mix(pair(text, tail + 4), C3, 17, C4) ^ (units * 2);
  h4 ^= mix(pair(text, tail + 6), C4, 18, C1) ^ (units * 2);
  h1 = (h1 + h2 + h3 + h4) | 0;
  [h2, h3, h4] = [h2 + h1, h3 + h1, h4 + h1];
  [h1, h2, h3, h4] = [finish(h1), finish(h2), finish(h3), finish(h4)];
  h1 = (h1 + h2 + h3 + h4) | 0;
  out[at] = h1;
  out[at + 1] = h2 + h1;
  out[at + 2] = h3 + h1;
  out[at + 3] = h4 + h1;
}

/** Two units as a word, the first one low; zeros behind the end. */
function pair(text: string, unit: number): number {
  const low = unit < text.length ? text.charCodeAt(unit) : 0;
  return unit + 1 < text.length ? low | (text.charCodeAt(unit + 1) << 16) : low;
}

function rotate(word: number, bits: number): number {
  return (word << bits) | (word >>> (32 - bits));
}

function mix(word: number, first: number, bits: number, second: number): number {
  return Math.imul(rotate(Math.imul(word, first), bits), second);
}

function finish(word: number): number {
  let mixed = word ^ (word >>> 16);
  mixed = Math.imul(mixed, 0x85ebca6b);
  mixed ^= mixed >>> 13;
  mixed = Math.imul(mixed, 0xc2b2ae35);
  return mixed ^ (mixed >>> 16);
}

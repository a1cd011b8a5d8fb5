import { equalKeys, KEY_WORDS } from "./key-set.ts";

/** Keys of a page on average at most: a page is what is read to tell whether one key is there. */
const PAGE_KEYS = 256;
const PAGE_BITS_MAX = 16;

/** How many leading bits of a key number its page when `count` keys are split into pages. */
export function pageBitsFor(count: number): number {
  return Math.min(PAGE_BITS_MAX, Math.max(0, Math.ceil(Math.log2(Math.max(1, count) / PAGE_KEYS))));
}

/** The page of key number `index`. */
export function pageOf(pageBits: number, keys: Uint32Array, index: number): number {
  // A shift by 32 would be a shift by 0.
  return pageBits === 0 ? 0 : (keys[index * KEY_WORDS] ?? 0) >>> (32 - pageBits);
}

/** Splits keys into pages by their leading bits; pages without keys are left out. */
export function splitPages(keys: Uint32Array, pageBits: number): readonly { readonly page: number; readonly keys: Uint32Array }[] {
  const count = keys.length / KEY_WORDS;
  const ends = new Uint32Array(2 ** pageBits);
  for (let index = 0; index < count; index += 1) {
    const page = pageOf(pageBits, keys, index);
    ends[page] = (ends[page] ?? 0) + 1;
  }
  for (let page = 1; page < ends.length; page += 1) ends[page] = (ends[page] ?? 0) + (ends[page - 1] ?? 0);
  const starts = ends.map((_, page) => (page === 0 ? 0 : (ends[page - 1] ?? 0)));
  const next = starts.slice();
  const sorted = new Uint32Array(keys.length);
  for (let index = 0; index < count; index += 1) {
    const page = pageOf(pageBits, keys, index);
    const place = next[page] ?? 0;
    next[page] = place + 1;
    sorted.set(keys.subarray(index * KEY_WORDS, (index + 1) * KEY_WORDS), place * KEY_WORDS);
  }
  return Array.from(starts, (start, page) => ({ page, keys: sorted.subarray(start * KEY_WORDS, (ends[page] ?? 0) * KEY_WORDS) })).filter(
    ({ keys: held }) => held.length > 0,
  );
}

/** Whether a page has key number `index`. */
export function pageHolds(page: Uint32Array, keys: Uint32Array, index: number): boolean {
  for (let at = 0; at < page.length; at += KEY_WORDS) if (equalKeys(page, at, keys, index * KEY_WORDS)) return true;
  return false;
}

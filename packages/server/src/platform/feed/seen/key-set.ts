/** A key is 128 bits: four words of a `Uint32Array`, so that many of them lie side by side. */
export const KEY_WORDS = 4;

const CAPACITY_MIN = 1_024;

/** A set of keys that costs 16 bytes and two slots a key, and nothing to collect. Open addressing over a dense list of keys. */
export class KeySet {
  #words = new Uint32Array(CAPACITY_MIN * KEY_WORDS);
  /** Index + 1 of a key in the list; 0 is a free slot. */
  #slots = new Uint32Array(CAPACITY_MIN * 2);
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** Whether the set has key number `index` of `keys`. */
  has(keys: Uint32Array, index: number): boolean {
    return this.#slots[this.#find(keys, index * KEY_WORDS)] !== 0;
  }

  /** Adds key number `index` of `keys`; false when it was there already. */
  add(keys: Uint32Array, index: number): boolean {
    const at = index * KEY_WORDS;
    if (this.#slots[this.#find(keys, at)] !== 0) return false;
    if ((this.#size + 1) * KEY_WORDS > this.#words.length) this.#grow();
    for (let word = 0; word < KEY_WORDS; word += 1) this.#words[this.#size * KEY_WORDS + word] = keys[at + word] ?? 0;
    this.#size += 1;
    this.#slots[this.#find(keys, at)] = this.#size;
    return true;
  }

  /** All keys, in the order they came; a view that is good until the next change. */
  keys(): Uint32Array {
    return this.#words.subarray(0, this.#size * KEY_WORDS);
  }

  clear(): void {
    this.#size = 0;
    this.#slots.fill(0);
  }

  /** The slot that holds the key, or the free one where it belongs. */
  #find(keys: Uint32Array, at: number): number {
    const last = this.#slots.length - 1;
    // Any word will do, the keys are hashes; not the first, by which pages are told apart.
    let slot = (keys[at + 1] ?? 0) & last;
    for (;;) {
      const held = this.#slots[slot] ?? 0;
      if (held === 0 || equalKeys(this.#words, (held - 1) * KEY_WORDS, keys, at)) return slot;
      slot = (slot + 1) & last;
    }
  }

  #grow(): void {
    const words = new Uint32Array(this.#words.length * 2);
    words.set(this.#words);
    this.#words = words;
    this.#slots = new Uint32Array(this.#slots.length * 2);
    for (let index = 0; index < this.#size; index += 1) this.#slots[this.#find(words, index * KEY_WORDS)] = index + 1;
  }
}

/** Whether the keys at word `at` and word `otherAt` are the same. */
export function equalKeys(words: Uint32Array, at: number, others: Uint32Array, otherAt: number): boolean {
  return (
    words[at] === others[otherAt] &&
    words[at + 1] === others[otherAt + 1] &&
    words[at + 2] === others[otherAt + 2] &&
    words[at + 3] === others[otherAt + 3]
  );
}

/** Chosen keys one behind another. */
export function pickKeys(keys: Uint32Array, indexes: readonly number[]): Uint32Array {
  const picked = new Uint32Array(indexes.length * KEY_WORDS);
  for (const [position, index] of indexes.entries())
    picked.set(keys.subarray(index * KEY_WORDS, (index + 1) * KEY_WORDS), position * KEY_WORDS);
  return picked;
}

/** Keys as the bytes that are stored, without copying. All supported processors are little-endian, so files move between them. */
export function bytesOfWords(words: Uint32Array): Buffer {
  return Buffer.from(words.buffer, words.byteOffset, words.byteLength);
}

/** The words of stored bytes. */
export function wordsOfBytes(bytes: Uint8Array): Uint32Array {
  const words = new Uint32Array(bytes.byteLength / Uint32Array.BYTES_PER_ELEMENT);
  new Uint8Array(words.buffer).set(bytes);
  return words;
}

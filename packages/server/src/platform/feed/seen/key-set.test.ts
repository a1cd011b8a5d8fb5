import fc from "fast-check";
import { expect, test } from "vitest";
import { buildFilter, mayHold } from "./key-filter.ts";
import { pageBitsFor, pageHolds, pageOf, splitPages } from "./key-pages.ts";
import { bytesOfWords, KEY_WORDS, KeySet, pickKeys, wordsOfBytes } from "./key-set.ts";
import { messageKeys } from "./message-key.ts";

// Few different words, so that keys meet in slots, blocks and pages; zeros among them.
const word = fc.oneof(fc.nat({ max: 3 }), fc.constantFrom(0x8000_0000, 0xffff_ffff), fc.nat({ max: 0xffff_ffff }));
const someKeys = fc
  .array(fc.tuple(word, word, word, word), { maxLength: 3_000 })
  .map((list) => ({ list: list.map(String), words: Uint32Array.from(list.flat()) }));

test("a set of keys holds what a set of their texts holds, however it grows, and begins anew when cleared", () => {
  fc.assert(
    fc.property(someKeys, someKeys, (one, two) => {
      const subject = new KeySet();
      for (const { list, words } of [one, two]) {
        const reference = new Set<string>();
        for (const [index, text] of list.entries()) {
          expect(subject.has(words, index)).toBe(reference.has(text));
          expect(subject.add(words, index)).toBe(!reference.has(text));
          reference.add(text);
        }
        expect(subject.size).toBe(reference.size);
        const held = Array.from({ length: subject.size }, (_, index) =>
          subject
            .keys()
            .slice(index * KEY_WORDS, (index + 1) * KEY_WORDS)
            .join(),
        );
        expect(held).toEqual([...reference]);
        subject.clear();
        expect(subject.size).toBe(0);
      }
    }),
    { numRuns: 40 },
  );
});

test("a filter knows every key it was built from, and takes few strangers for one", () => {
  fc.assert(
    fc.property(someKeys, ({ list, words }) => {
      const filter = wordsOfBytes(bytesOfWords(buildFilter(words)));
      expect(list.every((_, index) => mayHold(filter, words, index))).toBe(true);
    }),
    { numRuns: 40 },
  );
  const keysOf = (run: string): Uint32Array =>
    messageKeys(Array.from({ length: 100_000 }, (_, index) => ({ workspaceId: 1, messageId: `${run}-${index}` })));
  const [members, strangers] = [keysOf("member"), keysOf("stranger")];
  const filter = buildFilter(members);
  const taken = Array.from({ length: 100_000 }, (_, index) => index).filter((index) => mayHold(filter, strangers, index));
  expect(taken.length).toBeLessThan(200);
});

test("pages part keys by their leading bits and lose none", () => {
  fc.assert(
    fc.property(someKeys, fc.nat({ max: 8 }), ({ list, words }, pageBits) => {
      const pages = splitPages(words, pageBits);
      expect(pages.reduce((sum, { keys }) => sum + keys.length, 0)).toBe(words.length);
      const byPage = new Map(pages.map(({ page, keys }) => [page, keys]));
      for (const index of list.keys())
        expect(pageHolds(byPage.get(pageOf(pageBits, words, index)) ?? new Uint32Array(), words, index)).toBe(true);
      for (const { page, keys } of pages)
        for (let index = 0; index * KEY_WORDS < keys.length; index += 1) expect(pageOf(pageBits, keys, index)).toBe(page);
    }),
    { numRuns: 40 },
  );
  expect([0, 1, 256, 257, 1_048_576, 1e12].map(pageBitsFor)).toEqual([0, 0, 0, 1, 12, 16]);
  expect(pageHolds(new Uint32Array([1, 2, 3, 4]), new Uint32Array([9, 9, 9, 9, 1, 2, 3, 4]), 1)).toBe(true);
  expect(pageHolds(new Uint32Array([1, 2, 3, 4]), new Uint32Array([1, 2, 3, 5]), 0)).toBe(false);
});

test("the same message id in two workspaces is two messages, and a replay key is a message of its own", () => {
  const keys = messageKeys([
    { workspaceId: 1, messageId: "a" },
    { workspaceId: 2, messageId: "a" },
    { workspaceId: 1, messageId: "a", dedupKey: "a#replay:1" },
    { workspaceId: 1, messageId: "a" },
  ]);
  const texts = [0, 1, 2, 3].map((index) => [...pickKeys(keys, [index])].join());
  expect(new Set(texts.slice(0, 3)).size).toBe(3);
  expect(texts[3]).toBe(texts[0]);
});

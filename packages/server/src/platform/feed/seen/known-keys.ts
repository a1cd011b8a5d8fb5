import type { Db, Tx } from "../../storage/postgres.ts";
import { mayHold } from "./key-filter.ts";
import { pageHolds, pageOf } from "./key-pages.ts";
import { KEY_WORDS, KeySet } from "./key-set.ts";
import { loadFilter, loadNews, loadPages, loadSegmentNumbers, type Segment } from "./seen.store.ts";

type Short = { readonly txid: bigint; readonly keyCount: number; readonly seenFromMs: number };
type Large = { readonly txid: bigint; readonly pageBits: number; readonly filter: Uint32Array };

/** What a worker holds in memory of the segments there are: the keys of short ones, the filters of large ones. */
export class KnownKeys {
  readonly #recent = new KeySet();
  readonly #shorts = new Map<string, Short>();
  readonly #larges = new Map<string, Large>();
  #horizon = 0n;
  /** Counts how often the keys were begun anew: what was read before then is not the whole. */
  #beginnings = 0;

  /** The keys of all short segments. */
  get recent(): KeySet {
    return this.#recent;
  }

  get shorts(): ReadonlyMap<string, Short> {
    return this.#shorts;
  }

  /** Takes a segment in; a large one comes with its filter, and without it is left out. */
  learn({ segment, txid, seenFrom, keys, pageBits }: Segment, filter?: Uint32Array): void {
    if (keys !== undefined) {
      for (let index = 0; index * KEY_WORDS < keys.length; index += 1) this.#recent.add(keys, index);
      this.#shorts.set(segment, { txid, keyCount: keys.length / KEY_WORDS, seenFromMs: seenFrom.getTime() });
    } else if (filter !== undefined && pageBits !== undefined) {
      this.#larges.set(segment, { txid, pageBits, filter });
    }
  }

  /** Brings what is known up to what is committed. Afterwards, until the next `await`, every committed key is known. */
  async catchUp(sql: Db | Tx): Promise<void> {
    for (;;) {
      const began = this.#beginnings;
      const known = [...this.#shorts, ...this.#larges].filter(([, { txid }]) => txid >= this.#horizon).map(([segment]) => segment);
      const news = await loadNews(sql, this.#horizon, known);
      const filters = new Map<string, Uint32Array | undefined>();
      for (const { segment, keys } of news.segments) if (keys === undefined) filters.set(segment, await loadFilter(sql, segment));
      if (began !== this.#beginnings) continue;
      for (const segment of news.segments) this.learn(segment, filters.get(segment.segment));
      this.#horizon = news.horizon;
      return;
    }
  }

  /** Positions of the keys that short segments have. */
  inMemory(keys: Uint32Array): readonly number[] {
    const found: number[] = [];
    for (let index = 0; index * KEY_WORDS < keys.length; index += 1) if (this.#recent.has(keys, index)) found.push(index);
    return found;
  }

  /** Positions of the keys that large segments have. */
  async inPages(sql: Db | Tx, keys: Uint32Array): Promise<readonly number[]> {
    const suspects: { readonly index: number; readonly segment: string; readonly page: number }[] = [];
    for (const [segment, { filter, pageBits }] of this.#larges) {
      for (let index = 0; index * KEY_WORDS < keys.length; index += 1)
        if (mayHold(filter, keys, index)) suspects.push({ index, segment, page: pageOf(pageBits, keys, index) });
    }
    if (suspects.length === 0) return [];
    const wanted = new Map(suspects.map(({ segment, page }) => [`${segment} ${page}`, { segment, page }]));
    const pages = await loadPages(sql, [...wanted.values()]);
    return suspects
      .filter(({ index, segment, page }) => {
        const held = pages.get(`${segment} ${page}`);
        return held !== undefined && pageHolds(held, keys, index);
      })
      .map(({ index }) => index);
  }

  /** Lets go of segments that are put together or dropped; their keys are read anew when it is time to catch up. */
  async forgetGone(sql: Db | Tx): Promise<void> {
    const present = await loadSegmentNumbers(sql);
    for (const segment of this.#larges.keys()) if (!present.has(segment)) this.#larges.delete(segment);
    if ([...this.#shorts.keys()].every((segment) => present.has(segment))) return;
    this.#recent.clear();
    this.#shorts.clear();
    this.#horizon = 0n;
    this.#beginnings += 1;
  }
}

/**
 * A bounded map that forgets what was not asked for lately: entries live in a young and an old generation, a hit moves an entry
 * to the young one, and when the young one is full the old one is dropped. Holds at most `2 × perGeneration` entries.
 *
 * A key is a number and a text, apart, because a text that exists already remembers its hash, and one put together for the look-up would not.
 */
export type GenerationCache<Value> = {
  readonly get: (group: number, key: string) => Value | undefined;
  readonly set: (group: number, key: string, value: Value) => void;
  readonly size: () => number;
};

type Generation<Value> = { readonly groups: Map<number, Map<string, Value>>; size: number };

export function createGenerationCache<Value>(perGeneration: number): GenerationCache<Value> {
  let young: Generation<Value> = { groups: new Map(), size: 0 };
  let old = young;
  const set = (group: number, key: string, value: Value): void => {
    let entries = young.groups.get(group);
    if (young.size >= perGeneration && entries?.has(key) !== true) {
      old = young;
      young = { groups: new Map(), size: 0 };
      entries = undefined;
    }
    if (entries === undefined) young.groups.set(group, (entries = new Map()));
    const before = entries.size;
    entries.set(key, value);
    young.size += entries.size - before;
  };
  return {
    set,
    get: (group, key) => {
      const hit = young.groups.get(group)?.get(key);
      if (hit !== undefined) return hit;
      const aged = old.groups.get(group)?.get(key);
      if (aged !== undefined) set(group, key, aged);
      return aged;
    },
    size: () => (young === old ? young.size : young.size + old.size),
  };
}

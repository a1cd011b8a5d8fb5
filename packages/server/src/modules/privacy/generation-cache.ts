/**
 * A bounded map that forgets what was not asked for lately: entries live in a young and an old generation, a hit moves an entry
 * to the young one, and when the young one is full the old one is dropped. Holds at most `2 × perGeneration` entries.
 */
export type GenerationCache<Value> = {
  readonly get: (key: string) => Value | undefined;
  readonly set: (key: string, value: Value) => void;
  readonly size: () => number;
};

export function createGenerationCache<Value>(perGeneration: number): GenerationCache<Value> {
  let young = new Map<string, Value>();
  let old = new Map<string, Value>();
  const set = (key: string, value: Value): void => {
    if (young.size >= perGeneration) {
      old = young;
      young = new Map();
    }
    young.set(key, value);
  };
  return {
    set,
    get: (key) => {
      const hit = young.get(key);
      if (hit !== undefined) return hit;
      const aged = old.get(key);
      if (aged !== undefined) set(key, aged);
      return aged;
    },
    size: () => young.size + old.size,
  };
}

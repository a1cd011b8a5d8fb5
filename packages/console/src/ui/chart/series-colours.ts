/** Slots of the palette that series take in order; the last one, slate, is for what is left. */
const SLOTS = 7;
export const OTHER_SLOT = 7;

/** Gives each key a slot of the palette. A key that had one keeps it; new keys take those that nobody on screen has. */
export function takeSlots(known: ReadonlyMap<string, number>, keys: readonly string[]): ReadonlyMap<string, number> {
  const next = new Map(known);
  const shown = new Set(keys.flatMap((key) => known.get(key) ?? []));
  for (const key of keys) {
    if (next.has(key)) continue;
    const free = Array.from({ length: SLOTS }, (_, slot) => slot).find((slot) => !shown.has(slot)) ?? next.size % SLOTS;
    next.set(key, free);
    shown.add(free);
  }
  return next;
}

const SCOPES = new Map<string, ReadonlyMap<string, number>>();

/** The slots of series in a scope (a breakdown of a workspace, say): the same key has the same colour in all its charts, for as long as the console is open. One series alone is green. */
export function slotsIn(scope: string, keys: readonly string[]): ReadonlyMap<string, number> {
  if (keys.length === 1) return new Map(keys.map((key) => [key, 0]));
  const slots = takeSlots(SCOPES.get(scope) ?? new Map<string, number>(), keys);
  SCOPES.set(scope, slots);
  return slots;
}

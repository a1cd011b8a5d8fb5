import { UNIT_ATTRIBUTES, UNITS } from "@terrace/domain/assignment/units";
import type { FlagContext, FlagStore } from "./flags-api.ts";

type Arms = Readonly<Record<string, string>>;
/** Arms by experiment and version, and the shares they were drawn by, of each unit. */
type Kept = Record<string, Arms>;

/** A server speaks for many; who is over these is assigned by the hash again, which says the same unless weights changed. */
const UNITS_MAX = 10_000;
/** Of a page, the store keeps the last few: those before were other people on the same device. */
const STORED_MAX = 10;

/** What each unit was given first, in memory and in the store. */
export function createArms(store: FlagStore | undefined, key: string) {
  let kept = read(store, key);
  const nameOf = (attribute: string, unitId: string): string => `${attribute}||${unitId}`;
  return {
    /** Of all units that a context names. */
    of: (context: FlagContext): Arms => {
      const named = UNITS.map((unit) => UNIT_ATTRIBUTES[unit]).flatMap((attribute) => {
        const id = context[attribute];
        const arms = typeof id === "string" || typeof id === "number" ? kept[nameOf(attribute, String(id))] : undefined;
        return arms === undefined ? [] : [arms];
      });
      return named.length === 1 ? (named[0] ?? {}) : Object.assign({}, ...named.toReversed());
    },
    keep: (attribute: string, unitId: string, given: Arms): void => {
      const name = nameOf(attribute, unitId);
      if (Object.entries(given).every(([key, value]) => kept[name]?.[key] === value)) return;
      if (Object.keys(kept).length >= UNITS_MAX) kept = {};
      kept[name] = { ...kept[name], ...given };
      if (store !== undefined) write(store, key, Object.fromEntries(Object.entries(kept).slice(-STORED_MAX)));
    },
  };
}

function read(store: FlagStore | undefined, key: string): Kept {
  try {
    // Written by us, or nothing.
    return (JSON.parse(store?.getItem(key) ?? "{}") as Kept | null) ?? {};
  } catch {
    return {};
  }
}

function write(store: FlagStore, key: string, kept: Kept): void {
  try {
    store.setItem(key, JSON.stringify(kept));
  } catch {
    // A full store keeps what it has; the arms hold as long as the page.
  }
}

import { UNIT_ATTRIBUTES } from "@terrace/domain/assignment/units";
import type { FlagContext, FlagStore } from "./flags-api.ts";

type Arms = Readonly<Record<string, string>>;
/** Arms by experiment and version, the shares they were drawn by, and their place in the order of giving, of each unit. */
type Kept = Record<string, Arms>;

/** What holds for whoever a context names. */
export type ArmsOf = {
  readonly arms: Arms;
  /** Experiments with versions of which ids of the context were given different arms. */
  readonly conflicts: ReadonlySet<string>;
};

/** A server speaks for many; who is over these is assigned by the hash again, which says the same unless weights changed. */
const UNITS_MAX = 10_000;
/** Of a page, the store keeps the last few: those before were other people on the same device. */
const STORED_MAX = 30;
/** Attributes that may hold an id of the person; arms are kept under what they hold, so that a login keeps them. */
const PERSON_ATTRIBUTES = [UNIT_ATTRIBUTES.person, "userId", "user_id", "anonymousId", "anonymous_id"];
/** No key of an experiment has the sign that parts what is kept beside an arm. */
const BESIDE = "#";
const PLACE = `${BESIDE}place`;

/** What each unit was given first, in memory and in the store. */
export function createArms(store: FlagStore | undefined, key: string) {
  let kept = read(store, key);
  let places = Object.values(kept).reduce((most, arms) => Math.max(most, lastPlaceOf(arms)), 0);
  const others = [UNIT_ATTRIBUTES.session, UNIT_ATTRIBUTES.group];
  const keptOf = (names: readonly string[]): readonly Arms[] => names.map((name) => kept[name]).filter((arms) => arms !== undefined);
  const of = (context: FlagContext): ArmsOf => {
    const named = keptOf(personNames(context));
    const { arms, conflicts } = named.length > 1 ? earliest(named) : { arms: named[0] ?? {}, conflicts: NO_CONFLICTS };
    const rest = keptOf(others.flatMap((attribute) => namesIn(context, attribute)));
    return { arms: rest.length === 0 ? arms : Object.assign({}, ...rest, arms), conflicts };
  };
  return {
    of,
    /** Files what a unit was given; what a person was given, under all ids of them that the context holds. */
    keep: (attribute: string, context: FlagContext, given: Arms): void => {
      const names = attribute === UNIT_ATTRIBUTES.person ? personNames(context) : namesIn(context, attribute);
      const fresh = names.filter((name) => !Object.entries(given).every(([at, value]) => kept[name]?.[at] === value));
      if (fresh.length === 0) return;
      const before = of(context).arms;
      const experiments = Object.keys(given).filter((at) => !at.includes(BESIDE));
      const placed = Object.fromEntries(experiments.map((at) => [at + PLACE, before[at + PLACE] ?? String((places += 1))]));
      if (Object.keys(kept).length + fresh.length > UNITS_MAX) kept = {};
      // What stood beside another arm goes with it.
      const isOver = (name: string): boolean => experiments.some((at) => name.startsWith(at + BESIDE));
      for (const name of fresh) {
        const rest = Object.fromEntries(Object.entries(kept[name] ?? {}).filter(([at]) => !isOver(at)));
        kept[name] = { ...rest, ...given, ...placed };
      }
      if (store !== undefined) write(store, key, Object.fromEntries(Object.entries(kept).slice(-STORED_MAX)));
    },
  };
}

const NO_CONFLICTS: ReadonlySet<string> = new Set();

/** Of each experiment the arm that was given first, as the server decides it; of two without a place that of the attribute named first. */
function earliest(named: readonly Arms[]): ArmsOf {
  const arms: Record<string, string> = {};
  const conflicts = new Set<string>();
  for (const at of new Set(named.flatMap((one) => Object.keys(one).filter((key) => !key.includes(BESIDE))))) {
    const having = named.filter((one) => one[at] !== undefined);
    const first = having.reduce((first, one) => (placeOf(one, at) < placeOf(first, at) ? one : first));
    for (const [key, value] of Object.entries(first)) if (key === at || key.startsWith(at + BESIDE)) arms[key] = value;
    if (having.some((one) => one[at] !== first[at])) conflicts.add(at);
  }
  return { arms, conflicts };
}

/** What was kept before places were is older than all that has one. */
function placeOf(arms: Arms, at: string): number {
  return Number(arms[at + PLACE] ?? 0);
}

function lastPlaceOf(arms: Arms): number {
  return Object.entries(arms).reduce((most, [key, value]) => (key.endsWith(PLACE) ? Math.max(most, Number(value)) : most), 0);
}

/** Names of the same id under several attributes are one. */
function personNames(context: FlagContext): readonly string[] {
  const ids = PERSON_ATTRIBUTES.flatMap((attribute) => idsIn(context, attribute));
  return [...new Set(ids)].map((id) => nameOf(UNIT_ATTRIBUTES.person, id));
}

function namesIn(context: FlagContext, attribute: string): readonly string[] {
  return idsIn(context, attribute).map((id) => nameOf(attribute, id));
}

function idsIn(context: FlagContext, attribute: string): readonly string[] {
  const id = context[attribute];
  return (typeof id === "string" && id !== "") || typeof id === "number" ? [String(id)] : [];
}

function nameOf(attribute: string, id: string): string {
  return `${attribute}||${id}`;
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

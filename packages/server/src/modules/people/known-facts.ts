/** What is known to be stored about an id. Each field is a bound that stays true, whatever other processes do. */
export type KnownOrigin = {
  /** Stored as first seen at this time or earlier. */
  readonly firstSeenMs: number;
  /** Stored as last seen at this time or later; null when only ever seen beside a stronger id. */
  readonly lastSeenMs: number | null;
  readonly links: readonly KnownLink[];
};

/** A stored link to `other`: first seen at `firstAtMs` or earlier, asserted at `assertedAtMs` or later. */
export type KnownLink = {
  readonly other: string;
  readonly firstAtMs: number;
  readonly assertedAtMs: number | null;
  /** Refused when last written; only decides how often it is counted. */
  readonly refused: boolean;
  readonly countedAtMs: number;
};

/** Bounded memory of what is stored, so that an event that says nothing new needs no statement. */
export type KnownFacts = {
  readonly origin: (workspaceId: number, originId: string) => KnownOrigin | undefined;
  readonly learnOrigin: (workspaceId: number, originId: string, fact: Omit<KnownOrigin, "links">) => void;
  readonly learnLink: (workspaceId: number, originId: string, link: KnownLink) => void;
  readonly isSealed: (originId: string, token: string) => boolean;
  readonly learnSealed: (originId: string, token: string) => void;
};

const LINKS_PER_ORIGIN_MAX = 8;

/** Remembers up to `entriesMax` ids and as many sealed values. */
export function createKnownFacts(entriesMax: number): KnownFacts {
  const origins = createGenerations<KnownOrigin>(entriesMax / 2);
  const sealed = createGenerations<true>(entriesMax / 2);
  return {
    origin: (workspaceId, originId) => origins.get(keyOf(workspaceId, originId)),
    learnOrigin: (workspaceId, originId, fact) => {
      const key = keyOf(workspaceId, originId);
      const known = origins.get(key);
      origins.set(
        key,
        known === undefined
          ? { ...fact, links: [] }
          : {
              firstSeenMs: Math.min(known.firstSeenMs, fact.firstSeenMs),
              lastSeenMs: laterOf(known.lastSeenMs, fact.lastSeenMs),
              links: known.links,
            },
      );
    },
    learnLink: (workspaceId, originId, link) => {
      const key = keyOf(workspaceId, originId);
      const known = origins.get(key);
      if (known === undefined) return;
      const others = known.links.filter(({ other }) => other !== link.other).slice(-(LINKS_PER_ORIGIN_MAX - 1));
      origins.set(key, { ...known, links: [...others, link] });
    },
    isSealed: (originId, token) => sealed.get(originId + token) === true,
    learnSealed: (originId, token) => {
      sealed.set(originId + token, true);
    },
  };
}

/** Origins are keyed per workspace although their ids hardly ever meet: isolation must not rest on a hash. */
function keyOf(workspaceId: number, originId: string): string {
  return `${workspaceId}.${originId}`;
}

function laterOf(a: number | null, b: number | null): number | null {
  if (a === null || b === null) return a ?? b;
  return Math.max(a, b);
}

/** Two maps: a hit in the old one moves to the young one, and when the young one is full the old one is forgotten. */
function createGenerations<Value>(perGeneration: number) {
  let young = new Map<string, Value>();
  let old = new Map<string, Value>();
  const set = (key: string, value: Value): void => {
    if (young.size >= perGeneration && !young.has(key)) {
      old = young;
      young = new Map();
    }
    young.set(key, value);
  };
  return {
    set,
    get: (key: string): Value | undefined => {
      const hit = young.get(key);
      if (hit !== undefined) return hit;
      const aged = old.get(key);
      if (aged !== undefined) set(key, aged);
      return aged;
    },
  };
}

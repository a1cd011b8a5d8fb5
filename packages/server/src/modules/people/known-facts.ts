import { createGenerationCache } from "../../platform/generation-cache.ts";

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
  /** Forgets everything: what is stored was erased behind its back. */
  readonly clear: () => void;
};

const LINKS_PER_ORIGIN_MAX = 8;

/** Remembers up to `entriesMax` ids and as many sealed values. */
export function createKnownFacts(entriesMax: number): KnownFacts {
  let origins = createGenerationCache<KnownOrigin>(entriesMax / 2);
  let sealed = createGenerationCache<true>(entriesMax / 2);
  return {
    origin: (workspaceId, originId) => origins.get(workspaceId, originId),
    learnOrigin: (workspaceId, originId, fact) => {
      const known = origins.get(workspaceId, originId);
      origins.set(
        workspaceId,
        originId,
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
      const known = origins.get(workspaceId, originId);
      if (known === undefined) return;
      const others = known.links.filter(({ other }) => other !== link.other).slice(-(LINKS_PER_ORIGIN_MAX - 1));
      origins.set(workspaceId, originId, { ...known, links: [...others, link] });
    },
    isSealed: (originId, token) => sealed.get(0, originId + token) === true,
    learnSealed: (originId, token) => {
      sealed.set(0, originId + token, true);
    },
    clear: () => {
      origins = createGenerationCache(entriesMax / 2);
      sealed = createGenerationCache(entriesMax / 2);
    },
  };
}

function laterOf(a: number | null, b: number | null): number | null {
  if (a === null || b === null) return a ?? b;
  return Math.max(a, b);
}

import type { Host } from "./host.ts";
import type { JsonObject } from "./message.ts";

/** Who the events are about, short names because they lie in the store of every visitor. */
type Stored = {
  /** Anonymous id. */
  readonly a?: string;
  /** User id. */
  readonly u?: string;
  /** Group. */
  readonly g?: string;
  /** Super properties. */
  readonly s?: JsonObject;
};

export type Identity = {
  readonly get: () => Stored;
  /** The anonymous id, made when there is none. */
  readonly anonymousId: () => string;
  readonly set: (change: Stored) => void;
  /** A new anonymous id; the rest is forgotten. */
  readonly renew: () => void;
  /** From now on it is kept in the host's store; what was kept there before wins. */
  readonly keep: () => void;
  readonly forget: () => void;
};

/** An identity that lives in memory until `keep`. */
export function createIdentity(host: Host, key: string): Identity {
  let now: Stored = {};
  let kept = false;
  const replace = (next: Stored): void => {
    now = next;
    if (kept) host.write(key, JSON.stringify(now));
  };
  const anonymousId = (): string => {
    const id = now.a ?? host.newId();
    if (id !== now.a) replace({ ...now, a: id });
    return id;
  };
  return {
    get: () => now,
    anonymousId,
    set: (change) => replace({ ...now, ...change }),
    renew: () => replace({ a: host.newId() }),
    keep: () => {
      kept = true;
      try {
        now = { ...now, ...(JSON.parse(host.read(key) ?? "{}") as Stored) };
      } catch {
        // Not written by us: a new identity begins.
      }
    },
    forget: () => {
      kept = false;
      now = {};
      host.write(key, null);
    },
  };
}

/** Limits how often each caller may do something. */
export type TokenBuckets = {
  /**
   * Takes `count` (default 1) tokens; answers 0 when there was room, else the seconds after which to try again. A count above the burst
   * is let in by a full bucket and paid off afterwards, so that no caller waits for ever.
   */
  readonly take: (caller: string, count?: number) => number;
};

export type BucketRate = { readonly perSecond: number; readonly burst: number };

/** Callers remembered at once; a full bucket needs no memory, so the longest unseen are forgotten first. */
const CALLERS_MAX = 20_000;

/** One token bucket per caller, in this process. Memory is bounded whoever calls. */
export function createTokenBuckets(rate: BucketRate, nowMs: () => number): TokenBuckets {
  const buckets = new Map<string, { readonly tokens: number; readonly atMs: number }>();
  return {
    take: (caller, count = 1) => {
      const now = nowMs();
      const before = buckets.get(caller);
      const tokens =
        before === undefined ? rate.burst : Math.min(rate.burst, before.tokens + (Math.max(0, now - before.atMs) / 1000) * rate.perSecond);
      // Taken out and put in again: the map's order is then the order of use.
      buckets.delete(caller);
      const oldest = buckets.size >= CALLERS_MAX ? buckets.keys().next().value : undefined;
      if (oldest !== undefined) buckets.delete(oldest);
      const needed = Math.min(count, rate.burst);
      const granted = tokens >= needed;
      buckets.set(caller, { tokens: granted ? tokens - count : tokens, atMs: now });
      return granted ? 0 : Math.max(1, Math.ceil((needed - tokens) / rate.perSecond));
    },
  };
}

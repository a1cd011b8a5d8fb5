import { EMPTY_TRAITS, tieBreaker, type TraitState } from "./fold-traits.ts";
import { compareStamps, insertEntry, type LogEntry, type Stamp, type TraitLog } from "./trait-log.ts";

/**
 * The state of an id as if some messages had never come: their changes are taken out of its logs, and what they had replaced comes back from `before`,
 * the state as it was when the first of them was about to be taken. What others said since stays. Of a trait that others changed more than
 * a few dozen times meanwhile only what was merged is left, as everywhere.
 */
export function takeBackTraits(before: TraitState | undefined, now: TraitState, messageIds: readonly string[]): TraitState {
  const ties = new Set(messageIds.map(tieBreaker));
  const isTheirs = (tie: string): boolean => ties.has(tie.split("!")[0] ?? tie);
  const earlier = before ?? EMPTY_TRAITS;
  const cleared = latest([earlier.c, now.c].filter((stamp) => stamp !== undefined).filter(([, tie]) => !isTheirs(tie)));
  const logs = new Map<string, TraitLog>();
  for (const key of new Set([...Object.keys(earlier.k), ...Object.keys(now.k)])) {
    const entries = [...(earlier.k[key] ?? []), ...(now.k[key] ?? [])].filter(
      ([timeMs, tie]) => !isTheirs(tie) && (cleared === undefined || compareStamps([timeMs, tie], cleared) > 0),
    );
    const log = entries.reduce<TraitLog>((sofar, entry: LogEntry) => insertEntry(sofar, entry), []);
    if (log.length > 0) logs.set(key, log);
  }
  return cleared === undefined ? { k: Object.fromEntries(logs) } : { k: Object.fromEntries(logs), c: cleared };
}

function latest(stamps: readonly Stamp[]): Stamp | undefined {
  return stamps.reduce<Stamp | undefined>(
    (found, stamp) => (found === undefined || compareStamps(found, stamp) < 0 ? stamp : found),
    undefined,
  );
}

import type { Logger } from "pino";

/** Does work for each of some keys in turn; answers whether there was anything to do for one of them. */
export type Turns<Key> = (keys: readonly Key[], work: (key: Key) => Promise<boolean>, signal?: AbortSignal) => Promise<boolean>;

const FIRST_REST_MS = 500;
const REST_MS_MAX = 60_000;

type Failing = { readonly restMs: number; readonly untilMs: number };

/**
 * Turns of a loop among workspaces, or whatever else may fail by itself. What fails is logged and left alone for a while, twice as long each time up to
 * a minute, so that the others go on. When `signal` is aborted, a failure ends the round: it is part of being stopped.
 */
export function createTurns<Key extends number | string>(
  deps: { readonly log: Logger; readonly monotonicMs?: () => number },
  loop: string,
): Turns<Key> {
  const { log, monotonicMs = () => performance.now() } = deps;
  const failing = new Map<Key, Failing>();

  function note(key: Key, error: unknown): void {
    const restMs = Math.min((failing.get(key)?.restMs ?? FIRST_REST_MS / 2) * 2, REST_MS_MAX);
    failing.set(key, { restMs, untilMs: monotonicMs() + restMs });
    log.warn({ err: error, loop, of: key, restMs }, "work of one failed; the others go on, and it is tried again");
  }

  return async (keys, work, signal) => {
    const known = new Set(keys);
    for (const key of failing.keys()) if (!known.has(key)) failing.delete(key);
    let worked = false;
    for (const key of keys) {
      if (monotonicMs() < (failing.get(key)?.untilMs ?? -Infinity)) continue;
      try {
        worked = (await work(key)) || worked;
        failing.delete(key);
      } catch (error) {
        if (signal?.aborted === true) throw error;
        note(key, error);
      }
    }
    return worked;
  };
}

import { setTimeout as sleep } from "node:timers/promises";

/** Does a work again after each pause until it succeeds; the last failure is thrown. A pause keeps no process alive. */
export async function tryAgain<T>(work: () => Promise<T>, pausesMs: readonly number[]): Promise<T> {
  for (const pauseMs of pausesMs)
    try {
      return await work();
    } catch {
      // The last attempt tells why.
      await sleep(pauseMs, undefined, { ref: false });
    }
  return work();
}

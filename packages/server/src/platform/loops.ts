import type { Logger } from "pino";
import { setTimeout as sleep } from "node:timers/promises";

/** Work that is looked for again and again, beside jobs: it may not wait for them. Processes that share it keep each other out by themselves. */
export type Loop = {
  readonly name: string;
  /** One bounded step; answers after how many ms to look again, 0 while there is more to do. */
  readonly step: (signal: AbortSignal) => Promise<number>;
};

const AFTER_FAILURE_MS = 500;

/** Starts the loops; a failing step is logged and tried again. */
export function startLoops(deps: { readonly log: Logger }, loops: readonly Loop[]): { readonly stop: () => Promise<void> } {
  const stopping = new AbortController();
  const { signal } = stopping;
  const run = async ({ name, step }: Loop): Promise<void> => {
    while (!signal.aborted) {
      let waitMs = AFTER_FAILURE_MS;
      try {
        waitMs = await step(signal);
      } catch (error) {
        if (!signal.aborted) deps.log.warn({ err: error, loop: name }, "a loop's step failed; it is tried again");
      }
      if (waitMs > 0) await sleep(waitMs, undefined, { signal }).catch(() => undefined);
    }
  };
  const running = loops.map(run);
  return {
    stop: async () => {
      stopping.abort();
      await Promise.all(running);
    },
  };
}

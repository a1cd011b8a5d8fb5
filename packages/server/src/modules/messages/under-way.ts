/** Handed over at once to one provider. */
const AT_ONCE_MAX = 128;

/** What waits in this process to be handed over, or is: each provider by itself, so that what is slow keeps its own waiting only. */
export type UnderWay = {
  readonly begin: (provider: string, run: () => Promise<void>) => void;
  /** How much of a provider waits or is handed over. */
  readonly count: (provider: string) => number;
  /** Resolves when nothing is under way any more. */
  readonly settled: () => Promise<void>;
};

type Queue = { readonly waiting: (() => Promise<void>)[]; next: number; atOnce: number };

/** `failed` is told of what throws. */
export function createUnderWay(failed: (error: unknown) => void): UnderWay {
  const queues = new Map<string, Queue>();
  const running = new Set<Promise<void>>();
  const pump = (queue: Queue): void => {
    while (queue.atOnce < AT_ONCE_MAX) {
      const run = queue.waiting[queue.next];
      if (run === undefined) break;
      queue.next += 1;
      queue.atOnce += 1;
      const done = run()
        .catch(failed)
        .finally(() => {
          running.delete(done);
          queue.atOnce -= 1;
          pump(queue);
        });
      running.add(done);
    }
    if (queue.next === queue.waiting.length) {
      queue.waiting.length = 0;
      queue.next = 0;
    }
  };
  return {
    begin: (provider, run) => {
      const queue = queues.get(provider) ?? { waiting: [], next: 0, atOnce: 0 };
      queues.set(provider, queue);
      queue.waiting.push(run);
      pump(queue);
    },
    count: (provider) => {
      const queue = queues.get(provider);
      return queue === undefined ? 0 : queue.waiting.length - queue.next + queue.atOnce;
    },
    settled: async () => {
      while (running.size > 0) await Promise.all(running);
    },
  };
}

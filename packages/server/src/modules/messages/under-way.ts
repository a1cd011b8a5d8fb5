/** Hand-overs that a process has open at once, of all providers together. */
const ALL_MAX = 512;
/** What a provider takes within this time may wait in a process; more is left to whoever comes next, and to the next start. */
const AHEAD_MS = 2_000;
const WAITING_MAX = 1_500;
/** What is reckoned with before a hand-over to a provider was measured. */
const TOOK_FIRST_MS = 100;
/** How much of the mean the newest hand-over is. */
const NEWEST_SHARE = 0.1;

/** One hand-over: `run` makes it, `drop` says that it was not begun. */
export type Run = { readonly run: () => Promise<void>; readonly drop: () => Promise<void> };
/** A provider: its key in the process, and how many hand-overs it takes at once. */
export type Line = { readonly key: string; readonly atOnce: number };

/** What waits in this process to be handed over, or is: each provider by itself, so that what is slow keeps its own waiting only. */
export type UnderWay = {
  readonly begin: (line: Line, one: Run) => void;
  /** How many more of a provider may be begun: as many as it takes soon, by how long hand-overs take. */
  readonly room: (line: Line) => number;
  /** Lets go of what was not begun, and resolves when what was is over. */
  readonly stop: () => Promise<void>;
};

type Queue = { waiting: Run[]; atOnce: number; running: number; tookMs: number };

/** `failed` is told of what throws. */
export function createUnderWay(failed: (error: unknown) => void): UnderWay {
  const queues = new Map<string, Queue>();
  const running = new Set<Promise<void>>();
  // Queues that would go on if fewer were open in all, those that wait longest first.
  const starved = new Set<Queue>();
  const start = (queue: Queue, { run }: Run): void => {
    const begunAt = performance.now();
    queue.running += 1;
    const done = run()
      .catch(failed)
      .finally(() => {
        running.delete(done);
        queue.running -= 1;
        queue.tookMs += (performance.now() - begunAt - queue.tookMs) * NEWEST_SHARE;
        const [next] = starved;
        if (next !== undefined) {
          starved.delete(next);
          pump(next);
        }
        pump(queue);
      });
    running.add(done);
  };
  const pump = (queue: Queue): void => {
    while (queue.running < queue.atOnce && queue.waiting.length > 0) {
      if (running.size >= ALL_MAX) {
        starved.add(queue);
        return;
      }
      const next = queue.waiting.shift();
      if (next !== undefined) start(queue, next);
    }
  };
  const queueOf = ({ key, atOnce }: Line): Queue => {
    const queue = queues.get(key) ?? { waiting: [], atOnce, running: 0, tookMs: TOOK_FIRST_MS };
    queues.set(key, queue);
    queue.atOnce = atOnce;
    return queue;
  };
  return {
    begin: (line, one) => {
      const queue = queueOf(line);
      queue.waiting.push(one);
      pump(queue);
    },
    room: (line) => {
      const { atOnce, tookMs, running: open, waiting } = queueOf(line);
      const most = Math.min(WAITING_MAX, Math.max(2 * atOnce, Math.ceil((atOnce * AHEAD_MS) / Math.max(tookMs, 1))));
      return Math.max(0, most - open - waiting.length);
    },
    stop: async () => {
      const dropped = [...queues.values()].flatMap((queue) => queue.waiting.splice(0));
      starved.clear();
      await Promise.all(dropped.map(({ drop }) => drop().catch(failed)));
      while (running.size > 0) await Promise.all(running);
    },
  };
}

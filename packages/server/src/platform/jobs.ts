import type { Logger } from "pino";
import { inTransaction, type Db } from "./storage/postgres.ts";

/** Something done again and again. At most one process of the installation runs it at a time. */
export type Job = { readonly name: string; readonly everyMs: number; readonly run: () => Promise<void> };

/** First key of the advisory locks that keep a job to one process. */
const JOB_SPACE = 7_261_003;

/** Starts the jobs; a failing run is logged and tried again at its next time. */
export function startJobs(deps: { readonly db: Db; readonly log: Logger }, jobs: readonly Job[]): { readonly stop: () => Promise<void> } {
  // One after the other: each holds a connection for its lock and takes another to work, and many at once could empty the pool.
  let running: Promise<void> = Promise.resolve();
  let stopped = false;
  const timers = jobs.map((job) => {
    let waiting = false;
    return setInterval(() => {
      if (waiting || stopped) return;
      waiting = true;
      running = running
        .then(() => (stopped ? undefined : runAlone(deps, job)))
        .finally(() => {
          waiting = false;
        });
    }, job.everyMs).unref();
  });
  return {
    stop: async () => {
      stopped = true;
      for (const timer of timers) clearInterval(timer);
      await running;
    },
  };
}

async function runAlone(deps: { readonly db: Db; readonly log: Logger }, job: Job): Promise<void> {
  try {
    await inTransaction(deps.db, async (tx) => {
      const [lock] = await tx<{ taken: boolean }[]>`select pg_try_advisory_xact_lock(${JOB_SPACE}, hashtext(${job.name})) as taken`;
      if (lock?.taken === true) await job.run();
    });
  } catch (error) {
    deps.log.warn({ err: error, job: job.name }, "job failed; it runs again at its next time");
  }
}

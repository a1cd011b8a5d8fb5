import type { Logger } from "pino";
import { inTransaction, type Db } from "./storage/postgres.ts";

/** Something done again and again. At most one process of the installation runs it at a time. */
export type Job = { readonly name: string; readonly everyMs: number; readonly run: () => Promise<void> };

/** First key of the advisory locks that keep a job to one process. */
const JOB_SPACE = 7_261_003;

/** Starts the jobs; a failing run is logged and tried again at its next time. */
export function startJobs(deps: { readonly db: Db; readonly log: Logger }, jobs: readonly Job[]): { readonly stop: () => Promise<void> } {
  const running = new Set<Promise<void>>();
  let stopped = false;
  const timers = jobs.map((job) => {
    let busy = false;
    return setInterval(() => {
      if (busy || stopped) return;
      busy = true;
      const run = runAlone(deps, job).finally(() => { busy = false; running.delete(run); });
      running.add(run);
    }, job.everyMs).unref();
  });
  return {
    stop: async () => {
      stopped = true;
      for (const timer of timers) clearInterval(timer);
      await Promise.all(running);
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

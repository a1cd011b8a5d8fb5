import type { Job } from "./jobs.ts";
import { loadJobRun, saveJobRun } from "./job-run.store.ts";
import type { Db } from "./storage/postgres.ts";

const LOOK_EVERY_MS = 3_600_000;
const DAY_MS = 86_400_000;

/** Work that is done once a day, however often processes are started meanwhile; what failed is tried again at the next look. */
export function dailyJob(
  { db, nowMs }: { readonly db: Db; readonly nowMs: () => number },
  { name, run }: Pick<Job, "name" | "run">,
  lookEveryMs = LOOK_EVERY_MS,
): Job {
  return {
    name,
    everyMs: lookEveryMs,
    run: async () => {
      const now = nowMs();
      const last = (await loadJobRun(db, name))?.getTime();
      // A run that is said to be in the future was noted by a clock that was wrong.
      if (last !== undefined && last <= now && now - last < DAY_MS) return;
      await run();
      await saveJobRun(db, name, new Date(now));
    },
  };
}

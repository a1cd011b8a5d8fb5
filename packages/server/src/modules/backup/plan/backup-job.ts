import { isBackupDue } from "@terrace/domain/backup/schedule";
import { join } from "node:path";
import type { Job } from "../../../platform/jobs.ts";
import { inTransaction } from "../../../platform/storage/postgres.ts";
import type { BackupDeps } from "../backup-deps.ts";
import { askForRun, claimRun, failRun, failSilent, loadLastPlanned, loadPlan } from "./plan.store.ts";
import { FILE_PREFIX } from "./run-backup.ts";
import { openText } from "../../../platform/sealed-text.ts";

const LOOK_EVERY_MS = 5_000;
const SILENT_AFTER_MS = 90_000;

/** Begins backups that are due or asked for, each in a process of its own, so that neither the pipeline nor other jobs wait for it. */
export function backupJob(deps: BackupDeps): Job {
  return {
    name: "backup.begin",
    everyMs: LOOK_EVERY_MS,
    run: async () => {
      const { db, nowMs } = deps;
      const now = new Date(nowMs());
      await failSilent(db, new Date(nowMs() - SILENT_AFTER_MS), now);
      const plan = await loadPlan(db);
      if (plan === undefined || plan.passphrase === null) return;
      const last = await loadLastPlanned(db);
      const before = last === undefined ? undefined : { startedAtMs: last.startedAt.getTime(), failed: last.state === "failed" };
      if (plan.enabled && isBackupDue(plan, before, nowMs()))
        await inTransaction(db, (tx) => askForRun(tx, { planned: true, askedBy: "terrace", at: now }));
      const stamp = now.toISOString().slice(0, 19).replaceAll(/[-:]/g, "").replace("T", "-");
      const run = await inTransaction(db, (tx) => claimRun(tx, (id) => join(plan.folder, `${FILE_PREFIX}${stamp}-${id}.backup`), now));
      if (run === undefined) return;
      const passphrase = openText(deps.privacy, plan.passphrase);
      deps.launch({ runId: run.id, file: run.file, passphrase }).catch(async (error: unknown) => {
        deps.log.error({ err: error }, "a backup failed");
        // Noted by the process itself, unless it died before it could.
        await failRun(db, run.id, "backup.interrupted", new Date(nowMs())).catch(() => undefined);
      });
    },
  };
}

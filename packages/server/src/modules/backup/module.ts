import type { RouteHandler } from "../../platform/http/handler.ts";
import type { Job } from "../../platform/jobs.ts";
import { backupJob } from "./plan/backup-job.ts";
import { backupPlanRoutes } from "./plan/backup.routes.ts";
import type { BackupDeps } from "./backup-deps.ts";

export { isRestoreUnfinished, hasTables, markRestore, unmarkRestore } from "./copy/state-copy.store.ts";
export { hasEventTables } from "./copy/event-copy.store.ts";
export type { BackupBegin } from "./copy/manifest.ts";
export { BackupRefused } from "./file/backup-fault.ts";
export { openBackupFile, type BackupFile } from "./file/backup-file.ts";
export { makeBackup, type BackupSummary, type CopyProgress } from "./make-backup.ts";
export { readPassphrase, requireStrong } from "./passphrase.ts";
export { readBegin } from "./read-backup.ts";
export { requireKnownSteps, restoreBackup } from "./restore-backup.ts";
export { verifyBackup, type Verified } from "./verify-backup.ts";
export { planFolder } from "./plan/plan.store.ts";
export { runBackup, type BackupOrder } from "./plan/run-backup.ts";

/** Backups by a plan, and the hold on everything outward after a restore. See docs/guides/backup.md. */
export type BackupModule = { readonly routes: readonly RouteHandler[]; readonly jobs: readonly Job[] };

export function createBackup(deps: BackupDeps): BackupModule {
  return { routes: backupPlanRoutes(deps), jobs: [backupJob(deps)] };
}

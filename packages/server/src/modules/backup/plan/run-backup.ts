import { planRetention } from "@terrace/domain/backup/schedule";
import { readdir, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { BackupRefused } from "../file/backup-fault.ts";
import { makeBackup, type BackupSource } from "../make-backup.ts";
import { verifyBackup } from "../verify-backup.ts";
import { failRun, finishRun, loadKept, loadPlan, noteProgress, noteRemoved } from "./plan.store.ts";

/** A backup that is to be made now. */
export type BackupOrder = { readonly runId: string; readonly file: string; readonly passphrase: string };

export type RunBackupDeps = {
  readonly source: BackupSource;
  readonly version: string;
  readonly nowMs: () => number;
  readonly randomBytes: (count: number) => Uint8Array;
};

const SIGN_OF_LIFE_MS = 5_000;
/** Reading it again takes about a third of the whole. */
const MADE_SHARE = 0.7;

/** Makes a backup, reads it again from end to end, and takes away those the plan no longer keeps. What goes wrong is noted with the run. */
export async function runBackup(deps: RunBackupDeps, { runId, file, passphrase }: BackupOrder): Promise<void> {
  const { db } = deps.source;
  const now = (): Date => new Date(deps.nowMs());
  let progress = 0;
  const alive = setInterval(() => {
    noteProgress(db, runId, progress, now()).catch(() => undefined);
  }, SIGN_OF_LIFE_MS);
  try {
    await removePartials(file);
    const made = await makeBackup({
      ...deps,
      path: file,
      passphrase,
      onProgress: ({ done, total }) => {
        progress = total === 0 ? 0 : (done / total) * MADE_SHARE;
      },
    });
    await verifyBackup(file, passphrase, (done, total) => {
      progress = MADE_SHARE + (done / total) * (1 - MADE_SHARE);
    });
    await finishRun(db, runId, { sizeBytes: made.bytes, events: made.counts.events, people: made.counts.people }, now());
    await removeOld(deps);
  } catch (error) {
    await failRun(db, runId, error instanceof BackupRefused ? error.code : error instanceof Error ? error.message : String(error), now());
    throw error;
  } finally {
    clearInterval(alive);
  }
}

/** What backups that were killed have left: only one runs at a time. */
async function removePartials(file: string): Promise<void> {
  const folder = dirname(file);
  for (const name of await readdir(folder))
    if (name.startsWith(FILE_PREFIX) && name.endsWith(".partial")) await rm(join(folder, name), { force: true });
}

export const FILE_PREFIX = "terrace-";

async function removeOld({ source: { db }, nowMs }: RunBackupDeps): Promise<void> {
  const plan = await loadPlan(db);
  if (plan === undefined) return;
  const kept = await loadKept(db);
  const keep = { daily: plan.keepDaily, weekly: plan.keepWeekly, monthly: plan.keepMonthly };
  const gone = new Set(planRetention(kept, keep, plan.timeZone));
  for (const { id, file } of kept) {
    // Only what a plan named: a path in the table is no reason to remove something else.
    if (!gone.has(id) || !basename(file).startsWith(FILE_PREFIX)) continue;
    await rm(file, { force: true });
    await noteRemoved(db, id, new Date(nowMs()));
  }
}

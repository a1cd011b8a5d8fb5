import { setPriority } from "node:os";
import { runBackup } from "../modules/backup/module.ts";
import { VERSION } from "../version.ts";
import { openCore } from "./core.ts";
import type { ToBackup } from "./launch-backup.ts";

/** Events that arrive go first. */
const NICENESS = 10;

/** The process of one backup. It ends when it is done, or when the process that began it is gone. */
async function main({ config, order }: ToBackup): Promise<void> {
  const core = openCore(config, "backup", 3);
  try {
    const source = { db: core.db, warehouse: core.warehouse, masterKey: config.masterKey };
    await runBackup({ source, version: VERSION, nowMs: core.nowMs, randomBytes: core.randomBytes }, order);
  } catch (error) {
    core.log.error({ err: error }, "a backup failed");
    process.exitCode = 1;
  } finally {
    await core.close();
  }
}

setPriority(NICENESS);
process.once("disconnect", () => process.exit(1));
process.once("message", (message) => {
  // Sent by launchBackup in this same program.
  void main(message as ToBackup).finally(() => process.exit());
});

import { fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { BackupOrder } from "../modules/backup/module.ts";
import type { CoreConfig } from "./core.ts";

const CHILD = fileURLToPath(new URL("./backup-child.ts", import.meta.url));
const HEAP_MB_MAX = 384;

/** What the process of a backup is told; by message, because arguments and environments can be read by others. */
export type ToBackup = { readonly config: CoreConfig; readonly order: BackupOrder };

/** Makes a backup in a process of its own, which ends with this one. */
export function launchBackup(config: CoreConfig, order: BackupOrder): Promise<void> {
  return new Promise((resolve, reject) => {
    // Keys are bytes.
    const child = fork(CHILD, {
      serialization: "advanced",
      execArgv: ["--no-warnings", `--max-old-space-size=${HEAP_MB_MAX}`],
      stdio: "inherit",
    });
    child.once("error", reject);
    child.once("exit", (code, signal) => {
      if (code === 0) resolve();
      else reject(new Error(`the process of the backup ended with ${signal ?? code}`));
    });
    const message: ToBackup = { config, order };
    child.send(message, (error) => {
      if (error !== null) reject(error);
    });
  });
}

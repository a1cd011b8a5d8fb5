import type { Logger } from "pino";
import type { Db } from "../../platform/storage/postgres.ts";
import type { AccessModule } from "../access/module.ts";
import type { PrivacyModule } from "../privacy/module.ts";
import type { BackupOrder } from "./plan/run-backup.ts";

export type BackupDeps = {
  readonly db: Db;
  readonly privacy: PrivacyModule;
  readonly audit: AccessModule["audit"];
  /** Makes a backup in a process of its own; resolved when that ended well. */
  readonly launch: (order: BackupOrder) => Promise<void>;
  readonly nowMs: () => number;
  readonly log: Logger;
};

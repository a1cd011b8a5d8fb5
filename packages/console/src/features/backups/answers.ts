import type { getBackups } from "@terrace/contract/api/backups";
import type { CallAnswer } from "../../app/api/client.ts";

export type Backups = CallAnswer<typeof getBackups>;
export type BackupRun = Backups["items"][number];
export type BackupPlan = Backups["plan"];

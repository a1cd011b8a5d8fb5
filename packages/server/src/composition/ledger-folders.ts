import { join, resolve } from "node:path";
import type { StartConfig } from "../config.ts";
import { planFolder } from "../modules/backup/module.ts";
import { LEDGER_FOLDER, type LedgerFolder } from "../modules/rights/module.ts";
import type { Db } from "../platform/storage/postgres.ts";

/** Where an installation keeps its list of erased ids by its configuration. */
export function configuredLedgerFolders({ data, erasures }: Pick<StartConfig, "data" | "erasures">): readonly LedgerFolder[] {
  const own = { path: join(resolve(data), LEDGER_FOLDER), ours: true };
  return erasures === undefined ? [own] : [own, { path: resolve(erasures), ours: false }];
}

/** The folder of the backup plan comes on top: most likely on another disk, and where a restore looks first. */
export async function ledgerFoldersNow(db: Db, configured: readonly LedgerFolder[]): Promise<readonly LedgerFolder[]> {
  const folder = await planFolder(db);
  return folder === undefined ? configured : [...configured, { path: folder, ours: false }];
}

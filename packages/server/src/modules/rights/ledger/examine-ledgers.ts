import { behindLedger, covers, ledgerOf } from "@terrace/domain/rights/erasure-ledger";
import { join } from "node:path";
import { ledgerName, LedgerUnreadable, readLedger } from "./ledger-file.ts";
import type { LedgerDeps } from "./ledger.ts";
import { loadDenyList, loadWorkspacesAmong } from "./ledger.store.ts";

/** How the lists of erasures stand to the database. */
export type LedgerState = {
  /** Ids on the deny-list, and in how many places they are kept besides. */
  readonly ids: number;
  readonly places: number;
  /** Where the list is missing, damaged or behind. */
  readonly behind: readonly string[];
  /** Ids that some list says were erased, and that the database does not refuse: an older copy of it was put back. */
  readonly unknown: number;
};

/** Compares the lists of erasures with the deny-list. */
export async function examineLedgers({
  db,
  privacy,
  ledgerFolders,
}: Pick<LedgerDeps, "db" | "privacy" | "ledgerFolders">): Promise<LedgerState> {
  const paths = (await ledgerFolders()).map(({ path }) => join(path, ledgerName(privacy)));
  const files = await Promise.all(
    paths.map(async (path) => ({
      path,
      file: await readLedger(privacy, path).catch((error: unknown) => {
        if (error instanceof LedgerUnreadable) return undefined;
        throw error;
      }),
    })),
  );
  // After the files: what was erased in between is in the database at least.
  const database = ledgerOf(await loadDenyList(db));
  const ahead = files.flatMap(({ file }) => (file === undefined ? [] : behindLedger(database, file.ledger).erase));
  const workspaces = await loadWorkspacesAmong(db, [...new Set(ahead.map(({ workspaceId }) => workspaceId))]);
  const unknown = new Set(
    ahead.filter(({ workspaceId }) => workspaces.has(workspaceId)).map(({ workspaceId, originId }) => `${workspaceId} ${originId}`),
  );
  return {
    ids: database.size,
    places: files.length,
    behind: files.filter(({ file }) => file === undefined || !covers(file.ledger, database)).map(({ path }) => path),
    unknown: unknown.size,
  };
}

import { covers, ledgerOf, mergeLedgers } from "@terrace/domain/rights/erasure-ledger";
import { rename, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { inTransaction, type Db, type Tx } from "../../../platform/storage/postgres.ts";
import type { PrivacyModule } from "../../privacy/module.ts";
import { ledgerName, LedgerUnreadable, readLedger, writeLedger, type LedgerFile } from "./ledger-file.ts";
import { loadDenyList, lockLedgers, newestDenyChange } from "./ledger.store.ts";

export type LedgerDeps = {
  readonly db: Db;
  readonly privacy: PrivacyModule;
  /** Where the list is kept: apart from the databases, and some of it on other disks. */
  readonly ledgerFolders: () => Promise<readonly LedgerFolder[]>;
  readonly nowMs: () => number;
  readonly log: LedgerLog;
};

type LedgerLog = Readonly<Record<"info" | "warn" | "error", (fields: object, message: string) => void>>;

/** A folder that is not `ours` must be there already: one that was not mounted is not made on the wrong disk. */
export type LedgerFolder = { readonly path: string; readonly ours: boolean };

/** The list of everybody erased, in files that outlive the databases, so that a restored backup can be told. See docs/decisions. */
export type ErasureLedger = {
  /** Brings every file up to what the database says now, and keeps what only a file knows. A file that cannot be written is logged and tried again. */
  readonly bring: () => Promise<void>;
};

/** How old a file's word may be that it is complete. */
const AS_OF_MS = 3_600_000;

/** What this process knows to be in a file. */
type Written = { readonly seq: string; readonly asOfMs: number };

export function createErasureLedger(deps: LedgerDeps): ErasureLedger {
  const written = new Map<string, Written>();
  const failing = new Set<string>();
  const bringOne = async (tx: Tx, folder: LedgerFolder, seq: string): Promise<void> => {
    const path = join(folder.path, ledgerName(deps.privacy));
    try {
      await bringFile(deps, tx, { path, folder, seq, known: written.get(path) }, (now) => void written.set(path, now));
      if (failing.delete(path)) deps.log.info({ path }, "the list of erasures is kept here again");
    } catch (error) {
      if (!failing.has(path)) deps.log.warn({ err: error, path }, "the list of erasures could not be written here; it is tried again");
      failing.add(path);
    }
  };
  return {
    bring: async () => {
      const folders = await deps.ledgerFolders();
      await inTransaction(deps.db, async (tx) => {
        // One process after the other: a list that was read earlier must not replace a later one.
        await lockLedgers(tx);
        const seq = await newestDenyChange(tx);
        for (const folder of folders) await bringOne(tx, folder, seq);
      });
    },
  };
}

type FileToBring = { readonly path: string; readonly folder: LedgerFolder; readonly seq: string; readonly known: Written | undefined };

async function bringFile(deps: LedgerDeps, tx: Tx, { path, folder, seq, known }: FileToBring, done: (now: Written) => void): Promise<void> {
  const asOfMs = deps.nowMs();
  if (known?.seq === seq && asOfMs - known.asOfMs < AS_OF_MS && (await isThere(path))) return;
  if (!folder.ours) await stat(dirname(path));
  const present = await presentOrAside(deps, path);
  const ledger = mergeLedgers(ledgerOf(await loadDenyList(tx)), present?.ledger.values() ?? []);
  const isFresh = present !== undefined && covers(present.ledger, ledger) && asOfMs - present.asOfMs < AS_OF_MS;
  if (!isFresh) await writeLedger(deps.privacy, path, { ledger, asOfMs });
  done({ seq, asOfMs: isFresh ? present.asOfMs : asOfMs });
}

/** A damaged file is put aside, not lost: what stood in it may be what somebody needs. */
async function presentOrAside({ privacy, nowMs, log }: LedgerDeps, path: string): Promise<LedgerFile | undefined> {
  try {
    return await readLedger(privacy, path);
  } catch (error) {
    if (!(error instanceof LedgerUnreadable)) throw error;
    const aside = `${path}.damaged-${nowMs()}`;
    log.error({ err: error, aside }, "a damaged list of erasures was put aside and made anew");
    await rename(path, aside);
    return undefined;
  }
}

async function isThere(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

import { mergeLedgers, type Ledger } from "@terrace/domain/rights/erasure-ledger";
import { stat } from "node:fs/promises";
import { join } from "node:path";
import type { PrivacyModule } from "../../privacy/module.ts";
import { ledgerName, readLedger } from "./ledger-file.ts";

/** Lists of erasures that were found, and everything they say together. */
export type FoundLedgers = {
  readonly files: readonly { readonly path: string; readonly asOfMs: number; readonly ids: number }[];
  readonly ledger: Ledger;
};

/** Under this name in a data directory. */
export const LEDGER_FOLDER = "erasures";

/** Reads the lists of an installation that lie in some folders, in data directories, or under their own names. Throws `LedgerUnreadable`. */
export async function findLedgers(privacy: PrivacyModule, places: readonly string[]): Promise<FoundLedgers> {
  const name = ledgerName(privacy);
  const paths = new Set(
    (
      await Promise.all(
        places.map(async (place) => {
          const found = await stat(place).catch(() => undefined);
          if (found === undefined) return [];
          return found.isDirectory() ? [join(place, name), join(place, LEDGER_FOLDER, name)] : [place];
        }),
      )
    ).flat(),
  );
  const files: FoundLedgers["files"][number][] = [];
  let ledger: Ledger = new Map();
  for (const path of paths) {
    const file = await readLedger(privacy, path);
    if (file === undefined) continue;
    files.push({ path, asOfMs: file.asOfMs, ids: file.ledger.size });
    ledger = mergeLedgers(ledger, file.ledger.values());
  }
  return { files, ledger };
}

import { createHash } from "node:crypto";
import type { BackupBegin } from "./copy/manifest.ts";
import { BackupRefused } from "./file/backup-fault.ts";
import { openBackupFile } from "./file/backup-file.ts";
import { readBackup } from "./read-backup.ts";

export type Verified = { readonly bytes: number; readonly begin: BackupBegin; readonly tables: number };

/**
 * Reads a backup from end to end: every part opens, unpacks, and is what the list at its end says. Writes nothing.
 * Throws `BackupRefused` with the reason why it could not be restored.
 */
export async function verifyBackup(path: string, passphrase: string, onBytes: (done: number, total: number) => void): Promise<Verified> {
  const file = await openBackupFile(path, passphrase);
  try {
    await file.authenticate((done) => onBytes(done, file.bytes));
    let begin: BackupBegin | undefined;
    const tables = new Map<string, string>();
    const events = { slices: 0, bytes: 0 };
    await readBackup(file, {
      begin: async (record) => {
        begin = record;
      },
      table: async ({ name }, body) => {
        const digest = createHash("sha256");
        for await (const chunk of body) digest.update(chunk);
        tables.set(name, digest.digest("hex"));
      },
      events: async (_slice, body) => {
        for await (const chunk of body) events.bytes += chunk.length;
        events.slices += 1;
      },
      end: async (end) => {
        const other = Object.entries(end.tables).filter(([name, { sha256 }]) => tables.get(name) !== sha256);
        if (
          other.length > 0 ||
          tables.size !== Object.keys(end.tables).length ||
          end.slices !== events.slices ||
          end.eventBytes !== events.bytes
        )
          throw new BackupRefused(
            "backup.damaged",
            "The backup holds other data than the list at its end says; use another copy of the file.",
          );
      },
    });
    if (begin === undefined) throw new Error("a backup without a beginning was read to its end");
    return { bytes: file.bytes, begin, tables: tables.size };
  } finally {
    await file.close();
  }
}

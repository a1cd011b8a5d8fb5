import { readFile } from "node:fs/promises";
import { BackupRefused } from "./file/backup-fault.ts";

/** Shorter ones are guessed: whoever has the file can try as often as they like. */
export const PASSPHRASE_LENGTH_MIN = 12;

/** The passphrase from a file (its first line) or from the environment. Throws `BackupRefused` passphrase_missing. */
export async function readPassphrase(file: string | undefined, fromEnvironment: string | undefined): Promise<string> {
  if (file !== undefined) {
    const text = await readFile(file, "utf8").catch((error: unknown) => {
      throw new BackupRefused(
        "backup.passphrase_missing",
        `${file} cannot be read: ${error instanceof Error ? error.message : String(error)}.`,
        error,
      );
    });
    return required((text.split(/\r?\n/u)[0] ?? "").trim(), `${file} holds no passphrase in its first line.`);
  }
  return required(fromEnvironment ?? "", "Give the passphrase as --passphrase-file <file> or TERRACE_BACKUP_PASSPHRASE.");
}

/** Whether a passphrase may seal a new backup. Throws `BackupRefused` passphrase_weak. */
export function requireStrong(passphrase: string): string {
  if (passphrase.length >= PASSPHRASE_LENGTH_MIN) return passphrase;
  throw new BackupRefused(
    "backup.passphrase_weak",
    `The passphrase is too short: use at least ${PASSPHRASE_LENGTH_MIN} characters, e.g. openssl rand -base64 24.`,
  );
}

function required(passphrase: string, missing: string): string {
  if (passphrase === "") throw new BackupRefused("backup.passphrase_missing", missing);
  return passphrase;
}

import { ledgerOf, type Ledger, type LedgerEntry } from "@terrace/domain/rights/erasure-ledger";
import { mkdir, open, readFile, rename } from "node:fs/promises";
import { dirname } from "node:path";
import type { PrivacyModule } from "../../privacy/module.ts";
import { systemErrorCode } from "../../../platform/engines/start-fault.ts";

/** A list of erased ids as it stands in a file, and when it was last known to be all of them. */
export type LedgerFile = { readonly ledger: Ledger; readonly asOfMs: number };

/** A file that is no list of erasures of this installation, or is damaged. */
export class LedgerUnreadable extends Error {}

const FIRST_LINE = "TERRACE-ERASURES 1";
const LINE = /^(\d{1,10}) (\d{1,19}) (\d{1,19}) (\d{1,15}) (\d{1,15}|-)$/;

type Cipher = Pick<PrivacyModule, "encryptPayload" | "decryptPayload">;

/** The name of an installation's list; installations with other master keys may keep theirs in the same folder. */
export function ledgerName(privacy: Pick<PrivacyModule, "keyName">): string {
  return `terrace-erasures-${privacy.keyName}.ledger`;
}

/** Replaces the list in a file: written beside, on disk, then renamed, so that a crash leaves the old one or the new one. */
export async function writeLedger(cipher: Cipher, path: string, { ledger, asOfMs }: LedgerFile): Promise<void> {
  const lines = [`${FIRST_LINE} ${asOfMs}`, ...[...ledger.values()].map(lineOf)];
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const beside = `${path}.${process.pid}.partial`;
  const file = await open(beside, "w", 0o600);
  try {
    await file.writeFile(cipher.encryptPayload(Buffer.from(lines.join("\n"))));
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(beside, path);
  const folder = await open(dirname(path), "r");
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

/** The list in a file; undefined when there is none. Throws `LedgerUnreadable`. */
export async function readLedger(cipher: Cipher, path: string): Promise<LedgerFile | undefined> {
  const sealed = await readFile(path).catch((error: unknown) => {
    const code = systemErrorCode(error);
    if (code === "ENOENT" || code === "ENOTDIR") return undefined;
    throw error;
  });
  if (sealed === undefined) return undefined;
  let text: string;
  try {
    text = Buffer.from(cipher.decryptPayload(sealed)).toString("utf8");
  } catch (error) {
    throw new LedgerUnreadable(`${path} is no list of erasures of this installation, or is damaged`, { cause: error });
  }
  const [first = "", ...lines] = text.split("\n");
  const asOfMs = Number(first.slice(FIRST_LINE.length + 1));
  if (!first.startsWith(`${FIRST_LINE} `) || !Number.isSafeInteger(asOfMs))
    throw new LedgerUnreadable(`${path} was written by another version of Terrace, which is needed to read it`);
  return { ledger: ledgerOf(lines.map((line) => entryOf(path, line))), asOfMs };
}

function lineOf({ workspaceId, originId, erasureId, erasedAtMs, admittedFromMs }: LedgerEntry): string {
  return `${workspaceId} ${originId} ${erasureId} ${erasedAtMs} ${admittedFromMs ?? "-"}`;
}

function entryOf(path: string, line: string): LedgerEntry {
  const [, workspaceId, originId = "", erasureId = "", erasedAt, admitted] = LINE.exec(line) ?? [];
  if (workspaceId === undefined) throw new LedgerUnreadable(`${path} holds a line that is none of a list of erasures`);
  return {
    workspaceId: Number(workspaceId),
    originId,
    erasureId,
    erasedAtMs: Number(erasedAt),
    admittedFromMs: admitted === "-" ? null : Number(admitted),
  };
}

import { randomBytes as systemRandom } from "node:crypto";
import { chmod, link, mkdir, open, readFile, stat, unlink } from "node:fs/promises";
import { join } from "node:path";
import { MASTER_KEY_BYTES } from "./derived-keys.ts";
import type { RandomBytes } from "./value-cipher.ts";

/** Where the master key comes from: the environment when given, else `secrets/master.key` in the data directory. */
export type MasterKeySource = {
  readonly dataDirectory: string;
  readonly fromEnvironment: string | undefined;
  readonly randomBytes?: RandomBytes;
};

/**
 * Reads the installation's master key, making it on the first start (base64 text, mode 0600, synced to disk before use).
 * Throws with a message fit for the person at the keyboard when the given key is not 32 bytes of base64 or hex.
 */
export async function loadMasterKey(source: MasterKeySource): Promise<Uint8Array> {
  if (source.fromEnvironment !== undefined && source.fromEnvironment !== "")
    return parseMasterKey(source.fromEnvironment, "TERRACE_MASTER_KEY");
  const folder = join(source.dataDirectory, "secrets");
  const path = join(folder, "master.key");
  const present = await readKeyFile(path);
  if (present !== undefined) return present;
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await writeKeyFile(folder, path, (source.randomBytes ?? systemRandom)(MASTER_KEY_BYTES));
  const written = await readKeyFile(path);
  if (written === undefined) throw new Error(`${path} vanished while it was being made`);
  return written;
}

/** 32 bytes from base64, base64url or hex text. */
export function parseMasterKey(text: string, where: string): Uint8Array {
  const trimmed = text.trim();
  const bytes = /^[\da-f]{64}$/i.test(trimmed) ? Buffer.from(trimmed, "hex") : Buffer.from(trimmed, "base64");
  if (bytes.length === MASTER_KEY_BYTES && /^[\w+/=-]+$/.test(trimmed)) return bytes;
  throw new Error(`${where} must be ${MASTER_KEY_BYTES} bytes as base64 or hex (make one with: openssl rand -base64 ${MASTER_KEY_BYTES})`);
}

async function readKeyFile(path: string): Promise<Uint8Array | undefined> {
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
  const { mode } = await stat(path);
  if ((mode & 0o077) !== 0) await chmod(path, 0o600);
  return parseMasterKey(text, path);
}

/** Writes beside and links into place: a half-written key is never found, and of two processes the first one's key wins. */
async function writeKeyFile(folder: string, path: string, key: Uint8Array): Promise<void> {
  const draft = `${path}.${Buffer.from(systemRandom(6)).toString("hex")}.new`;
  const file = await open(draft, "wx", 0o600);
  try {
    await file.writeFile(`${Buffer.from(key).toString("base64")}\n`);
    await file.sync();
  } finally {
    await file.close();
  }
  await link(draft, path).catch((error: unknown) => {
    if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
  });
  await unlink(draft);
  const directory = await open(folder, "r");
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}

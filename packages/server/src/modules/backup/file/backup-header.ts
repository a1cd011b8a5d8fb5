import { createHash, createHmac, hkdfSync, scrypt, timingSafeEqual } from "node:crypto";
import { z } from "zod";
import { BackupRefused } from "./backup-fault.ts";

/** The layout of the file that this release writes; a larger number comes from a newer one. */
export const BACKUP_FORMAT = 1;

const MAGIC = Buffer.from("TERRACE-BACKUP\n");
const HEADER_BYTES_MAX = 64 * 1024;
const LENGTH_BYTES = 4;
const DIGEST_BYTES = 32;
const SALT_BYTES = 32;
const KEY_BYTES = 32;
/** 128 MB and about half a second per try of a passphrase. */
const SCRYPT = { cost: 131_072, blockSize: 8, parallelization: 1 } as const;
const SCRYPT_MEMORY_MAX = 1024 ** 3;

const headerSchema = z.object({
  format: z.int().positive(),
  kdf: z.object({
    name: z.literal("scrypt"),
    cost: z.int().positive(),
    blockSize: z.int().positive(),
    parallelization: z.int().positive(),
    salt: z.string(),
  }),
  /** Tells a wrong passphrase from a damaged file, and nothing about the key. */
  check: z.string(),
  made: z.string(),
  version: z.string(),
});

/** What stands in clear at the beginning of a backup. */
export type BackupHeader = z.infer<typeof headerSchema>;

export type OpenedHeader = { readonly header: BackupHeader; readonly bytes: Buffer };

/** Begins a file: its first bytes, and the key that its frames are sealed with. */
export async function beginFile(
  passphrase: string,
  about: { readonly made: string; readonly version: string; readonly randomBytes: (count: number) => Uint8Array },
): Promise<{ readonly bytes: Buffer; readonly key: Buffer }> {
  const salt = Buffer.from(about.randomBytes(SALT_BYTES)).toString("base64");
  const kdf = { name: "scrypt" as const, ...SCRYPT, salt };
  const secret = await derive(passphrase, kdf);
  const header = { format: BACKUP_FORMAT, kdf, check: checkOf(secret), made: about.made, version: about.version };
  const text = Buffer.from(JSON.stringify(header));
  const length = Buffer.alloc(LENGTH_BYTES);
  length.writeUInt32BE(text.length);
  return { bytes: Buffer.concat([MAGIC, length, text, digestOf(text)]), key: keyOf(secret, text) };
}

/** Reads the beginning of a file. Throws `BackupRefused`: not_a_backup, truncated, damaged, newer_version. */
export async function readHeader(read: (bytes: number) => Promise<Buffer>): Promise<OpenedHeader> {
  const magic = await read(MAGIC.length);
  if (!magic.equals(MAGIC))
    throw new BackupRefused("backup.not_a_backup", "This file is not a backup of Terrace; name a file made by terrace backup.");
  const length = (await read(LENGTH_BYTES)).readUInt32BE();
  if (length > HEADER_BYTES_MAX) throw damagedHeader();
  const bytes = await read(length);
  if (!digestOf(bytes).equals(await read(DIGEST_BYTES))) throw damagedHeader();
  const format = (JSON.parse(bytes.toString("utf8")) as { format?: unknown }).format;
  if (typeof format === "number" && format > BACKUP_FORMAT)
    throw new BackupRefused(
      "backup.newer_version",
      `The backup has format ${format}, this Terrace knows ${BACKUP_FORMAT}: restore it with the version that made it, or a newer one.`,
    );
  const parsed = headerSchema.safeParse(JSON.parse(bytes.toString("utf8")));
  if (!parsed.success) throw damagedHeader();
  return { header: parsed.data, bytes };
}

/** The key of the frames. Throws `BackupRefused` passphrase_wrong. */
export async function openKey({ header, bytes }: OpenedHeader, passphrase: string): Promise<Buffer> {
  const secret = await derive(passphrase, header.kdf);
  const expected = Buffer.from(header.check, "base64");
  const found = Buffer.from(checkOf(secret), "base64");
  if (expected.length !== found.length || !timingSafeEqual(expected, found))
    throw new BackupRefused("backup.passphrase_wrong", "The passphrase is not the one this backup was made with.");
  return keyOf(secret, bytes);
}

function damagedHeader(): BackupRefused {
  return new BackupRefused("backup.damaged", "The beginning of the backup is damaged; use another copy of the file.");
}

async function derive(passphrase: string, kdf: BackupHeader["kdf"]): Promise<Buffer> {
  const { cost, blockSize, parallelization } = kdf;
  return new Promise((resolve, reject) => {
    // A passphrase typed on another system may be composed differently.
    scrypt(
      passphrase.normalize("NFC"),
      Buffer.from(kdf.salt, "base64"),
      KEY_BYTES,
      { cost, blockSize, parallelization, maxmem: SCRYPT_MEMORY_MAX },
      (error, key) => (error === null ? resolve(key) : reject(error)),
    );
  });
}

function checkOf(secret: Buffer): string {
  return createHmac("sha256", secret).update("terrace backup check").digest("base64");
}

/** Bound to the header, so that a header changed without its digest noticing opens nothing. */
function keyOf(secret: Buffer, header: Buffer): Buffer {
  return Buffer.from(hkdfSync("sha256", secret, digestOf(header), "terrace backup frames", KEY_BYTES));
}

function digestOf(bytes: Buffer): Buffer {
  return createHash("sha256").update(bytes).digest();
}

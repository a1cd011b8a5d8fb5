import { hash, hkdfSync } from "node:crypto";

export const MASTER_KEY_BYTES = 32;

/** What a derived key is for; keys of different purposes or workspaces say nothing about each other. */
export type KeyPurpose =
  "token" | "origin" | "search" | "wrap" | "payload" | "fingerprint" | "signed-token" | "sealed-token" | "sealed-token-mac";

/** Answers the 32-byte key of a purpose and workspace (0 = the whole installation). */
export type DerivedKeys = (purpose: KeyPurpose, workspaceId: number) => Buffer;

/** Derives keys from the master key by HKDF-SHA256 (RFC 5869); each is computed once. */
export function createDerivedKeys(masterKey: Uint8Array): DerivedKeys {
  if (masterKey.length !== MASTER_KEY_BYTES) throw new TypeError(`the master key must be ${MASTER_KEY_BYTES} bytes`);
  const known = new Map<string, Buffer>();
  return (purpose, workspaceId) => {
    const info = `terrace/1/${purpose}/${workspaceId}`;
    const cached = known.get(info);
    if (cached !== undefined) return cached;
    const key = Buffer.from(hkdfSync("sha256", masterKey, "", info, 32));
    known.set(info, key);
    return key;
  };
}

/** A name for the master key that may be stored beside what it sealed: 8 bytes, telling nothing about the key. */
export function fingerprintOf(keys: DerivedKeys): Buffer {
  return hash("sha256", keys("fingerprint", 0), "buffer").subarray(0, 8);
}

import { createHmac, hash } from "node:crypto";

const BLOCK_BYTES = 64;
const DIGEST_BYTES = 32;
/** Texts up to this many UTF-8 bytes take the fast way; ids and personal values are far shorter. */
const TEXT_BYTES_MAX = 1024;

/** HMAC-SHA256 of a text under one key, as hex or base64url. */
export type KeyedHash = (text: string, encoding: "hex" | "base64url") => string;

/**
 * HMAC-SHA256 (RFC 2104) from two one-shot hashes over reused buffers: about eight times as fast as a fresh Hmac object for texts of the
 * length of an id, and every event asks for several.
 */
export function createKeyedHash(key: Uint8Array): KeyedHash {
  if (key.length > BLOCK_BYTES) throw new RangeError(`the key must have at most ${BLOCK_BYTES} bytes`);
  const inner = Buffer.alloc(BLOCK_BYTES + TEXT_BYTES_MAX, 0x36);
  const outer = Buffer.alloc(BLOCK_BYTES + DIGEST_BYTES, 0x5c);
  key.forEach((byte, index) => {
    inner[index] = byte ^ 0x36;
    outer[index] = byte ^ 0x5c;
  });
  return (text, encoding) => {
    // A UTF-16 unit takes at most three bytes in UTF-8.
    if (text.length * 3 > TEXT_BYTES_MAX) return createHmac("sha256", key).update(text).digest(encoding);
    const end = BLOCK_BYTES + inner.write(text, BLOCK_BYTES);
    outer.write(hash("sha256", inner.subarray(0, end), "binary"), BLOCK_BYTES, "binary");
    return hash("sha256", outer, encoding);
  };
}

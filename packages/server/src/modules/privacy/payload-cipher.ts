import { createHmac } from "node:crypto";
import { fingerprintOf, type DerivedKeys } from "./derived-keys.ts";
import { decrypt, encrypt, type RandomBytes } from "./value-cipher.ts";

const KEY_ID_BYTES = 8;
const SALT_BYTES = 16;
const NONCE_BYTES = 12;

/** Whole payloads (feed, quarantine) at rest. */
export type PayloadCipher = {
  readonly encryptPayload: (bytes: Uint8Array) => Uint8Array;
  readonly decryptPayload: (bytes: Uint8Array) => Uint8Array;
};

/**
 * AES-256-GCM under a fresh key per payload: `8 bytes key id | 16 bytes salt | sealed`, key = HMAC(payload key, salt). One key for all
 * payloads would come near the 2³² messages for which random nonces are safe within months of full load.
 */
export function createPayloadCipher(keys: DerivedKeys, randomBytes: RandomBytes): PayloadCipher {
  const keyId = fingerprintOf(keys);
  const payloadKey = keys("payload", 0);
  const keyOf = (salt: Uint8Array): Buffer => createHmac("sha256", payloadKey).update(salt).digest();
  return {
    encryptPayload: (bytes) => {
      const random = randomBytes(SALT_BYTES + NONCE_BYTES);
      const salt = random.subarray(0, SALT_BYTES);
      return Buffer.concat([keyId, salt, encrypt(keyOf(salt), random.subarray(SALT_BYTES), "payload", bytes)]);
    },
    decryptPayload: (bytes) => {
      if (!keyId.equals(bytes.subarray(0, KEY_ID_BYTES))) throw new Error("this payload was sealed with another master key, or is damaged");
      return decrypt(keyOf(bytes.subarray(KEY_ID_BYTES, KEY_ID_BYTES + SALT_BYTES)), "payload", bytes.subarray(KEY_ID_BYTES + SALT_BYTES));
    },
  };
}

import { createHmac, createSecretKey, type KeyObject } from "node:crypto";
import { fingerprintOf, type DerivedKeys } from "./derived-keys.ts";
import { createGenerationCache } from "../../platform/generation-cache.ts";
import { decrypt, encrypt, type RandomBytes } from "./value-cipher.ts";

const KEY_ID_BYTES = 8;
const SALT_BYTES = 16;
const NONCE_BYTES = 12;

/** Whole payloads (feed, quarantine) at rest. */
export type PayloadCipher = {
  readonly encryptPayload: (bytes: Uint8Array) => Uint8Array;
  readonly decryptPayload: (bytes: Uint8Array) => Uint8Array;
};

/** Payloads under one salt: far below the 2³² messages for which random nonces are safe under one key. */
const PAYLOADS_PER_SALT = 65_536;
const KEYS_REMEMBERED = 64;

/**
 * AES-256-GCM under keys that change: `8 bytes key id | 16 bytes salt | sealed`, key = HMAC(payload key, salt). One key for all payloads
 * would come near the 2³² messages for which random nonces are safe within months of full load; a key per payload costs more than sealing it.
 */
export function createPayloadCipher(keys: DerivedKeys, randomBytes: RandomBytes): PayloadCipher {
  const keyId = fingerprintOf(keys);
  const payloadKey = keys("payload", 0);
  const remembered = createGenerationCache<KeyObject>(KEYS_REMEMBERED);
  const keyOf = (salt: Uint8Array): KeyObject => {
    const name = Buffer.from(salt).toString("latin1");
    const known = remembered.get(0, name);
    if (known !== undefined) return known;
    const key = createSecretKey(createHmac("sha256", payloadKey).update(salt).digest());
    remembered.set(0, name, key);
    return key;
  };
  let salt = randomBytes(SALT_BYTES);
  let sealedUnderSalt = 0;
  return {
    encryptPayload: (bytes) => {
      if (sealedUnderSalt >= PAYLOADS_PER_SALT) {
        salt = randomBytes(SALT_BYTES);
        sealedUnderSalt = 0;
      }
      sealedUnderSalt += 1;
      return Buffer.concat([keyId, salt, encrypt(keyOf(salt), randomBytes(NONCE_BYTES), "payload", bytes)]);
    },
    decryptPayload: (bytes) => {
      if (!keyId.equals(bytes.subarray(0, KEY_ID_BYTES))) throw new Error("this payload was sealed with another master key, or is damaged");
      return decrypt(keyOf(bytes.subarray(KEY_ID_BYTES, KEY_ID_BYTES + SALT_BYTES)), "payload", bytes.subarray(KEY_ID_BYTES + SALT_BYTES));
    },
  };
}

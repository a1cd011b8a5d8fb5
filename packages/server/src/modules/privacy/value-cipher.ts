import { createCipheriv, createDecipheriv, createSecretKey, type KeyObject } from "node:crypto";
import type { DerivedKeys } from "./derived-keys.ts";

export type RandomBytes = (count: number) => Uint8Array;

const VERSION = 1;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
export const DATA_KEY_BYTES = 32;

/** A key object, because handing over bare bytes makes every call about five times as slow. */
function keyObject(key: Uint8Array | KeyObject): KeyObject {
  return key instanceof Uint8Array ? createSecretKey(key) : key;
}

/** AES-256-GCM: `1 byte version | 12 bytes nonce | ciphertext | 16 bytes tag`. `bound` is authenticated with it, so that a value moved to another row does not open. */
export function encrypt(key: Uint8Array | KeyObject, nonce: Uint8Array, bound: string, clear: Uint8Array): Buffer {
  const cipher = createCipheriv("aes-256-gcm", keyObject(key), nonce);
  cipher.setAAD(Buffer.from(bound));
  return Buffer.concat([Buffer.of(VERSION), nonce, cipher.update(clear), cipher.final(), cipher.getAuthTag()]);
}

/** Opens what `encrypt` made; throws when the key, the binding or a byte differs. */
export function decrypt(key: Uint8Array | KeyObject, bound: string, sealed: Uint8Array): Buffer {
  if (sealed[0] !== VERSION || sealed.length < 1 + NONCE_BYTES + TAG_BYTES) throw new Error("not a sealed value");
  const tagAt = sealed.length - TAG_BYTES;
  const decipher = createDecipheriv("aes-256-gcm", keyObject(key), sealed.subarray(1, 1 + NONCE_BYTES), { authTagLength: TAG_BYTES });
  decipher.setAAD(Buffer.from(bound));
  decipher.setAuthTag(sealed.subarray(tagAt));
  const clear = decipher.update(sealed.subarray(1 + NONCE_BYTES, tagAt));
  // In this mode everything came out before; this checks the tag.
  decipher.final();
  return clear;
}

/** Seals personal values under per-origin data keys, and those keys under a key derived from the master key. */
export type ValueCipher = {
  readonly newDataKey: () => Buffer;
  readonly wrap: (workspaceId: number, originId: string, dataKey: Uint8Array) => Buffer;
  readonly unwrap: (workspaceId: number, originId: string, wrapped: Uint8Array) => Buffer;
  readonly sealValue: (dataKey: Uint8Array, place: ValuePlace, value: string) => Buffer;
  readonly openValue: (dataKey: Uint8Array | KeyObject, place: ValuePlace, sealed: Uint8Array) => string;
};

export type ValuePlace = { readonly workspaceId: number; readonly originId: string; readonly token: string };

function wrapPlace(workspaceId: number, originId: string): string {
  return `key ${workspaceId} ${originId}`;
}

function valuePlace({ workspaceId, originId, token }: ValuePlace): string {
  return `value ${workspaceId} ${originId} ${token}`;
}

export function createValueCipher(keys: DerivedKeys, randomBytes: RandomBytes): ValueCipher {
  const wrapKeys = new Map<number, KeyObject>();
  const wrapKey = (workspaceId: number): KeyObject => {
    const known = wrapKeys.get(workspaceId) ?? createSecretKey(keys("wrap", workspaceId));
    wrapKeys.set(workspaceId, known);
    return known;
  };
  return {
    newDataKey: () => Buffer.from(randomBytes(DATA_KEY_BYTES)),
    wrap: (workspaceId, originId, dataKey) =>
      encrypt(wrapKey(workspaceId), randomBytes(NONCE_BYTES), wrapPlace(workspaceId, originId), dataKey),
    unwrap: (workspaceId, originId, wrapped) => decrypt(wrapKey(workspaceId), wrapPlace(workspaceId, originId), wrapped),
    sealValue: (dataKey, place, value) => encrypt(dataKey, randomBytes(NONCE_BYTES), valuePlace(place), Buffer.from(value)),
    openValue: (dataKey, place, sealed) => decrypt(dataKey, valuePlace(place), sealed).toString(),
  };
}

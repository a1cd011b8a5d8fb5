import type { PayloadCipher } from "./feed/feed-codec.ts";

/** A text at rest: what may hold personal values or secrets is stored in this form. */
export function sealText(cipher: Pick<PayloadCipher, "encryptPayload">, text: string): Uint8Array {
  return cipher.encryptPayload(Buffer.from(text, "utf8"));
}

/** The text that `sealText` was given. Throws when it was sealed with another master key, or is damaged. */
export function openText(cipher: Pick<PayloadCipher, "decryptPayload">, sealed: Uint8Array): string {
  return Buffer.from(cipher.decryptPayload(sealed)).toString("utf8");
}

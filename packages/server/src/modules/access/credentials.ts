import { keyText, type KeyKind } from "@terrace/domain/access/key-rules";
import { hash, timingSafeEqual } from "node:crypto";

export type RandomBytes = (count: number) => Uint8Array;

const SECRET_BYTES = 32;

/** A fresh unguessable text for a cookie or a link. */
export function newSecret(randomBytes: RandomBytes): string {
  return Buffer.from(randomBytes(SECRET_BYTES)).toString("base64url");
}

/** A fresh API key or personal token. */
export function newKey(kind: KeyKind | "token", randomBytes: RandomBytes): string {
  for (;;) {
    const key = keyText(kind, randomBytes(64));
    if (key !== null) return key;
  }
}

/** What is stored of a secret. A plain SHA-256 is enough: secrets made here carry 190 bits or more and cannot be guessed. */
export function secretHash(secret: string): Buffer {
  return hash("sha256", secret, "buffer");
}

/** The CSRF token of a session: follows from the cookie, which no page can read, so nothing has to be stored. */
export function csrfTokenOf(sessionToken: string): string {
  return hash("sha256", `csrf ${sessionToken}`, "buffer").toString("base64url");
}

/** Compares in a time that does not depend on where two texts differ. */
export function sameText(a: string, b: string): boolean {
  return timingSafeEqual(secretHash(a), secretHash(b));
}

import { fail, ok, type Result } from "../result.ts";
import { SCOPES_BY_NAME_ONLY, PERMISSIONS, type Permission } from "./permissions.ts";

export type KeyKind = "write" | "secret";

/** Keys belong to a workspace, tokens to an operator. */
export const KEY_PREFIX: Readonly<Record<KeyKind | "token", string>> = { write: "tw_", secret: "ts_", token: "tp_" };
/** Letters and digits after the prefix: 32 of 62 are 190 bits. */
export const KEY_LENGTH = 32;
/** Longest string looked at as a key; shortest one taken from the environment. */
export const KEY_TEXT_MAX = 200;
export const INIT_KEY_MIN = 8;

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

/** Writes random bytes as a key: without signs, so that a double click selects all of it. Bytes that would favour some letters are skipped; null when too few were given. */
export function keyText(kind: KeyKind | "token", random: Uint8Array): string | null {
  const even = 256 - (256 % ALPHABET.length);
  const letters = [...random].filter((byte) => byte < even).map((byte) => ALPHABET[byte % ALPHABET.length] ?? "");
  return letters.length < KEY_LENGTH ? null : KEY_PREFIX[kind] + letters.slice(0, KEY_LENGTH).join("");
}

/** First and last characters of a key, to tell keys apart: at most a quarter of it at either end. */
export function keyHint(key: string): string {
  const shown = Math.min(4, Math.floor(key.length / 4));
  const prefix = Object.values(KEY_PREFIX).find((text) => key.startsWith(text) && key.length >= text.length + KEY_LENGTH) ?? "";
  return `${key.slice(0, prefix.length + shown)}…${key.slice(-shown)}`;
}

/**
 * The scopes a new key gets. A write key has none: it only sends events. A secret key gets what is asked for, never more than its maker
 * holds; asked for nothing, it gets everything its maker holds except managing members and keys.
 */
export function decideScopes(
  kind: KeyKind,
  asked: readonly Permission[],
  holds: (permission: Permission) => boolean,
): Result<readonly Permission[]> {
  if (kind === "write") {
    return asked.length === 0
      ? ok([])
      : fail("request.invalid", { field: "scopes", mend: "A write key has no scopes: it only sends events" });
  }
  if (asked.length === 0) return ok(PERMISSIONS.filter((permission) => holds(permission) && !SCOPES_BY_NAME_ONLY.has(permission)));
  const beyond = asked.filter((permission) => !holds(permission));
  if (beyond.length > 0)
    return fail("key.scope_not_held", {
      field: "scopes",
      mend: "A key can only be given what its maker may do",
      details: { scopes: beyond.join(", ") },
    });
  return ok(PERMISSIONS.filter((permission) => asked.includes(permission)));
}

import { canonicalJson } from "@terrace/domain/canonical-json";
import { isJsonObject, type Json, type JsonObject } from "@terrace/domain/json";
import { createHash, createPublicKey, sign, verify, type KeyObject } from "node:crypto";
import type { SigningKey } from "./signing-key.ts";

/** What a certificate states. It holds nothing about the people; the number says which request it answers. */
export type Statement = {
  readonly format: "terrace-erasure-certificate/1";
  readonly number: string;
  readonly workspace: string;
  readonly requestedAt: string;
  /** From then on new events of these people were refused and their keys were destroyed. */
  readonly keysDestroyedAt: string;
  readonly finishedAt: string;
  readonly people: number;
  readonly ids: number;
  /** By store and kind of thing. */
  readonly removed: JsonObject;
  /** Where the audit log stood: its hash covers the request. */
  readonly audit: { readonly position: string; readonly hash: string } | null;
  readonly terrace: string;
  /** The erasure that this one does again, because a backup from before it was restored. */
  readonly repeats?: { readonly number: string; readonly erasedAt: string; readonly backupOf: string };
};

export type Certificate = {
  readonly statement: Statement;
  readonly algorithm: "Ed25519";
  /** SPKI, base64. */
  readonly publicKey: string;
  /** Over the statement as canonical JSON (keys sorted, no white space) in UTF-8, base64. */
  readonly signature: string;
};

export function signStatement(key: SigningKey, statement: Statement): Certificate {
  return {
    statement,
    algorithm: "Ed25519",
    publicKey: key.publicKey.export({ type: "spki", format: "der" }).toString("base64"),
    signature: sign(null, signedBytes(statement), key.privateKey).toString("base64"),
  };
}

/** How a certificate holds up: `unreadable` is none at all, `forged` does not fit its signature, `foreign` was signed with another key than asked for. */
export type Verdict = {
  readonly state: "valid" | "forged" | "foreign" | "unreadable";
  readonly statement?: JsonObject;
  readonly keyId?: string;
};

/** Checks a certificate against the key in it, and that against the installation's own when it is given. */
export function verifyCertificate(text: string, expected?: KeyObject): Verdict {
  const certificate = readCertificate(text);
  if (certificate === undefined) return { state: "unreadable" };
  const { statement, publicKey, signature } = certificate;
  let key: KeyObject;
  try {
    key = createPublicKey({ key: Buffer.from(publicKey, "base64"), type: "spki", format: "der" });
  } catch {
    return { state: "unreadable" };
  }
  const found = { statement, keyId: keyIdOf(key) };
  if (!verify(null, signedBytes(statement), key, Buffer.from(signature, "base64"))) return { state: "forged", ...found };
  if (expected !== undefined && keyIdOf(expected) !== found.keyId) return { state: "foreign", ...found };
  return { state: "valid", ...found };
}

/** A short name of a public key: the first 16 hex digits of its SHA-256. */
export function keyIdOf(key: KeyObject): string {
  return createHash("sha256")
    .update(key.export({ type: "spki", format: "der" }))
    .digest("hex")
    .slice(0, 16);
}

function signedBytes(statement: Json): Buffer {
  return Buffer.from(canonicalJson(statement));
}

function readCertificate(
  text: string,
): { readonly statement: JsonObject; readonly publicKey: string; readonly signature: string } | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!isJsonObject(value)) return undefined;
  const { statement, algorithm, publicKey, signature } = value;
  if (!isJsonObject(statement) || algorithm !== "Ed25519" || typeof publicKey !== "string" || typeof signature !== "string")
    return undefined;
  return { statement, publicKey, signature };
}

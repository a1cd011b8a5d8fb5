import { createHmac } from "node:crypto";

const PREFIX = "whsec_";
const SECRET_BYTES = 32;

/** A fresh signing secret in the form of the Standard Webhooks specification (standardwebhooks.com). */
export function newSigningSecret(randomBytes: (count: number) => Uint8Array): string {
  return PREFIX + Buffer.from(randomBytes(SECRET_BYTES)).toString("base64");
}

/** What is signed: the delivery's id, the time of the attempt in Unix seconds, and the body as it is sent. */
export type Signed = { readonly id: string; readonly seconds: number; readonly body: string };

/** The headers that prove who sent a delivery and when: HMAC-SHA256 over `id.seconds.body`, once per secret. */
export function signatureHeaders(signed: Signed, secrets: readonly string[]): Readonly<Record<string, string>> {
  const text = `${signed.id}.${signed.seconds}.${signed.body}`;
  const signatures = secrets.map((secret) => {
    const key = Buffer.from(secret.slice(PREFIX.length), "base64");
    return `v1,${createHmac("sha256", key).update(text).digest("base64")}`;
  });
  return {
    "webhook-id": signed.id,
    "webhook-timestamp": String(signed.seconds),
    "webhook-signature": signatures.join(" "),
  };
}

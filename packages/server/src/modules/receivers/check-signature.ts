import type { SignatureScheme } from "@terrace/contract/api/receivers";
import { createHmac, hash, timingSafeEqual } from "node:crypto";

/** What came with a post. */
export type Posted = { readonly body: Buffer; readonly header: (name: string) => string | undefined };

/** A signature older or newer than this may be somebody else's who listened. */
const TOLERANCE_SECONDS = 300;

/** Whether a post was signed by somebody who knows the secret. */
export function isSigned(scheme: SignatureScheme, secret: string, posted: Posted, nowMs: number): boolean {
  switch (scheme.kind) {
    case "none":
      return true;
    case "standard":
      return isStandard(secret, posted, nowMs);
    case "hmac": {
      const given = posted.header(scheme.header) ?? "";
      const expected = scheme.prefix + createHmac("sha256", secret).update(posted.body).digest(scheme.encoding);
      return same(scheme.encoding === "hex" ? given.toLowerCase() : given, scheme.encoding === "hex" ? expected.toLowerCase() : expected);
    }
    default:
      return scheme satisfies never;
  }
}

function isStandard(secret: string, { body, header }: Posted, nowMs: number): boolean {
  const [id = "", seconds = "", signatures = ""] = ["webhook-id", "webhook-timestamp", "webhook-signature"].map(
    (name) => header(name) ?? "",
  );
  if (!/^\d{1,12}$/.test(seconds) || Math.abs(nowMs / 1000 - Number(seconds)) > TOLERANCE_SECONDS) return false;
  const key = Buffer.from(secret.replace(/^whsec_/, ""), "base64");
  const expected = `v1,${createHmac("sha256", key).update(`${id}.${seconds}.`).update(body).digest("base64")}`;
  return signatures.split(" ").some((signature) => same(signature, expected));
}

/** Compares in a time that does not depend on where two texts differ. */
function same(a: string, b: string): boolean {
  return timingSafeEqual(hash("sha256", a, "buffer"), hash("sha256", b, "buffer"));
}

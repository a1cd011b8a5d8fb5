import { createHmac, timingSafeEqual } from "node:crypto";
import type { DerivedKeys } from "./derived-keys.ts";

/** Signing texts that leave Terrace and come back. */
export type Signatures = {
  /** The text with its signature: `base64url(text).base64url(HMAC-SHA256)`. It can be read by whoever holds it. */
  readonly signToken: (text: string) => string;
  /** The text of a token that was signed here; undefined for anything else. */
  readonly readToken: (token: string) => string | undefined;
};

/** Tokens of one installation, under a key for nothing else. */
export function createSignatures(keys: DerivedKeys): Signatures {
  const mac = (body: string): Buffer => createHmac("sha256", keys("signed-token", 0)).update(body).digest();
  return {
    signToken: (text) => {
      const body = Buffer.from(text).toString("base64url");
      return `${body}.${mac(body).toString("base64url")}`;
    },
    readToken: (token) => {
      const [body, signature, ...rest] = token.split(".");
      if (body === undefined || signature === undefined || rest.length > 0) return undefined;
      const given = Buffer.from(signature, "base64url");
      const right = mac(body);
      if (given.length !== right.length || !timingSafeEqual(given, right)) return undefined;
      return Buffer.from(body, "base64url").toString("utf8");
    },
  };
}

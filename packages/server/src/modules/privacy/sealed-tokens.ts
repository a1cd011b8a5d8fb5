import { createCipheriv, createDecipheriv, createHmac, timingSafeEqual } from "node:crypto";
import type { DerivedKeys } from "./derived-keys.ts";

/** Sealing texts that travel in public addresses: nobody reads them, changes them or makes one. */
export type SealedTokens = {
  /** A text as `<workspace>-<base64url>`; the same text gives the same token. */
  readonly sealToken: (workspaceId: number, text: string) => string;
  /** The workspace and text of a token that was sealed here; undefined for anything else. */
  readonly openToken: (token: string) => { readonly workspaceId: number; readonly text: string } | undefined;
};

const MAC_BYTES = 16;
const TOKEN = /^([1-9a-z][0-9a-z]{0,5})-([\w-]{22,})$/;
const WORKSPACE_MAX = 2_147_483_647;

/**
 * A synthetic initialisation vector (RFC 5297's construction with HMAC-SHA256 and AES-256-CTR): the first 16 bytes of the text's HMAC seal it and begin the
 * key stream, so a message that is rendered again has the same links. Each workspace has keys of its own.
 */
export function createSealedTokens(keys: DerivedKeys): SealedTokens {
  const macOf = (workspaceId: number, plain: Uint8Array): Buffer =>
    createHmac("sha256", keys("sealed-token-mac", workspaceId)).update(plain).digest().subarray(0, MAC_BYTES);
  return {
    sealToken: (workspaceId, text) => {
      const plain = Buffer.from(text, "utf8");
      const mac = macOf(workspaceId, plain);
      const cipher = createCipheriv("aes-256-ctr", keys("sealed-token", workspaceId), mac);
      return `${workspaceId.toString(36)}-${Buffer.concat([mac, cipher.update(plain), cipher.final()]).toString("base64url")}`;
    },
    openToken: (token) => {
      const [, place = "", body = ""] = TOKEN.exec(token) ?? [];
      const workspaceId = Number.parseInt(place, 36);
      const bytes = Buffer.from(body, "base64url");
      // Letters that carry unused bits would let one token be written in several ways.
      if (body === "" || workspaceId > WORKSPACE_MAX || bytes.toString("base64url") !== body) return undefined;
      const mac = bytes.subarray(0, MAC_BYTES);
      const decipher = createDecipheriv("aes-256-ctr", keys("sealed-token", workspaceId), mac);
      const plain = Buffer.concat([decipher.update(bytes.subarray(MAC_BYTES)), decipher.final()]);
      return timingSafeEqual(mac, macOf(workspaceId, plain)) ? { workspaceId, text: plain.toString("utf8") } : undefined;
    },
  };
}

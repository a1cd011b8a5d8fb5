import type { PersonalClass } from "@terrace/domain/event/feed-event";
import type { IdentityKind } from "@terrace/domain/identity/identity-kinds";
import { createHmac } from "node:crypto";
import type { DerivedKeys } from "./derived-keys.ts";
import { createGenerationCache } from "./generation-cache.ts";

const ORIGINS_CACHED = 50_000;
const TOKENS_CACHED = 25_000;
const TERMS_CACHED = 10_000;
/** Clears the sign bit, so that the id fits a signed bigint as well as a UInt64. */
const POSITIVE_63_BITS = 0x7fff_ffff_ffff_ffffn;

/** Stand-ins for values that must not be stored: the same value gives the same stand-in within a workspace, and nobody without the master key can tell which value it was. */
export type Pseudonyms = {
  readonly tokenise: (workspaceId: number, personalClass: PersonalClass, value: string) => string;
  readonly originId: (workspaceId: number, kind: IdentityKind, value: string) => string;
  readonly searchTerm: (workspaceId: number, text: string) => string;
};

export function createPseudonyms(keys: DerivedKeys): Pseudonyms {
  const origins = createGenerationCache<string>(ORIGINS_CACHED);
  const tokens = createGenerationCache<string>(TOKENS_CACHED);
  const terms = createGenerationCache<string>(TERMS_CACHED);
  return {
    tokenise: (workspaceId, personalClass, value) =>
      remembered(tokens, `${workspaceId} ${personalClass} ${value}`, () => `~${personalClass}.${mac(keys("token", workspaceId), `${personalClass}\u0000${value}`).toString("base64url", 0, 16)}`),
    originId: (workspaceId, kind, value) =>
      remembered(origins, `${workspaceId} ${kind} ${value}`, () => positiveId(mac(keys("origin", workspaceId), `${kind}\u0000${value}`))),
    searchTerm: (workspaceId, text) =>
      remembered(terms, `${workspaceId} ${text}`, () => `~${mac(keys("search", workspaceId), text).toString("base64url", 0, 12)}`),
  };
}

function remembered(cache: ReturnType<typeof createGenerationCache<string>>, key: string, compute: () => string): string {
  const hit = cache.get(key);
  if (hit !== undefined) return hit;
  const value = compute();
  cache.set(key, value);
  return value;
}

function mac(key: Buffer, text: string): Buffer {
  return createHmac("sha256", key).update(text).digest();
}

function positiveId(digest: Buffer): string {
  const id = digest.readBigUInt64BE(0) & POSITIVE_63_BITS;
  return id === 0n ? "1" : id.toString();
}

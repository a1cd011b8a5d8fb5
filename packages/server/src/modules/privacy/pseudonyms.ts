import type { PersonalClass } from "@terrace/domain/event/feed-event";
import { IDENTITY_KINDS, identityRank, type IdentityKind } from "@terrace/domain/identity/identity-kinds";
import type { DerivedKeys } from "./derived-keys.ts";
import { createGenerationCache, type GenerationCache } from "../../platform/generation-cache.ts";
import { createKeyedHash, type KeyedHash } from "./keyed-hash.ts";

const ORIGINS_CACHED = 50_000;
const TOKENS_CACHED = 25_000;
const TERMS_CACHED = 10_000;
/** 132 and 96 bits. */
const TOKEN_CHARACTERS = 22;
const TERM_CHARACTERS = 16;
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
  const macs = new Map<string, KeyedHash>();
  const mac = (purpose: "token" | "origin" | "search", workspaceId: number): KeyedHash => {
    const name = `${purpose} ${workspaceId}`;
    const known = macs.get(name) ?? createKeyedHash(keys(purpose, workspaceId));
    macs.set(name, known);
    return known;
  };
  return {
    tokenise: (workspaceId, personalClass, value) =>
      remembered(tokens, workspaceId, `${personalClass}\u0000${value}`, (text) => {
        const digest = mac("token", workspaceId)(text, "base64url");
        return `~${personalClass}.${digest.slice(0, TOKEN_CHARACTERS)}`;
      }),
    originId: (workspaceId, kind, value) =>
      remembered(origins, workspaceId * IDENTITY_KINDS.length + identityRank(kind), value, () =>
        positiveId(mac("origin", workspaceId)(`${kind}\u0000${value}`, "hex")),
      ),
    searchTerm: (workspaceId, text) =>
      remembered(terms, workspaceId, text, () => `~${mac("search", workspaceId)(text, "base64url").slice(0, TERM_CHARACTERS)}`),
  };
}

function remembered(cache: GenerationCache<string>, group: number, key: string, compute: (key: string) => string): string {
  const hit = cache.get(group, key);
  if (hit !== undefined) return hit;
  const value = compute(key);
  cache.set(group, key, value);
  return value;
}

/** The first 63 bits of a digest as a number that is never 0. */
function positiveId(hex: string): string {
  const id = BigInt(`0x${hex.slice(0, 16)}`) & POSITIVE_63_BITS;
  return id === 0n ? "1" : id.toString();
}

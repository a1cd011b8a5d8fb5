import { fail, ok, type Result } from "@terrace/domain/result";
import type { Tx } from "../../platform/storage/postgres.ts";
import { createDerivedKeys, fingerprintOf } from "./derived-keys.ts";
import { recordMasterKey } from "./master-key.store.ts";
import { loadMasterKey, parseMasterKey, type MasterKeySource } from "./master-key.ts";
import { createPayloadCipher, type PayloadCipher } from "./payload-cipher.ts";
import { createPseudonyms, type Pseudonyms } from "./pseudonyms.ts";
import { createRandomPool } from "./random-pool.ts";
import { createSealedTokens, type SealedTokens } from "./sealed-tokens.ts";
import { createSignatures, type Signatures } from "./signatures.ts";
import { createValueCipher, type RandomBytes } from "./value-cipher.ts";
import { createVault, type Vault, type VaultEntry } from "./vault.commands.ts";

export type { MasterKeySource, VaultEntry };
export { loadMasterKey, parseMasterKey };

/** The vault, the stand-ins for what it keeps, and encryption of payloads at rest. See docs/guides/personal-data.md. */
export type PrivacyModule = Pseudonyms &
  PayloadCipher &
  Signatures &
  SealedTokens &
  Vault & {
    /** A name for the master key that tells nothing about it, in hexadecimal digits. */
    readonly keyName: string;
    /** Records the master key's fingerprint on first use; later refuses another key with `master_key.mismatch`, before ids drift apart and values become unreadable. */
    readonly confirmMasterKey: (tx: Tx) => Promise<Result<true>>;
  };

export type PrivacyDeps = { readonly masterKey: Uint8Array; readonly randomBytes?: RandomBytes };

/** Builds the privacy module around the installation's 32-byte master key. */
export function createPrivacyModule(deps: PrivacyDeps): PrivacyModule {
  const randomBytes = deps.randomBytes ?? createRandomPool();
  const keys = createDerivedKeys(deps.masterKey);
  return {
    keyName: fingerprintOf(keys).toString("hex"),
    ...createPseudonyms(keys),
    ...createPayloadCipher(keys, randomBytes),
    ...createSignatures(keys),
    ...createSealedTokens(keys),
    ...createVault(createValueCipher(keys, randomBytes)),
    confirmMasterKey: async (tx) => {
      const fingerprint = fingerprintOf(keys);
      const recorded = await recordMasterKey(tx, fingerprint);
      if (recorded.equals(fingerprint)) return ok(true);
      return fail("master_key.mismatch", {
        field: "TERRACE_MASTER_KEY",
        mend: "Start with the master key that this database was first used with (secrets/master.key or TERRACE_MASTER_KEY)",
      });
    },
  };
}

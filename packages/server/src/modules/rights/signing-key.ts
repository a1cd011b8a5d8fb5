import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from "node:crypto";
import { inTransaction, type Db, type Tx } from "../../platform/storage/postgres.ts";
import type { PrivacyModule } from "../privacy/module.ts";
import { findSigningKey, insertSigningKey } from "./signing-key.store.ts";

/** The installation's Ed25519 key. */
export type SigningKey = { readonly publicKey: KeyObject; readonly privateKey: KeyObject };

export type SigningKeyDeps = {
  readonly db: Db;
  readonly privacy: Pick<PrivacyModule, "encryptPayload" | "decryptPayload">;
  readonly nowMs: () => number;
};

/** The key that signs certificates, made on first use. */
export async function signingKey(deps: SigningKeyDeps, tx: Tx): Promise<SigningKey> {
  const known = await findSigningKey(tx);
  if (known !== undefined) return opened(deps, known);
  const made = generateKeyPairSync("ed25519");
  await insertSigningKey(
    tx,
    {
      publicKey: made.publicKey.export({ type: "spki", format: "der" }),
      privateKey: deps.privacy.encryptPayload(made.privateKey.export({ type: "pkcs8", format: "der" })),
    },
    new Date(deps.nowMs()),
  );
  // Read back: another process may have been first.
  const stored = await findSigningKey(tx);
  if (stored === undefined) throw new Error("the signing key vanished inside its own transaction");
  return opened(deps, stored);
}

/** The public half, for whoever checks certificates. */
export async function publicKeyOf(deps: SigningKeyDeps): Promise<KeyObject> {
  return (await inTransaction(deps.db, (tx) => signingKey(deps, tx))).publicKey;
}

function opened({ privacy }: SigningKeyDeps, stored: { readonly publicKey: Uint8Array; readonly privateKey: Uint8Array }): SigningKey {
  return {
    publicKey: createPublicKey({ key: Buffer.from(stored.publicKey), type: "spki", format: "der" }),
    privateKey: createPrivateKey({ key: Buffer.from(privacy.decryptPayload(stored.privateKey)), type: "pkcs8", format: "der" }),
  };
}

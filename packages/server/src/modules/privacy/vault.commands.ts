import type { PersonalClass } from "@terrace/domain/event/feed-event";
import { createSecretKey, type KeyObject } from "node:crypto";
import type { Db, Tx } from "../../platform/storage/postgres.ts";
import type { ValueCipher } from "./value-cipher.ts";
import {
  deleteKeys,
  insertKeys,
  insertValues,
  loadPresentValues,
  loadTellingTokens,
  loadValues,
  lockKeys,
  type Destroyed,
  type SealedValue,
} from "./vault.store.ts";

/** A personal value to keep, with the token that stands for it everywhere else. */
export type VaultEntry = { readonly originId: string; readonly token: string; readonly class: PersonalClass; readonly value: string };

/** Most origins and values one `open` looks at; a screen needs a few hundred. */
const ORIGINS_PER_OPEN_MAX = 20_000;
const VALUES_PER_OPEN_MAX = 50_000;
const TOKENS_MAX = 1_000_000;
/** Rows per statement: bounds the memory of one statement, not of a call. */
const ROWS_PER_STATEMENT = 5_000;

export type Vault = {
  readonly seal: (tx: Tx, workspaceId: number, entries: readonly VaultEntry[]) => Promise<void>;
  readonly open: (
    db: Db | Tx,
    workspaceId: number,
    originIds: readonly string[],
    tokens?: readonly string[],
  ) => Promise<ReadonlyMap<string, string>>;
  /** Destroys keys, and with them everything sealed under them, wherever copies of it are. */
  readonly eraseKeys: (tx: Tx, workspaceId: number, originIds: readonly string[]) => Promise<Destroyed>;
  /** Tokens of the phone numbers, e-mails, id cards, names and addresses kept for some origins. */
  readonly tellingTokens: (tx: Tx, workspaceId: number, originIds: readonly string[]) => Promise<readonly string[]>;
};

export function createVault(cipher: ValueCipher): Vault {
  return {
    seal: async (tx, workspaceId, entries) => {
      for (const chunk of chunksOf(inOrder(entries))) await sealChunk(cipher, tx, workspaceId, chunk);
    },
    open: (db, workspaceId, originIds, tokens) => openValues(cipher, db, workspaceId, { originIds, tokens }),
    eraseKeys: (tx, workspaceId, originIds) => deleteKeys(tx, workspaceId, originIds),
    tellingTokens: (tx, workspaceId, originIds) => loadTellingTokens(tx, workspaceId, originIds, TOKENS_MAX),
  };
}

/** Distinct entries in key order: concurrent transactions then meet rows in the same order and cannot deadlock. */
function inOrder(entries: readonly VaultEntry[]): readonly VaultEntry[] {
  const distinct = new Map(entries.map((entry) => [`${entry.originId} ${entry.token}`, entry]));
  return [...distinct.entries()].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, entry]) => entry);
}

function* chunksOf<T>(items: readonly T[]): Generator<readonly T[]> {
  for (let from = 0; from < items.length; from += ROWS_PER_STATEMENT) yield items.slice(from, from + ROWS_PER_STATEMENT);
}

async function sealChunk(cipher: ValueCipher, tx: Tx, workspaceId: number, entries: readonly VaultEntry[]): Promise<void> {
  const present = await loadPresentValues(tx, workspaceId, entries);
  const missing = entries.filter((entry) => !present.has(`${entry.originId} ${entry.token}`));
  if (missing.length === 0) return;
  const dataKeys = await ensureDataKeys(cipher, tx, workspaceId, [...new Set(missing.map((entry) => entry.originId))]);
  const sealed = missing.map((entry): SealedValue => {
    const dataKey = dataKeys.get(entry.originId);
    if (dataKey === undefined) throw new Error("a data key vanished inside its own transaction");
    const { originId, token } = entry;
    return { originId, token, class: entry.class, ciphertext: cipher.sealValue(dataKey, { workspaceId, originId, token }, entry.value) };
  });
  await insertValues(tx, workspaceId, sealed);
}

async function ensureDataKeys(
  cipher: ValueCipher,
  tx: Tx,
  workspaceId: number,
  originIds: readonly string[],
): Promise<ReadonlyMap<string, Buffer>> {
  const known = new Map<string, Buffer>();
  for (const { originId, wrapped } of await lockKeys(tx, workspaceId, originIds))
    known.set(originId, cipher.unwrap(workspaceId, originId, wrapped));
  const lacking = originIds.filter((originId) => !known.has(originId));
  if (lacking.length === 0) return known;
  const fresh = new Map(
    lacking.map((originId) => {
      const dataKey = cipher.newDataKey();
      return [originId, { originId, dataKey, wrapped: cipher.wrap(workspaceId, originId, dataKey) }];
    }),
  );
  await insertKeys(tx, workspaceId, [...fresh.values()]);
  // Read back: a concurrent transaction may have been first, and then its key is the one that counts.
  for (const { originId, wrapped } of await lockKeys(tx, workspaceId, lacking)) {
    const own = fresh.get(originId);
    known.set(originId, own?.wrapped.equals(wrapped) === true ? own.dataKey : cipher.unwrap(workspaceId, originId, wrapped));
  }
  return known;
}

async function openValues(
  cipher: ValueCipher,
  db: Db | Tx,
  workspaceId: number,
  asked: { readonly originIds: readonly string[]; readonly tokens: readonly string[] | undefined },
): Promise<ReadonlyMap<string, string>> {
  const opened = new Map<string, string>();
  if (asked.originIds.length === 0 || asked.tokens?.length === 0) return opened;
  if (asked.originIds.length > ORIGINS_PER_OPEN_MAX) throw new RangeError(`open takes at most ${ORIGINS_PER_OPEN_MAX} origins`);
  const dataKeys = new Map<string, KeyObject>();
  for (const row of await loadValues(db, workspaceId, { ...asked, rowsMax: VALUES_PER_OPEN_MAX })) {
    if (opened.has(row.token)) continue;
    let dataKey = dataKeys.get(row.originId);
    if (dataKey === undefined) {
      dataKey = createSecretKey(cipher.unwrap(workspaceId, row.originId, row.wrapped));
      dataKeys.set(row.originId, dataKey);
    }
    opened.set(row.token, cipher.openValue(dataKey, { workspaceId, originId: row.originId, token: row.token }, row.ciphertext));
  }
  return opened;
}

/** What is remembered of an erased id apart from the data it was erased from: a keyed hash and times, nothing that says who it was. */
export type LedgerEntry = {
  readonly workspaceId: number;
  readonly originId: string;
  /** The erasure that refused the id last, as its certificate numbers it. */
  readonly erasureId: string;
  readonly erasedAtMs: number;
  /** From when on an operator let the id in again; null while it is refused. */
  readonly admittedFromMs: number | null;
};

/** A list of erased ids, by workspace and id. */
export type Ledger = ReadonlyMap<string, LedgerEntry>;

/** Two lists in one: of an id that stands in both, the later word counts. Whatever the order they are merged in, the result is the same. */
export function mergeLedgers(one: Ledger, other: Iterable<LedgerEntry>): Ledger {
  const merged = new Map(one);
  for (const entry of other) {
    const known = merged.get(keyOf(entry));
    if (known === undefined || isLater(entry, known)) merged.set(keyOf(entry), entry);
  }
  return merged;
}

export function ledgerOf(entries: Iterable<LedgerEntry>): Ledger {
  return mergeLedgers(new Map(), entries);
}

/** Whether the second list says nothing that the first does not know. */
export function covers(known: Ledger, other: Ledger): boolean {
  return [...other].every(([key, entry]) => {
    const own = known.get(key);
    return own !== undefined && !isLater(entry, own);
  });
}

/** What a ledger knows and a database does not: ids to be erased (again), and ids to be let in again. */
export type Behind = { readonly erase: readonly LedgerEntry[]; readonly admit: readonly LedgerEntry[] };

/** Compares a database, as it came out of a backup, with what happened to people since. */
export function behindLedger(database: Ledger, ledger: Ledger): Behind {
  const later = [...ledger.values()].filter((entry) => {
    const own = database.get(keyOf(entry));
    return own === undefined || isLater(entry, own);
  });
  const isErased = (entry: LedgerEntry): boolean => (database.get(keyOf(entry))?.erasedAtMs ?? -Infinity) >= entry.erasedAtMs;
  return {
    // Somebody who was let in again after an erasure that the database does not know: what was there before goes all the same.
    erase: later.filter((entry) => !isErased(entry)),
    admit: later.filter((entry) => isErased(entry) && entry.admittedFromMs !== null),
  };
}

function keyOf({ workspaceId, originId }: LedgerEntry): string {
  return `${workspaceId} ${originId}`;
}

function isLater(entry: LedgerEntry, than: LedgerEntry): boolean {
  const at = changedAtMs(entry) - changedAtMs(than);
  // Letting in ends a refusal of the same instant.
  return at > 0 || (at === 0 && entry.admittedFromMs !== null && than.admittedFromMs === null);
}

function changedAtMs({ erasedAtMs, admittedFromMs }: LedgerEntry): number {
  return Math.max(erasedAtMs, admittedFromMs ?? 0);
}

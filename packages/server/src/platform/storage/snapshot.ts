import type { Db, Tx } from "./postgres.ts";
import { createTransactionGuard } from "./transaction-guard.ts";

/** One view of the data on a connection of its own, until it is closed. `lost` fires when the connection goes: what is asked after that may never be answered. */
export type Snapshot = { readonly tx: Tx; readonly lost: AbortSignal; readonly close: () => Promise<void> };

/**
 * Opens a read-only view in which everything stays as it is now, however long it is looked at; or the very view that `joining` names, for
 * as long as that one is open elsewhere. Close it as soon as it is not needed: while it stands, the engine cannot tidy up behind what changes.
 */
export async function openSnapshot(db: Db, joining?: string): Promise<Snapshot> {
  const opened = Promise.withResolvers<Tx>();
  const closing = Promise.withResolvers<undefined>();
  const lost = new AbortController();
  const guard = createTransactionGuard();
  const hold = async (tx: Tx): Promise<void> => {
    if (joining !== undefined) await joinSnapshot(tx, joining);
    await tx`set local idle_in_transaction_session_timeout = 0`;
    opened.resolve(tx);
    await closing.promise;
  };
  const ended = db
    .begin("isolation level repeatable read read only", (tx) => guard.run(tx, hold))
    .then(
      () => guard.end(),
      (error: unknown) => {
        guard.end(error);
        opened.reject(error);
        lost.abort(error);
      },
    );
  return {
    tx: await opened.promise,
    lost: lost.signal,
    close: async () => {
      closing.resolve(undefined);
      await ended;
    },
  };
}

/** The name under which other connections can join this view while it is open. */
export async function nameSnapshot(tx: Tx): Promise<string> {
  const [row] = await tx<{ name: string }[]>`select /* no workspace_id: names the view itself */ pg_export_snapshot() as name`;
  if (row === undefined) throw new Error("the engine gave the snapshot no name");
  return row.name;
}

/** The statement takes no bound value. */
async function joinSnapshot(tx: Tx, name: string): Promise<void> {
  if (!/^[\dA-F-]+$/.test(name)) throw new Error("not the name of a snapshot");
  await tx.unsafe(`set transaction snapshot '${name}'`);
}

/** Answers what is asked of a snapshot; throws as soon as the signal says that no answer is to be waited for. */
export async function unless<T>(signal: AbortSignal, ask: () => Promise<T>): Promise<T> {
  signal.throwIfAborted();
  const gone = Promise.withResolvers<never>();
  const stop = (): void => gone.reject(signal.reason);
  signal.addEventListener("abort", stop, { once: true });
  try {
    return await Promise.race([ask(), gone.promise]);
  } finally {
    signal.removeEventListener("abort", stop);
  }
}

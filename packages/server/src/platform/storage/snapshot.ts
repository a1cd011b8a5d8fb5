import type { Db, Tx } from "./postgres.ts";

/** One view of the data on a connection of its own, until it is closed. `lost` fires when the connection goes: what is asked after that may never be answered. */
export type Snapshot = { readonly tx: Tx; readonly lost: AbortSignal; readonly close: () => Promise<void> };

/**
 * Opens a read-only view in which everything stays as it is now, however long it is looked at. Close it as soon as it is not needed: while it
 * stands, the engine cannot tidy up behind what changes.
 */
export async function openSnapshot(db: Db): Promise<Snapshot> {
  const opened = Promise.withResolvers<Tx>();
  const closing = Promise.withResolvers<undefined>();
  const lost = new AbortController();
  const ended = db
    .begin("isolation level repeatable read read only", async (tx) => {
      await tx`set local idle_in_transaction_session_timeout = 0`;
      opened.resolve(tx);
      await closing.promise;
    })
    .then(
      () => undefined,
      (error: unknown) => {
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

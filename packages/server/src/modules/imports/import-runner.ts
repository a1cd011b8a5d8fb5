import type { Logger } from "pino";
import { inTransaction } from "../../platform/storage/postgres.ts";
import { claimImport, leaveImport } from "./import-job.store.ts";
import type { ImportRow } from "./import.store.ts";
import { runImport } from "./run-import.ts";
import { runUndo, type UndoDeps } from "./run-undo.ts";
import { runTrial } from "./trials/run-trial.ts";
import { claimTrial } from "./trials/trial.store.ts";

export type RunnerDeps = Omit<UndoDeps, "signal"> & { readonly log: Logger; readonly randomId: () => string };

/** After an error that may pass, the import is left alone for so long. */
const RETRY_AFTER_SECONDS = 20;

/**
 * Does what imports and dry runs wait for a worker, one after the other, until there is none left or `signal` is aborted; what is begun then goes on
 * where it stopped, in this process or another.
 */
export async function runImports(deps: RunnerDeps, signal: AbortSignal): Promise<void> {
  const worker = deps.randomId();
  const run = { ...deps, signal };
  while (!signal.aborted) {
    const trial = await inTransaction(deps.db, (tx) => claimTrial(tx, worker));
    if (trial !== undefined) {
      await runTrial(run, trial);
      continue;
    }
    const claimed = await inTransaction(deps.db, (tx) => claimImport(tx, worker));
    if (claimed === undefined) return;
    await runOne(run, deps.log, claimed);
  }
}

async function runOne(run: UndoDeps, log: Logger, claimed: ImportRow): Promise<void> {
  try {
    await (claimed.state === "undoing" ? runUndo(run, claimed) : runImport(run, claimed));
    // A worker that stops hands over at once.
    if (run.signal.aborted) await inTransaction(run.db, (tx) => leaveImport(tx, claimed, 0));
  } catch (error) {
    log.warn({ err: error, import: claimed.id }, "an import broke off; it goes on where it stopped");
    await inTransaction(run.db, (tx) => leaveImport(tx, claimed, RETRY_AFTER_SECONDS));
  }
}

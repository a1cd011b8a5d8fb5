import { setTimeout as sleep } from "node:timers/promises";
import { inTransaction, type Tx } from "../../platform/storage/postgres.ts";
import type { Warehouse } from "../../platform/storage/clickhouse.ts";
import type { PeopleModule } from "../people/module.ts";
import { deleteChannelFigures } from "./figures/channel-figure.store.ts";
import { libraryOf } from "./import-events.ts";
import { countUndoneParts, endUndo } from "./import-job.store.ts";
import type { ImportRow, UndoResult } from "./import.store.ts";
import { countImported, deleteImported, importedOrigins } from "./imported-events.views.ts";
import { whileAlive, type RunDeps } from "./run-import.ts";

export type UndoDeps = RunDeps & {
  readonly warehouse: Warehouse;
  readonly people: Pick<PeopleModule, "takeBackTraits" | "forgetKept">;
  /** Takes some of what an import said about consent out of the ledger; answers how many lines were dealt with, and how many of them nobody else had said. */
  readonly takeBackConsents: (
    tx: Tx,
    workspaceId: number,
    importId: string,
  ) => Promise<{ readonly done: number; readonly removed: number }>;
  /** Has what is counted of events counted anew: some were taken away. */
  readonly recount: (tx: Tx, workspaceId: number) => Promise<void>;
  /** Age in seconds of the oldest event in the feed that is not stored yet; 0 when all are. */
  readonly feedAgeSeconds: () => Promise<number>;
};

const ORIGINS_AT_ONCE = 500;
const LOOK_MS = 200;

/** The mark under which the traits from before an import are kept. */
export function markOf(importId: string): string {
  return `import:${importId}`;
}

/**
 * Takes an import back: what it said about traits, its events, and its figures of channels. Ids and joins stay: whatever else was seen since may
 * rest on them. Each part may be repeated, so that a worker that dies is followed by another from the beginning.
 */
export async function runUndo(deps: UndoDeps, row: ImportRow): Promise<void> {
  await whileAlive(deps, row, allStored(deps));
  const { workspaceId } = row;
  // A run that broke off may have removed the events already: what it counted stands.
  const result = { events: 0, traits: 0, consents: 0, ...row.undoResult };
  const library = libraryOf(row.id);
  result.events = Math.max(result.events, await whileAlive(deps, row, countImported(deps.warehouse, workspaceId, library)));
  result.traits = await takeBackAll(deps, row, library, result);
  result.consents = await takeBackConsents(deps, row, result);
  if (deps.signal.aborted) return;
  await whileAlive(deps, row, deleteImported(deps.warehouse, workspaceId, library));
  await inTransaction(deps.db, async (tx) => {
    await deleteChannelFigures(tx, workspaceId, row.id);
    await deps.people.forgetKept(tx, workspaceId, markOf(row.id));
    await countUndoneParts(tx, row, result);
    if (result.events > 0) await deps.recount(tx, workspaceId);
    const undone = await endUndo(tx, row);
    if (undone !== undefined) await auditUndone(deps, tx, undone, result);
  });
}

/** Events of the import that are still on their way would be stored after the others were removed. */
async function allStored(deps: UndoDeps): Promise<void> {
  const beganAtMs = deps.nowMs();
  while (!deps.signal.aborted && (await deps.feedAgeSeconds()) * 1000 >= deps.nowMs() - beganAtMs) await sleep(LOOK_MS);
}

async function takeBackAll(deps: UndoDeps, row: ImportRow, library: string, result: UndoResult): Promise<number> {
  const { workspaceId } = row;
  let after = "0";
  let passed = 0;
  let { traits } = result;
  while (!deps.signal.aborted) {
    const origins = await importedOrigins(deps.warehouse, workspaceId, library, { after, limit: ORIGINS_AT_ONCE });
    const last = origins.at(-1);
    if (last === undefined) break;
    const said = new Map(origins.map(({ originId, messageIds }) => [originId, messageIds]));
    passed += await inTransaction(deps.db, async (tx) => {
      const count = await deps.people.takeBackTraits(tx, workspaceId, markOf(row.id), said);
      await countUndoneParts(tx, row, { ...result, traits: Math.max(traits, passed + count) });
      return count;
    });
    traits = Math.max(traits, passed);
    after = last.originId;
  }
  return traits;
}

async function takeBackConsents(deps: UndoDeps, row: ImportRow, result: UndoResult): Promise<number> {
  let consents = result.consents ?? 0;
  for (let done = Infinity; done > 0 && !deps.signal.aborted;) {
    done = await inTransaction(deps.db, async (tx) => {
      const step = await deps.takeBackConsents(tx, row.workspaceId, row.id);
      consents += step.removed;
      await countUndoneParts(tx, row, { ...result, consents });
      return step.done;
    });
  }
  return consents;
}

async function auditUndone(deps: UndoDeps, tx: Tx, { workspaceId, undoneBy, id, fileName }: ImportRow, result: UndoResult): Promise<void> {
  await deps.audit(tx, {
    workspaceId,
    actor: undoneBy ?? "",
    action: "import.undo",
    target: `import:${id}`,
    detail: { file: fileName, ...result },
    ip: "",
  });
}

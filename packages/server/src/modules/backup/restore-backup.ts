import { holdOutward } from "../../platform/outbound/hold.store.ts";
import type { Warehouse } from "../../platform/storage/clickhouse.ts";
import type { StepNumbers } from "../../platform/storage/migrate.ts";
import { inTransaction, type Db, type Tx } from "../../platform/storage/postgres.ts";
import { insertPersonLines, insertSlice, reloadPersonMap, sumPartitions, type PartitionSum } from "./copy/event-copy.store.ts";
import type { BackupBegin, BackupEnd } from "./copy/manifest.ts";
import {
  analyse,
  copyIn,
  copyMovedOrigins,
  countState,
  loadTables,
  queueSegments,
  queueTraits,
  setSequences,
  silenceTriggers,
  type CopiedTable,
} from "./copy/state-copy.store.ts";
import { BackupRefused } from "./file/backup-fault.ts";
import type { BackupFile } from "./file/backup-file.ts";
import type { CopyProgress } from "./make-backup.ts";
import { readBackup } from "./read-backup.ts";

/** Two empty engines. */
export type RestoreTarget = {
  readonly db: Db;
  readonly warehouse: Warehouse;
  /** Brings them to the schema the backup was made with, and afterwards to this version's. */
  readonly migrateUpTo: (steps: StepNumbers) => Promise<void>;
  readonly migrate: () => Promise<void>;
};

export type RestoreBackup = {
  readonly file: BackupFile;
  readonly begin: BackupBegin;
  readonly target: RestoreTarget;
  readonly nowMs: () => number;
  /** Ends what may have gone out since the backup, by the installation that was. */
  readonly endOutward: (tx: Tx, restoredAt: Date) => Promise<void>;
  /** Tells the inserts of this restore from those of any other. */
  readonly restoreId: string;
  readonly onProgress: (progress: CopyProgress) => void;
};

const MAP_BYTES_PER_INSERT = 16 * 1024 * 1024;

/** Whether this version knows every step of the schema the backup was made with. Throws `BackupRefused` newer_version. */
export function requireKnownSteps(begin: BackupBegin, known: StepNumbers): void {
  const unknown = [
    ...begin.steps.state.filter((number) => !known.state.includes(number)),
    ...begin.steps.events.filter((number) => !known.events.includes(number)),
  ];
  if (unknown.length === 0) return;
  throw new BackupRefused(
    "backup.newer_version",
    `The backup was made by Terrace ${begin.version}, whose data this version cannot read; restore it with that version or a newer one.`,
  );
}

/**
 * Fills two empty engines from a backup. PostgreSQL is filled in one transaction that ends when the events are in and were counted, so that it
 * never holds people without their events. Afterwards nothing goes out until somebody releases it.
 */
export async function restoreBackup(options: RestoreBackup): Promise<void> {
  const { begin, target, restoreId } = options;
  await target.migrateUpTo(begin.steps);
  await inTransaction(target.db, (tx) => fill(tx, options));
  await target.migrate();
  await inTransaction(target.db, async (tx) => {
    const reason = `restored from a backup of ${new Date(begin.madeAtMs).toISOString()}`;
    const restoredAt = new Date(options.nowMs());
    await holdOutward(tx, { since: restoredAt, reason });
    await options.endOutward(tx, restoredAt);
    await fillPersonMap(tx, target.warehouse, restoreId);
    await queueTraits(tx);
    await queueSegments(tx);
  });
  await analyse(target.db);
}

async function fill(tx: Tx, { file, begin, target, restoreId, onProgress }: RestoreBackup): Promise<void> {
  await tx`set local idle_in_transaction_session_timeout = 0`;
  const tables = await loadTables(tx);
  const wakeTriggers = await silenceTriggers(tx, tables);
  const known = new Map(tables.map((table) => [table.name, table]));
  let slices = 0;
  await readBackup(file, {
    begin: () => Promise.resolve(),
    table: async (table, body) => {
      requireTable(known, table);
      await copyIn(tx, table, body);
      onProgress({ phase: "state", done: 0, total: begin.counts.events });
    },
    events: async ({ done }, body) => {
      const chunks: Buffer[] = [];
      for await (const chunk of body) chunks.push(chunk);
      const rows = Buffer.concat(chunks);
      await insertSlice(target.warehouse, begin.eventColumns, rows, `restore.${restoreId}.${slices}`);
      slices += 1;
      onProgress({ phase: "events", done, total: begin.counts.events });
    },
    end: async (end) => {
      await confirmCounts(tx, target.warehouse, begin, end);
      await setSequences(tx, begin.sequences);
    },
  });
  await wakeTriggers();
}

function requireTable(known: ReadonlyMap<string, CopiedTable>, { name, columns }: CopiedTable): void {
  const own = known.get(name);
  const missing =
    own === undefined ? [name] : columns.filter((column) => !own.columns.includes(column)).map((column) => `${name}.${column}`);
  if (missing.length === 0) return;
  throw new BackupRefused(
    "backup.newer_version",
    `This version of Terrace has no place for ${missing.join(", ")} of the backup; restore it with the version that made it.`,
  );
}

/** Nothing counts as restored that was not counted. */
async function confirmCounts(tx: Tx, warehouse: Warehouse, begin: BackupBegin, end: BackupEnd): Promise<void> {
  const found = new Map((await sumPartitions(warehouse, begin.settled)).map((sum) => [sum.partition, sum]));
  const wrong = end.partitions.filter(({ before, after }) => !holdsAsMuch(found.get(before.partition), before, after));
  const { workspaces, people, ids } = await countState(tx);
  const { counts } = begin;
  if (wrong.length === 0 && workspaces === counts.workspaces && people === counts.people && ids === counts.ids) return;
  throw new BackupRefused(
    "backup.damaged",
    `What was restored is not what the backup counted (months ${wrong.map(({ before }) => before.partition).join(", ") || "none"}; ${people} of ${counts.people} people, ${ids} of ${counts.ids} ids); use another copy of the file.`,
  );
}

function holdsAsMuch(now: PartitionSum | undefined, before: PartitionSum, after: PartitionSum | undefined): boolean {
  const events = now?.events ?? 0;
  if (before.digest === after?.digest && before.events === after.events) return now?.digest === before.digest && events === before.events;
  // Events were erased while they were copied: some of them may have come along, and are erased again by whoever erased them.
  return events <= before.events && events >= (after?.events ?? 0);
}

/** The event engine's map of whose an id is, made from PostgreSQL, which decides it. */
async function fillPersonMap(tx: Tx, warehouse: Warehouse, restoreId: string): Promise<void> {
  let held: Buffer[] = [];
  let bytes = 0;
  let part = 0;
  const flush = async (): Promise<void> => {
    if (bytes === 0) return;
    await insertPersonLines(warehouse, Buffer.concat(held), `restore.${restoreId}.people.${part}`);
    part += 1;
    held = [];
    bytes = 0;
  };
  for await (const chunk of wholeLines(copyMovedOrigins(tx))) {
    held.push(chunk);
    bytes += chunk.length;
    if (bytes >= MAP_BYTES_PER_INSERT) await flush();
  }
  await flush();
  await reloadPersonMap(warehouse);
}

const NEWLINE = 10;

/** The same bytes, cut at ends of lines only. */
async function* wholeLines(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of chunks) {
    const all = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    const end = all.lastIndexOf(NEWLINE) + 1;
    if (end > 0) yield all.subarray(0, end);
    rest = all.subarray(end);
  }
  if (rest.length > 0) yield rest;
}

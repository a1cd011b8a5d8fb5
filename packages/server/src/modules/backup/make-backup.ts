import { setTimeout as sleep } from "node:timers/promises";
import { loadAppliedSteps } from "../../platform/storage/applied-steps.store.ts";
import { isStoredUpTo, loadNewestBatch } from "../../platform/feed/batch.store.ts";
import { openSnapshot } from "../../platform/storage/snapshot.ts";
import { inTransaction, type Db, type Tx } from "../../platform/storage/postgres.ts";
import type { Warehouse } from "../../platform/storage/clickhouse.ts";
import {
  copySlice,
  countDays,
  countNames,
  loadEventColumns,
  sumPartitions,
  type LaneCut,
  type PartitionSum,
} from "./copy/event-copy.store.ts";
import { sliceByDay, sliceByName, type EventSlice } from "./copy/event-slices.ts";
import type { BackupBegin, BackupEnd, BackupRecord } from "./copy/manifest.ts";
import { copyOut, countState, loadPosition, loadSequences, loadTables } from "./copy/state-copy.store.ts";
import { writeBackupFile, type WriteOptions } from "./file/backup-file.ts";
import { renderRecord, type BodySum } from "./file/records.ts";

export type BackupSource = { readonly db: Db; readonly warehouse: Warehouse; readonly masterKey: Uint8Array };

/** How far a backup or restore is: `done` of `total` events, after the state. */
export type CopyProgress = { readonly phase: "state" | "events" | "checking"; readonly done: number; readonly total: number };

export type MakeBackup = WriteOptions & {
  readonly source: BackupSource;
  readonly onProgress?: ((progress: CopyProgress) => void) | undefined;
  /** Rests between two slices as many times as long as the slice took; 0 = as fast as it goes. */
  readonly rest?: number | undefined;
  readonly eventsPerSlice?: number | undefined;
};

/** What a finished backup holds. */
export type BackupSummary = { readonly bytes: number; readonly counts: BackupBegin["counts"]; readonly madeAtMs: number };

/** Rows of one statement: about 50 MB of an ordinary event. */
const EVENTS_PER_SLICE = 100_000;
/** Longer than a busy pipeline takes for what it has settled. */
const STORED_WITHIN_MS = 60_000;
const STORED_LOOK_MS = 100;

/**
 * Makes a backup of both engines while Terrace works. PostgreSQL is copied from one snapshot. The feed's cursors in that snapshot say which events
 * are settled; the event engine's copy is cut there. What was accepted and not yet settled is in the snapshot's feed, and is settled after a restore.
 */
export async function makeBackup(options: MakeBackup): Promise<BackupSummary> {
  let summary: Omit<BackupSummary, "bytes"> | undefined;
  const snapshot = await openSnapshot(options.source.db);
  const signal = AbortSignal.any([snapshot.lost, ...(options.signal === undefined ? [] : [options.signal])]);
  try {
    const content = render({ ...options, signal }, snapshot.tx, snapshot.close, (begun) => {
      summary = begun;
    });
    const bytes = await writeBackupFile({ ...options, signal }, content);
    if (summary === undefined) throw new Error("the backup has no beginning");
    return { bytes, ...summary };
  } catch (error) {
    throw snapshot.lost.aborted ? snapshot.lost.reason : error;
  } finally {
    await snapshot.close();
  }
}

type Begun = (summary: Omit<BackupSummary, "bytes">) => void;

async function* render(options: MakeBackup, tx: Tx, stateCopied: () => Promise<void>, begun: Begun): AsyncGenerator<Buffer> {
  const { warehouse } = options.source;
  const position = await loadPosition(tx);
  await waitUntilStored(options, await loadNewestBatch(tx));
  const before = await sumPartitions(warehouse, position.settled);
  const begin = await describe(options, tx, position, before);
  begun({ counts: begin.counts, madeAtMs: begin.madeAtMs });
  yield* record(begin);
  const tables: Record<string, BodySum> = {};
  for (const table of await loadTables(tx))
    yield* record({ kind: "table", table: { name: table.name, columns: [...table.columns] } }, copyOut(tx, table), (sum) => {
      tables[table.name] = sum;
    });
  await stateCopied();
  const copied = { slices: 0, eventBytes: 0 };
  const slicing: Slicing = { options, cut: position.settled, columns: begin.eventColumns };
  for await (const { partition, rows, done } of readAhead(slicing, before, begin.counts.events)) {
    yield* record({ kind: "events", partition, done }, one(rows));
    copied.slices += 1;
    copied.eventBytes += rows.length;
  }
  const after = new Map((await sumPartitions(warehouse, position.settled)).map((sum) => [sum.partition, sum]));
  const end: BackupEnd = {
    kind: "end",
    tables,
    partitions: before.map((sum) => ({ before: sum, after: after.get(sum.partition) })),
    ...copied,
  };
  yield* record(end);
}

/**
 * Settled events reach the event engine a moment later. Those of the snapshot are waited for, so that what is counted and copied behind the cut
 * stands still. Without a running Terrace nobody brings them: they stay in the snapshot's feed, and what is there stands still as well.
 */
async function waitUntilStored({ source, nowMs, signal }: MakeBackup, newestBatch: string): Promise<void> {
  const until = nowMs() + STORED_WITHIN_MS;
  while (nowMs() < until && !(await inTransaction(source.db, (tx) => isStoredUpTo(tx, newestBatch)))) {
    signal?.throwIfAborted();
    await sleep(STORED_LOOK_MS);
  }
}

async function describe(
  { source, version, nowMs }: MakeBackup,
  tx: Tx,
  position: { readonly settled: LaneCut; readonly written: LaneCut },
  partitions: readonly PartitionSum[],
): Promise<BackupBegin> {
  const steps = await loadAppliedSteps(tx);
  return {
    kind: "begin",
    version,
    madeAtMs: nowMs(),
    masterKey: Buffer.from(source.masterKey).toString("base64"),
    steps: { state: [...steps.state], events: [...steps.events] },
    settled: [...position.settled],
    written: [...position.written],
    sequences: [...(await loadSequences(tx))],
    eventColumns: [...(await loadEventColumns(source.warehouse))],
    counts: { ...(await countState(tx)), events: partitions.reduce((sum, { events }) => sum + events, 0) },
  };
}

function record(header: BackupRecord, body: AsyncIterable<Buffer> = none(), summed: (sum: BodySum) => void = () => undefined) {
  return renderRecord({ header, body }, summed);
}

async function* none(): AsyncGenerator<Buffer> {
  // A record that is all header.
}

async function* one(bytes: Buffer): AsyncGenerator<Buffer> {
  yield bytes;
}

type Slicing = { readonly options: MakeBackup; readonly cut: LaneCut; readonly columns: readonly string[] };
type Copied = { readonly partition: number; readonly rows: Buffer; readonly done: number };

/** Reads the next slice while the one before is compressed. */
async function* readAhead(slicing: Slicing, partitions: readonly PartitionSum[], total: number): AsyncGenerator<Copied> {
  const slices = copyPartitions(slicing, partitions, total);
  let next = slices.next();
  // A failure is thrown where it is waited for; until then it must not count as unhandled.
  next.catch(() => undefined);
  try {
    for (;;) {
      const current = await next;
      if (current.done === true) return;
      next = slices.next();
      next.catch(() => undefined);
      yield current.value;
    }
  } finally {
    await slices.return(undefined).catch(() => undefined);
  }
}

async function* copyPartitions(
  { options, cut, columns }: Slicing,
  partitions: readonly PartitionSum[],
  total: number,
): AsyncGenerator<Copied, undefined> {
  const { warehouse } = options.source;
  let done = 0;
  for (const { partition, events } of partitions) {
    const slices = await planPartition(warehouse, cut, partition, options.eventsPerSlice ?? EVENTS_PER_SLICE);
    let behind = 0;
    for (const slice of slices) {
      options.signal?.throwIfAborted();
      const startedAtMs = performance.now();
      behind += 1;
      const upTo = done + Math.round((events * behind) / slices.length);
      for await (const rows of copySlice(warehouse, columns, cut, slice)) yield { partition, rows, done: upTo };
      options.onProgress?.({ phase: "events", done: upTo, total });
      if (options.rest !== undefined && options.rest > 0) await sleep((performance.now() - startedAtMs) * options.rest);
    }
    done += events;
  }
  return undefined;
}

async function planPartition(warehouse: Warehouse, cut: LaneCut, partition: number, eventsMax: number): Promise<readonly EventSlice[]> {
  const plan: EventSlice[] = [];
  for (const { slice, large } of sliceByName(partition, await countNames(warehouse, cut, partition), eventsMax))
    plan.push(...(large ? sliceByDay(slice, await countDays(warehouse, cut, slice), eventsMax) : [slice]));
  return plan;
}

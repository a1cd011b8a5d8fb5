import type { Readable, Writable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { Db, Tx } from "../../../platform/storage/postgres.ts";
import type { LaneCut } from "./event-copy.store.ts";

/** A table with the columns that are copied, in order. */
export type CopiedTable = { readonly name: string; readonly columns: readonly string[] };

/**
 * Tables whose rows stay behind. Sessions and links: whoever had one signs in anew, so that a sign-out after the backup holds. Workers are
 * those of the old installation, the steps of the schema are written by the migrations of the new one, its plan for backups is its own, and what the doctor found and when daily work was done is of the old one.
 */
const LEFT_OUT = [
  "schema_migration",
  "session",
  "sign_in_token",
  "sign_in_attempt",
  "oidc_flow",
  "feed_worker",
  "restore_unfinished",
  "backup_plan",
  "backup_run",
  "examination",
  "job_run",
];

/** Tables of which only a part is needed. The feed: what some consumer has not read yet, and what open batches hold; the rest is in the event engine. */
const NEEDED_ROWS: Readonly<Record<string, string>> = {
  feed: `seq > (select coalesce(min(c.seq), 0) from feed_cursor c where c.lane = feed.lane)
    or exists (select from feed_batch b cross join jsonb_to_recordset(b.ranges) as r (lane smallint, "from" bigint, "to" bigint) where b.stored_at is null and r.lane = feed.lane and feed.seq between r."from" and r."to")`,
};

/** Every table to copy, those that others refer to first. */
export async function loadTables(sql: Db | Tx): Promise<readonly CopiedTable[]> {
  // Transaction ids mean nothing in another cluster: those columns take their default there. Generated columns make themselves.
  const rows = await sql<{ name: string; columns: string[]; refers: string[] }[]>`
    select c.relname as name,
      array(select a.attname::text from pg_attribute a where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = '' and a.atttypid <> 'xid8'::regtype order by a.attnum) as columns,
      array(select distinct r.relname::text from pg_constraint k join pg_class r on r.oid = k.confrelid where k.conrelid = c.oid and k.contype = 'f' and k.confrelid <> c.oid) as refers
    from pg_class c where c.relnamespace = current_schema()::regnamespace and c.relkind = 'r' and c.relpersistence = 'p' and not (c.relname = any(${LEFT_OUT})) order by c.relname limit 10000`;
  return inOrder(rows);
}

/** Sorts so that a table comes after those it refers to. */
function inOrder(
  rows: readonly { readonly name: string; readonly columns: string[]; readonly refers: string[] }[],
): readonly CopiedTable[] {
  const waiting = new Map(rows.map((row) => [row.name, row]));
  const ordered: CopiedTable[] = [];
  while (waiting.size > 0) {
    const free = [...waiting.values()].filter(({ refers }) => !refers.some((name) => waiting.has(name)));
    // Tables in a circle could not be filled in any order; none of Terrace's are.
    if (free.length === 0) throw new Error(`tables refer to each other in a circle: ${[...waiting.keys()].join(", ")}`);
    for (const { name, columns } of free) {
      ordered.push({ name, columns });
      waiting.delete(name);
    }
  }
  return ordered;
}

/** The rows of a table as the transaction sees them, in PostgreSQL's binary format. */
export async function* copyOut(tx: Tx, { name, columns }: CopiedTable): AsyncGenerator<Buffer> {
  const needed = NEEDED_ROWS[name];
  const source =
    needed === undefined
      ? `${quoted(name)} (${columns.map(quoted).join(", ")})`
      : `(select ${columns.map(quoted).join(", ")} from ${quoted(name)} where ${needed})`;
  yield* copied(tx, `copy ${source} to stdout (format binary)`);
}

/**
 * What a `copy … to stdout` gives. The client stops reading its socket while the stream is full, and when the last rows fill it, it never begins
 * again: the answer behind them would wait for ever. The stream's own `_read` is what makes it read on.
 */
async function* copied(tx: Tx, statement: string): AsyncGenerator<Buffer> {
  const rows: Readable = await tx.unsafe(statement).readable();
  try {
    for await (const chunk of rows) yield chunk as Buffer;
  } finally {
    // oxlint-disable-next-line no-underscore-dangle -- reading on is what this method of every stream is for; nothing else reaches the socket
    rows._read(0);
  }
}

/** Fills a table with what `copyOut` gave. */
export async function copyIn(tx: Tx, { name, columns }: CopiedTable, rows: AsyncIterable<Buffer>): Promise<void> {
  const target: Writable = await tx
    .unsafe(`copy ${quoted(name)} (${columns.map(quoted).join(", ")}) from stdin (format binary)`)
    .writable();
  await pipeline(rows, target);
}

/** Where the feed stands in the transaction's snapshot: how far it is settled, lane by lane, and how far it was written. */
export async function loadPosition(tx: Tx): Promise<{ readonly settled: LaneCut; readonly written: LaneCut }> {
  const rows = await tx<{ lane: number; settled: string; written: string }[]>`
    select l.lane, coalesce(c.seq, 0)::text as settled, l.last_seq::text as written from feed_lane l left join feed_cursor c on c.lane = l.lane and c.consumer = 'resolver' order by l.lane limit 1000`;
  return {
    settled: rows.map(({ lane, settled }) => ({ lane, seq: settled })),
    written: rows.map(({ lane, written }) => ({ lane, seq: written })),
  };
}

export type Sequence = { readonly name: string; readonly last: string };

/** How far every sequence has counted. Read after the snapshot was taken: a number too high does no harm, one too low would be given twice. */
export async function loadSequences(tx: Tx): Promise<readonly Sequence[]> {
  const rows = await tx<
    Sequence[]
  >`select sequencename::text as name, last_value::text as last from pg_sequences where schemaname = current_schema() and last_value is not null order by 1 limit 10000`;
  return rows;
}

export async function setSequences(tx: Tx, sequences: readonly Sequence[]): Promise<void> {
  for (const { name, last } of sequences)
    await tx`select setval(c.oid::regclass, ${last}::bigint) from pg_class c where c.relkind = 'S' and c.relnamespace = current_schema()::regnamespace and c.relname = ${name}`;
}

export type StateCounts = { readonly workspaces: number; readonly people: number; readonly ids: number };

export async function countState(tx: Tx): Promise<StateCounts> {
  const [row] = await tx<StateCounts[]>`
    select /* all workspaces: a backup holds all of them */ (select count(*)::int from workspace) as workspaces, (select count(*)::int from person) as people, (select count(*)::int from identity) as ids`;
  if (row === undefined) throw new Error("counting gave no row");
  return row;
}

/** Whether a database holds anything of Terrace, or of anyone. */
export async function hasTables(sql: Db): Promise<boolean> {
  const [row] = await sql<
    { some: boolean }[]
  >`select exists (select from pg_class where relnamespace = current_schema()::regnamespace and relkind in ('r', 'p', 'v', 'm', 'S')) as some`;
  return row?.some ?? false;
}

/**
 * Empties the tables that the schema's own steps filled, with their triggers asleep while rows are brought in: they stand for changes made by
 * people, and these were made before. Answers how to wake them.
 */
export async function silenceTriggers(tx: Tx, tables: readonly CopiedTable[]): Promise<() => Promise<void>> {
  const names = tables.map(({ name }) => name);
  const triggers = await tx<{ name: string; trigger: string; state: string }[]>`
    select c.relname::text as name, t.tgname::text as trigger, t.tgenabled::text as state from pg_trigger t join pg_class c on c.oid = t.tgrelid
    where not t.tgisinternal and t.tgenabled <> 'D' and c.relnamespace = current_schema()::regnamespace and c.relname = any(${names}) limit 10000`;
  for (const { name, trigger } of triggers) await tx.unsafe(`alter table ${quoted(name)} disable trigger ${quoted(trigger)}`);
  for (const name of names.toReversed()) await tx.unsafe(`delete from ${quoted(name)}`);
  return async () => {
    for (const { name, trigger, state } of triggers)
      await tx.unsafe(`alter table ${quoted(name)} enable ${ENABLE[state] ?? ""} trigger ${quoted(trigger)}`);
  };
}

/** Has the event engine told of everyone's traits: its table of them is not in backups. */
export async function queueTraits(tx: Tx): Promise<void> {
  await tx`/* all workspaces: a restore */ insert into trait_change (workspace_id, person_id) select workspace_id, person_id from person_profile`;
  await tx`/* all workspaces: a restore */ insert into tag_change (workspace_id, origin_id, tag, rule_id) select workspace_id, origin_id, tag, rule_id from person_tag`;
}

/** Has the event engine told of the members of every segment, for the same reason. */
export async function queueSegments(tx: Tx): Promise<void> {
  await tx`/* all workspaces: a restore */ update segment set copied_at = null`;
}

/** Stands in a database from the beginning of a restore to its end. */
export async function markRestore(sql: Db): Promise<void> {
  await sql`create table restore_unfinished (began_at timestamptz not null default now())`;
}

export async function unmarkRestore(sql: Db): Promise<void> {
  await sql`drop table restore_unfinished`;
}

/** Whether a restore into this database broke off, or goes on now. */
export async function isRestoreUnfinished(sql: Db): Promise<boolean> {
  const [row] = await sql<{ marked: boolean }[]>`select to_regclass('restore_unfinished') is not null as marked`;
  return row?.marked ?? false;
}

/** Lines `workspace, origin, person, 0` of every id that belongs to a person of another name; 0, because any later change is newer. */
export async function* copyMovedOrigins(tx: Tx): AsyncGenerator<Buffer> {
  yield* copied(
    tx,
    "copy (select /* all workspaces: the map of a whole installation */ workspace_id, origin_id, person_id, 0 from identity where person_id <> origin_id) to stdout",
  );
}

/** Tells the planner what the filled tables hold. */
export async function analyse(sql: Db): Promise<void> {
  await sql`analyze`;
}

/** How a trigger was enabled, as the catalogue writes it. */
const ENABLE: Readonly<Record<string, string>> = { A: "always", R: "replica" };

function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

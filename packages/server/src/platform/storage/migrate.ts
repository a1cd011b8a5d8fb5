import { readdir, readFile } from "node:fs/promises";
import { createHash } from "node:crypto";
import { StartFault } from "../engines/start-fault.ts";
import { inTransaction, type Db, type Tx } from "./postgres.ts";

/** Shape of the event engine: one node, or a cluster on which tables are local + distributed; and the database the tables are in. */
export type Topology =
  | { readonly kind: "single"; readonly database: string }
  | { readonly kind: "cluster"; readonly database: string; readonly cluster: string; readonly replicated: boolean };

/** Runs one statement on one node (`once`) or on every node of the cluster (`everywhere`). */
export type EventEngine = { readonly topology: Topology; readonly everywhere: (statement: string) => Promise<void> };

/** One forward-only step of the event engine's schema. */
export type EventMigration = {
  readonly number: number;
  readonly name: string;
  readonly statements: (topology: Topology) => readonly string[];
};

const MIGRATION_LOCK = 7_261_001;
const SQL_FOLDER = new URL("../../../migrations/postgres/", import.meta.url);

type Applied = { readonly engine: string; readonly number: number; readonly hash: string };

/** Numbers of steps by engine, e.g. those that the data of a backup have gone through. */
export type StepNumbers = { readonly state: readonly number[]; readonly events: readonly number[] };

/** Every step this version knows. */
export async function knownSteps(eventMigrations: readonly EventMigration[]): Promise<StepNumbers> {
  return { state: (await readSqlMigrations()).map(({ number }) => number), events: eventMigrations.map(({ number }) => number) };
}

/** Brings empty engines to the schema that some data were made with; `migrate` does the rest once they are in. */
export async function migrateUpTo(
  db: Db,
  events: EventEngine,
  eventMigrations: readonly EventMigration[],
  steps: StepNumbers,
): Promise<void> {
  await underMigrationLock(db, async (applied) => {
    await applyStateSteps(db, applied, new Set(steps.state));
    await applyEventSteps(
      db,
      events,
      applied,
      eventMigrations.filter(({ number }) => steps.events.includes(number)),
    );
  });
}

/**
 * Brings both engines to this version's schema under one lock, so that several processes may start at once.
 * Throws `StartFault` data.newer_version when the data were written by a newer Terrace.
 */
export async function migrate(db: Db, events: EventEngine, eventMigrations: readonly EventMigration[]): Promise<void> {
  await underMigrationLock(db, async (applied) => {
    refuseNewer(applied, "events", eventMigrations.at(-1)?.number ?? 0);
    await applyStateSteps(db, applied);
    await applyEventSteps(db, events, applied, eventMigrations);
  });
}

async function applyEventSteps(
  db: Db,
  events: EventEngine,
  applied: readonly Applied[],
  eventMigrations: readonly EventMigration[],
): Promise<void> {
  for (const step of eventMigrations) {
    if (isApplied(applied, "events", step.number)) continue;
    // Every statement says "if not exists": the event engine has no transactions, so a broken-off step is simply run again.
    const statements = step.statements(events.topology);
    for (const statement of statements) await events.everywhere(statement);
    await inTransaction(db, (tx) => record(tx, "events", step, statements.join(";\n")));
  }
}

/** The state engine's half of `migrate`, for tests that need no event engine. */
export async function migrateState(db: Db): Promise<void> {
  await underMigrationLock(db, (applied) => applyStateSteps(db, applied));
}

async function underMigrationLock(db: Db, work: (applied: readonly Applied[]) => Promise<void>): Promise<void> {
  const connection = await db.reserve();
  try {
    await connection`select pg_advisory_lock(${MIGRATION_LOCK})`;
    await connection`create table if not exists schema_migration (engine text not null, number integer not null, name text not null, hash text not null, applied_at timestamptz not null default now(), primary key (engine, number))`;
    await work(await connection<Applied[]>`select engine, number, hash from schema_migration`);
  } finally {
    await connection`select pg_advisory_unlock(${MIGRATION_LOCK})`;
    connection.release();
  }
}

async function applyStateSteps(db: Db, applied: readonly Applied[], only?: ReadonlySet<number>): Promise<void> {
  const steps = await readSqlMigrations();
  refuseNewer(applied, "state", steps.at(-1)?.number ?? 0);
  for (const step of steps) {
    if (isApplied(applied, "state", step.number) || only?.has(step.number) === false) continue;
    await inTransaction(db, async (tx) => {
      await tx.unsafe(step.text);
      await record(tx, "state", step, step.text);
    });
  }
}

async function readSqlMigrations(): Promise<readonly { readonly number: number; readonly name: string; readonly text: string }[]> {
  const files = (await readdir(SQL_FOLDER)).filter((file) => /^\d{4}-.+\.sql$/.test(file)).toSorted();
  return Promise.all(
    files.map(async (file) => ({
      number: Number(file.slice(0, 4)),
      name: file.slice(5, -4),
      text: await readFile(new URL(file, SQL_FOLDER), "utf8"),
    })),
  );
}

function isApplied(applied: readonly Applied[], engine: string, number: number): boolean {
  return applied.some((row) => row.engine === engine && row.number === number);
}

function refuseNewer(applied: readonly Applied[], engine: string, newest: number): void {
  const ahead = applied.filter((row) => row.engine === engine && row.number > newest);
  if (ahead.length === 0) return;
  const found = Math.max(...ahead.map((row) => row.number));
  throw new StartFault(
    "data.newer_version",
    {
      en: `The data (${engine}) were written by a newer Terrace: schema ${found}, this one knows ${newest}.`,
      zh: `数据（${engine}）由更新版本的 Terrace 写入：结构版本 ${found}，当前程序只支持到 ${newest}。`,
    },
    {
      mend: {
        en: "Start the newer version, or restore a backup made by this one.",
        zh: "请改用更新的版本启动，或恢复由当前版本制作的备份。",
      },
    },
  );
}

async function record(tx: Tx, engine: string, step: { readonly number: number; readonly name: string }, text: string): Promise<void> {
  await tx`insert into schema_migration (engine, number, name, hash) values (${engine}, ${step.number}, ${step.name}, ${createHash("sha256").update(text).digest("hex")})`;
}

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openDataDirectory } from "@terrace/server/platform/engines/data-directory";
import { prepareEmbeddedPostgres } from "@terrace/server/platform/engines/embedded-postgres";
import { migrateState } from "@terrace/server/platform/storage/migrate";
import { openPostgres, type Db, type PostgresAddress } from "@terrace/server/platform/storage/postgres";
import { fillFromTemplate } from "./engine-template.ts";

const QUIET = { info: () => undefined, warn: () => undefined, error: () => undefined };

export type TestStateEngine = {
  readonly db: Db;
  readonly address: PostgresAddress;
  readonly pid: number;
  readonly stop: () => Promise<void>;
};

/**
 * A real PostgreSQL with the current schema in a folder of its own. With TERRACE_TEST_DATABASE_URL set, a fresh database on that
 * server instead, so that the same suites run against every supported version.
 */
export async function startStateEngine(options: { readonly connectionsMax?: number } = {}): Promise<TestStateEngine> {
  const url = process.env["TERRACE_TEST_DATABASE_URL"];
  return url === undefined ? startEmbedded(options.connectionsMax ?? 10) : startOnServer(url, options.connectionsMax ?? 10);
}

/** Makes a workspace for one test alone; answers its id. */
export async function makeWorkspace(db: Db): Promise<number> {
  const [row] = await db<{ id: number }[]>`insert into workspace (name) values ('test') returning workspace_id as id`;
  if (row === undefined) throw new Error("no workspace was made");
  return row.id;
}

/** Has every change of rows of a workspace in some tables fail, until what is answered is called. */
export async function refuseWrites(db: Db, tables: readonly string[], workspaceId: number): Promise<() => Promise<void>> {
  await db.unsafe(`create function refuse_writes() returns trigger language plpgsql as $$ begin raise exception 'refused'; end $$`);
  for (const table of tables)
    await db.unsafe(
      `create trigger refuse_writes before update on ${table} for each row when (old.workspace_id = ${workspaceId}) execute function refuse_writes()`,
    );
  return async () => void (await db.unsafe("drop function refuse_writes cascade"));
}

async function startEmbedded(connectionsMax: number): Promise<TestStateEngine> {
  const folder = await mkdtemp(join(tmpdir(), "terrace-state-"));
  await fillFromTemplate(folder, ["state"]);
  const data = await openDataDirectory(folder);
  const prepared = await prepareEmbeddedPostgres(data, QUIET);
  const child = await prepared.start(new AbortController().signal);
  const db = openPostgres(prepared.address, { connectionsMax, name: "test" });
  await migrateState(db);
  return {
    db,
    address: prepared.address,
    pid: child.pid,
    stop: async () => {
      await db.end({ timeout: 2 });
      await child.stop();
      await data.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function startOnServer(url: string, connectionsMax: number): Promise<TestStateEngine> {
  const name = `terrace_test_${process.pid}_${Math.random().toString(36).slice(2, 10)}`;
  const admin = openPostgres({ url }, { connectionsMax: 1, name: "test-admin" });
  await admin.unsafe(`create database ${name}`);
  const address = { url: Object.assign(new URL(url), { pathname: `/${name}` }).toString() };
  const db = openPostgres(address, { connectionsMax, name: "test" });
  await migrateState(db);
  return {
    db,
    address,
    pid: 0,
    stop: async () => {
      await db.end({ timeout: 2 });
      await admin.unsafe(`drop database if exists ${name} with (force)`);
      await admin.end({ timeout: 2 });
    },
  };
}

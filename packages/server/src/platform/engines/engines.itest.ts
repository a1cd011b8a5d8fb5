import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { chmod, mkdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import postgres from "postgres";
import { afterEach, describe, expect, test } from "vitest";
import {
  ELSEWHERE,
  connectClickHouse,
  eventually,
  killEngine,
  startHarness,
  temporaryPath,
  type EnginesHarness,
  type HarnessOptions,
} from "./engines-harness.ts";
import type { PostgresEndpoint } from "./engines.ts";
import { isAlive, processesIn } from "./process-table.ts";

const FIXTURE = fileURLToPath(new URL("engines-fixture.ts", import.meta.url));

const cleanUps: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).toReversed()) await cleanUp();
});

async function start(options: HarnessOptions = {}): Promise<EnginesHarness> {
  const harness = await startHarness(options);
  cleanUps.push(harness.stop);
  return harness;
}

async function folder(): Promise<string> {
  const path = await temporaryPath();
  cleanUps.push(() => rm(path, { recursive: true, force: true }));
  return path;
}

function connect(endpoint: PostgresEndpoint): postgres.Sql {
  if ("url" in endpoint) throw new Error("the embedded server has no URL");
  const sql = postgres({ ...endpoint, max: 2, onnotice: () => undefined });
  cleanUps.push(() => sql.end({ timeout: 1 }));
  return sql;
}

/** Engines in a process of their own, which can be killed as Terrace can. */
async function startInChild(path: string): Promise<Readonly<{ child: ChildProcess; pids: readonly number[] }>> {
  const child = spawn(process.execPath, ["--no-warnings", FIXTURE, path], { stdio: ["ignore", "pipe", "inherit"] });
  cleanUps.push(async () => void child.kill("SIGKILL"));
  if (child.stdout === null) throw new Error("no output");
  const [line] = await once(child.stdout, "data");
  return { child, pids: JSON.parse(String(line)) as number[] };
}

describe("embedded engines", () => {
  test("start empty, keep their data, start again, and come back when ClickHouse is killed", async () => {
    const path = await folder();
    const first = await startHarness({ path });
    const sql = connect(first.engines.postgres);
    await sql`create table kept (id int)`;
    await sql`insert into kept values (1)`;
    await sql.end();
    const client = connectClickHouse(first.engines.clickhouse);
    await client.command({ query: "CREATE TABLE kept (id UInt8) ENGINE = MergeTree ORDER BY id" });
    await client.insert({ table: "kept", values: [{ id: 1 }], format: "JSONEachRow" });
    await client.close();
    await first.stop();
    expect(processesIn(join(path, "events"))).toEqual([]);
    expect(processesIn(join(path, "state", "postgres"))).toEqual([]);

    const second = await start({ path });
    expect(await connect(second.engines.postgres)`select id from kept`).toMatchObject([{ id: 1 }]);
    const again = connectClickHouse(second.engines.clickhouse);
    expect(await (await again.query({ query: "SELECT id FROM kept", format: "JSONEachRow" })).json()).toEqual([{ id: 1 }]);
    expect(second.log).toEqual([]);
    await killEngine(second.engines, "clickhouse", "SIGKILL");
    expect(await (await eventually(() => again.query({ query: "SELECT id FROM kept", format: "JSONEachRow" }))).json()).toEqual([
      { id: 1 },
    ]);
    await again.close();
  });

  test("are reached by sockets that only this account may use", async () => {
    const { engines, path } = await start();
    const { postgres: address } = engines;
    if ("url" in address) throw new Error("expected a socket");
    expect((await stat(address.host)).mode & 0o077).toBe(0);
    expect((await stat(join(path, "run", "clickhouse.sock"))).mode & 0o077).toBe(0);
    expect(await connect(address)`show listen_addresses`).toMatchObject([{ listen_addresses: "" }]);
  });

  test("run PostgreSQL safely: synced, with checksums, without values in its log", async () => {
    const { engines, log } = await start({ clickhouseUrl: ELSEWHERE });
    const sql = connect(engines.postgres);
    const settings =
      await sql`select name, setting from pg_settings where name in ('fsync', 'full_page_writes', 'synchronous_commit', 'data_checksums', 'server_encoding', 'TimeZone')`;
    expect(Object.fromEntries(settings.map((row) => [row["name"], row["setting"]]))).toEqual({
      fsync: "on",
      full_page_writes: "on",
      synchronous_commit: "on",
      data_checksums: "on",
      server_encoding: "UTF8",
      TimeZone: "UTC",
    });
    await sql`create table people (phone text primary key)`;
    await sql`insert into people values ('13800138000')`;
    await expect(sql`insert into people values (${"13800138000"})`).rejects.toMatchObject({ code: "23505" });
    await expect(sql`select ${"13800138000"}::text::uuid`).rejects.toMatchObject({ code: "22P02" });
    expect(log.join("\n")).not.toContain("13800138000");
  });

  test.skipIf(process.getuid?.() !== 0)(
    "run PostgreSQL as another account when Terrace is root, also in a folder closed to others",
    async () => {
      const closed = await folder();
      await mkdir(join(closed, "home"));
      await chmod(join(closed, "home"), 0o700);
      const { engines, path } = await start({ path: join(closed, "home", "data"), clickhouseUrl: ELSEWHERE });
      expect(await connect(engines.postgres)`select 1 as one`).toMatchObject([{ one: 1 }]);
      expect((await stat(join(path, "state", "postgres"))).uid).not.toBe(0);
      await killEngine(engines, "postgres", "SIGKILL");
      expect(await eventually(() => connect(engines.postgres)`select 1 as one`)).toMatchObject([{ one: 1 }]);
    },
  );

  test("put their sockets elsewhere when the data directory's path is long", async () => {
    const path = join(await folder(), "x".repeat(90));
    const { engines } = await start({ path });
    expect(await connect(engines.postgres)`select 1 as one`).toMatchObject([{ one: 1 }]);
    const client = connectClickHouse(engines.clickhouse);
    expect(await client.ping()).toEqual({ success: true });
    await client.close();
  });

  test("refuse a folder whose name the engine would take for a pattern", async () => {
    const path = join(await folder(), "a*b");
    await expect(startHarness({ path })).rejects.toMatchObject({ code: "data.unusable_path" });
    expect(processesIn(join(path, "state", "postgres"))).toEqual([]);
  });

  test("take a folder with spaces, quotes and Chinese characters in its name", async () => {
    const { engines } = await start({ path: join(await folder(), "it's 数据") });
    const client = connectClickHouse(engines.clickhouse);
    await client.command({ query: "CREATE TABLE t (id UInt8) ENGINE = MergeTree ORDER BY id" });
    await client.insert({ table: "t", values: [{ id: 1 }], format: "JSONEachRow" });
    expect(await (await client.query({ query: "SELECT id FROM t", format: "JSONEachRow" })).json()).toEqual([{ id: 1 }]);
    expect(await connect(engines.postgres)`select 1 as one`).toMatchObject([{ one: 1 }]);
    await client.close();
  });
});

describe("a killed Terrace", () => {
  test("leaves the data directory free, and what it left running is ended", async () => {
    const path = await folder();
    const { child, pids } = await startInChild(path);
    child.kill("SIGKILL");
    await once(child, "exit");
    const sinceMs = performance.now();
    const { engines } = await start({ path });
    expect(performance.now() - sinceMs).toBeLessThan(10_000);
    expect(pids.filter((pid) => isAlive(pid))).toEqual([]);
    expect(await connect(engines.postgres)`select id from kept`).toMatchObject([{ id: 1 }]);
  });

  test("that lives is named to the second one", async () => {
    const path = await folder();
    const { child } = await startInChild(path);
    await expect(startHarness({ path })).rejects.toMatchObject({
      code: "data.in_use",
      message: expect.stringContaining(`process ${child.pid}`),
    });
    const exited = once(child, "exit");
    child.kill("SIGTERM");
    expect(await exited).toEqual([0, null]);
  });
});

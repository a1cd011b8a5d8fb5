import { spawnSync } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createServerDatabases, requiredServers, type ServerDatabases } from "@terrace/testkit/server-databases";
import { eventually, startTerrace, type TestTerrace } from "@terrace/testkit/terrace";
import { ch, openWarehouse } from "@terrace/server/platform/storage/clickhouse";
import { afterAll, beforeAll, expect, test } from "vitest";
import { person } from "../sdk/arrivals.ts";

const MAIN = fileURLToPath(new URL("../../packages/server/src/main.ts", import.meta.url));
const PHONE = "13876543210";
const EVENTS = 480;

type Env = Readonly<Record<string, string>>;
type Servers = { readonly databases: ServerDatabases; readonly env: Env };

const opened: ServerDatabases[] = [];
let folder: string;
let source: Servers;
let terrace: TestTerrace;
let file: string;
let before: unknown;

/** Empty databases on the servers of this tier, as `terrace` is told of them. */
async function newServers(): Promise<Servers> {
  const servers = requiredServers();
  const databases = await createServerDatabases(servers);
  opened.push(databases);
  const at = (address: string): string =>
    Object.assign(new URL(address), { pathname: `/${databases.clickhouse.database ?? ""}` }).toString();
  const env = {
    DATABASE_URL: databases.postgres.url,
    CLICKHOUSE_URL: at(servers.clickhouseUrl),
    CLICKHOUSE_CLUSTER: servers.cluster,
    CLICKHOUSE_NODE_URLS: servers.nodeUrls.map(at).join(","),
  };
  return { databases, env };
}

function run(env: Env, ...args: readonly string[]): { readonly code: number | null; readonly text: string } {
  const all = { ...process.env, TERRACE_BACKUP_PASSPHRASE: "a passphrase nobody guesses", TERRACE_LOG_LEVEL: "warn", ...env };
  const done = spawnSync(process.execPath, [MAIN, ...args], { encoding: "utf8", env: all });
  return { code: done.status, text: done.stdout + done.stderr };
}

async function drained(target: TestTerrace): Promise<void> {
  await eventually(async () => {
    const { consumers } = await target.api<{ consumers: { lagEvents: number }[] }>("/feed");
    expect(consumers.filter(({ lagEvents }) => lagEvents > 0)).toEqual([]);
  }, 60_000);
}

/** Everybody with their ids and traits, merges, and what analyses count. */
async function picture(target: TestTerrace): Promise<unknown> {
  await drained(target);
  const { items } = await target.api<{ items: readonly { id: string }[] }>("/people?limit=200");
  const people = await Promise.all(
    items.map(async ({ id }) => {
      const { identities, traits, eventCount } = await target.api<Record<string, unknown>>(`/people/${id}`);
      return { id, identities, traits, eventCount };
    }),
  );
  const names = await target.api<{ items: readonly { name: string; volume: number }[] }>("/event-definitions?limit=200");
  return {
    people: people.toSorted((a, b) => a.id.localeCompare(b.id)),
    merges: await target.api("/merges"),
    events: names.items.map(({ name, volume }) => `${name} ${volume}`).toSorted(),
  };
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "terrace-cluster-backup-"));
  source = await newServers();
  terrace = await startTerrace({ data: join(folder, "source"), env: source.env });
  const batch = Array.from({ length: EVENTS }, (_, index) => ({
    type: "track",
    event: `Kept ${index % 3}`,
    userId: `user-${index % 30}`,
    anonymousId: `device-${index % 40}`,
    messageId: `m-${index}`,
    timestamp: new Date(Date.now() - (index % 90) * 86_400_000).toISOString(),
    properties: { price: index + 0.5, list: [1, 2] },
    context: { traits: { name: `人${index % 5}`, phone: `1390000${1000 + (index % 30)}` } },
  }));
  await terrace.send(batch);
  await terrace.send([
    { type: "identify", userId: "leaves", messageId: "leaves", traits: { phone: PHONE } },
    {
      type: "track",
      event: "Order Completed",
      userId: "leaves",
      messageId: "ordered",
      properties: { comment: "planted text", revenue: 7 },
    },
  ]);
  const [one, other] = [await person(terrace, "user_id", "user-1"), await person(terrace, "user_id", "user-2")];
  if (one.id !== other.id)
    await terrace.api("/merges", { body: { people: [one.id, other.id], reason: "the same", confirmConflicts: true } });
  before = await picture(terrace);
  file = join(folder, "servers.backup");
  const made = run(source.env, "backup", file, "--data", join(folder, "source"));
  expect(made, made.text).toMatchObject({ code: 0 });
});
afterAll(async () => {
  await terrace.stop();
  for (const databases of opened) await databases.stop();
  await rm(folder, { recursive: true, force: true });
});

test("a backup of own servers fills other servers, an embedded installation, and from there servers again: the same people and events", async () => {
  const second = await newServers();
  expect(run(source.env, "restore", file, "--data", join(folder, "never"))).toMatchObject({
    code: 1,
    text: expect.stringContaining("backup.target_not_empty"),
  });
  const data = join(folder, "second");
  const restored = run(second.env, "restore", file, "--data", data);
  expect(restored, restored.text).toMatchObject({ code: 0 });
  const on = await startTerrace({ data, env: second.env });
  try {
    expect(await picture(on)).toEqual(before);
    expect(run(second.env, "doctor", "--json", "--data", data).text).not.toContain('"verdict": "bad"');
    const rows = await Promise.all(
      requiredServers().nodeUrls.map(async (url) => {
        const node = openWarehouse({ url, database: second.databases.clickhouse.database ?? "" });
        const [row] = await node.rows<{ n: number }>(1, "test", ch`select count() as n from events_local`);
        await node.close();
        return row?.n ?? 0;
      }),
    );
    expect(Math.min(...rows), "each shard holds its part").toBeGreaterThan(0);
    expect(rows.reduce((sum, n) => sum + n, 0)).toBe(EVENTS + 2);
  } finally {
    await on.stop();
  }

  const embedded = join(folder, "embedded");
  expect(run({}, "restore", file, "--data", embedded)).toMatchObject({ code: 0 });
  const carried = join(folder, "embedded.backup");
  expect(run({}, "backup", carried, "--data", embedded)).toMatchObject({ code: 0 });
  const third = await newServers();
  const back = run(third.env, "restore", carried, "--data", join(folder, "third"));
  expect(back, back.text).toMatchObject({ code: 0 });
  const again = await startTerrace({ data: join(folder, "third"), env: third.env });
  try {
    expect(await picture(again)).toEqual(before);
  } finally {
    await again.stop();
  }
}, 300_000);

test("whoever was erased since is erased again on own servers, by the list in the data directory that stays", async () => {
  const { id } = await terrace.api<{ id: string }>("/erasures", {
    body: { identities: [{ kind: "user_id", value: "leaves" }], reason: "asked for it", confirm: "erase" },
  });
  // New databases, the same folder: it holds the master key and the list.
  await terrace.stop();
  const fourth = await newServers();
  const data = join(folder, "source");
  const restored = run(fourth.env, "restore", file, "--data", data);
  expect(restored).toMatchObject({ code: 0, text: expect.stringContaining("Erased again") });
  const on = await startTerrace({ data, env: fourth.env });
  try {
    const { items } = await on.api<{ items: { id: string; state: string; reason: string }[] }>("/erasures");
    expect(items).toMatchObject([{ reason: expect.stringContaining(`repeats 1-${id}`) }]);
    await eventually(async () => {
      expect((await on.api<{ state: string }>(`/erasures/${items[0]?.id}`)).state).toBe("done");
    }, 90_000);
    await expect(on.api("/person?kind=user_id&value=leaves")).rejects.toThrow("person.not_found");
    const engine = openWarehouse({ url: requiredServers().clickhouseUrl, database: fourth.databases.clickhouse.database ?? "" });
    const left = await engine.rows<{ name: string; text: string }>(
      1,
      "test",
      ch`select name, concat(message_id, toJSONString(properties)) as text from events where workspace_id = 1 and name not like 'Kept%'`,
    );
    await engine.close();
    // What stays of the order is its number.
    expect(left).toContainEqual({ name: "Order Completed", text: '{"revenue":7}' });
    expect(JSON.stringify(left)).not.toMatch(/planted|leaves|ordered/);
  } finally {
    await on.stop();
  }
}, 200_000);

import { spawn } from "node:child_process";
import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { attachEngines, type AttachedEngines } from "@terrace/server/platform/engines/attach-engines";
import { openWarehouse, type Warehouse } from "@terrace/server/platform/storage/clickhouse";
import { openPostgres, type Db } from "@terrace/server/platform/storage/postgres";
import { eventually, startTerrace, type TestTerrace } from "@terrace/testkit/terrace";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Finding } from "./finding.ts";

type Examinations = { readonly newest: { readonly state: string; readonly findings: readonly Finding[] } | null };

const MAIN = fileURLToPath(new URL("../../main.ts", import.meta.url));
const QUIET = { info: () => undefined, warn: () => undefined, error: () => undefined };
const USERS = 12;
const PHONE = "13800138123";

let terrace: TestTerrace;
let engines: AttachedEngines;
let db: Db;
let warehouse: Warehouse;
beforeAll(async () => {
  terrace = await startTerrace();
  const batch = Array.from({ length: USERS * 3 }, (_, index) => ({
    type: "track",
    event: index < USERS ? "Lost" : "Kept",
    userId: `user-${index % USERS}`,
    // Seen before its owner: the device's events move to the user.
    anonymousId: `device-${index % USERS}`,
    messageId: `m-${index}`,
    context: { traits: { name: `欧阳${index % USERS}`, city: "杭州" } },
  }));
  // A phone is found by its own digits, though nothing was ever said about it as a trait.
  await terrace.send([
    {
      type: "track",
      event: "Kept",
      messageId: "by-phone",
      context: { externalIds: [{ type: "phone", id: PHONE }] },
      anonymousId: "device-by-phone",
    },
  ]);
  await terrace.send(
    Array.from({ length: USERS }, (_, index) => ({
      type: "track",
      event: "Kept",
      anonymousId: `device-${index}`,
      messageId: `d-${index}`,
    })),
  );
  await terrace.send(batch);
  await drained();
  engines = await attachEngines({ data: terrace.data, log: QUIET });
  db = openPostgres(engines.postgres, { connectionsMax: 2, name: "test" });
  warehouse = openWarehouse(engines.clickhouse);
});
afterAll(async () => {
  await db.end();
  await warehouse.close();
  await engines.close();
  await terrace.stop();
});

async function drained(): Promise<void> {
  await eventually(async () => {
    const { consumers } = await terrace.api<{ consumers: { lagEvents: number }[] }>("/feed");
    expect(consumers.every(({ lagEvents }) => lagEvents === 0)).toBe(true);
  }, 30_000);
}

async function doctor(
  ...args: readonly string[]
): Promise<{ readonly code: number | null; readonly findings: ReadonlyMap<string, Finding> }> {
  const child = spawn(process.execPath, [MAIN, "doctor", "--json", "--data", terrace.data, ...args], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  let out = "";
  child.stdout.on("data", (chunk: Buffer) => {
    out += chunk.toString();
  });
  const code = await new Promise<number | null>((resolve) => {
    child.once("close", resolve);
  });
  const { findings } = JSON.parse(out) as { findings: readonly Finding[] };
  return { code, findings: new Map(findings.map((finding) => [finding.check, finding])) };
}

function verdicts(findings: ReadonlyMap<string, Finding>): Readonly<Record<string, string>> {
  return Object.fromEntries([...findings].filter(([, { verdict }]) => verdict !== "ok").map(([name, { verdict }]) => [name, verdict]));
}

test("a healthy installation is healthy; planted faults are found, the safe ones mended, the others left to people", async () => {
  // The disk of the machine that runs this is its own affair.
  const others = (findings: ReadonlyMap<string, Finding>): Readonly<Record<string, string>> => {
    const { disk: _disk, ...rest } = verdicts(findings);
    return rest;
  };
  expect(others((await doctor()).findings)).toEqual({});

  await db`delete from person_profile where (workspace_id, person_id) in (select workspace_id, person_id from person_profile limit 3)`;
  await db`delete from person_term where term like 't:%'`;
  await db`insert into person_term (workspace_id, term, origin_id) values (1, 't:nobody', 7)`;
  await db`insert into person_tag (workspace_id, origin_id, tag, owner, created_at) values (1, 7, 'nobody', 'test', now())`;
  const [moved] = await db<
    { workspace_id: number; origin_id: string }[]
  >`select workspace_id, origin_id from identity where person_id <> origin_id limit 1`;
  const [counted] = await db<
    { last: string }[]
  >`select last_value::text as last from pg_sequences where sequencename = 'person_change_change_seq_seq'`;
  await warehouse.client.command({
    query: `insert into person_of_origin_row (workspace_id, origin_id, person_id, change_seq) select ${moved?.workspace_id}, ${moved?.origin_id}, 4711, ${counted?.last}`,
  });
  await warehouse.client.command({ query: "SYSTEM RELOAD DICTIONARY person_of_origin" });
  await warehouse.client.command({ query: "alter table events delete where name = 'Lost' settings mutations_sync = 2" });

  const found = await doctor();
  expect(found.code).toBe(1);
  expect(others(found.findings)).toEqual({
    "events per day": "warn",
    belongings: "warn",
    "derived rows": "warn",
    profiles: "bad",
    "search terms": "warn",
    "map of people": "bad",
  });
  expect(found.findings.get("events per day")?.found).toContain(`${USERS} events`);
  expect(found.findings.get("map of people")?.found).toContain("1 ids");

  // As the console does it: asked for, one at a time, and what was mended is said.
  const before = (await terrace.api<Examinations>("/doctor")).newest;
  expect(before).toBeNull();
  await terrace.api("/doctor", { body: { mend: true } });
  await expect(terrace.api("/doctor", { body: {} })).rejects.toThrow("request.conflict");
  const mended = await eventually(async () => {
    const { newest } = await terrace.api<Examinations>("/doctor");
    if (newest?.state !== "done") throw new Error(JSON.stringify(newest));
    return newest;
  }, 60_000);
  expect(mended.findings.filter((finding) => finding.mended).map(({ check }) => check)).toEqual([
    "events per day",
    "derived rows",
    "profiles",
    "search terms",
    "map of people",
  ]);
  expect(mended.findings.find(({ check }) => check === "belongings")).toMatchObject({
    verdict: "warn",
    outcome: "belongings.orphans",
    figures: { tagsWithoutId: 1 },
  });
  const { items: logged } = await terrace.api<{ items: readonly { action: string }[] }>("/audit?limit=1");
  expect(logged).toMatchObject([{ action: "doctor.mend" }]);
  await doctor("--fix");
  await eventually(async () => {
    expect(others((await doctor()).findings)).toEqual({ belongings: "warn" });
  }, 30_000);
  // A list of erasures that is lost is written again.
  const lists = join(terrace.data, "erasures");
  for (const name of await readdir(lists)) await rm(join(lists, name));
  expect(others((await doctor("--fix")).findings)).toEqual({ belongings: "warn" });
  expect(await readdir(lists)).toHaveLength(1);
  const { items } = await terrace.api<{ items: readonly unknown[] }>("/people?search=%E6%9D%AD%E5%B7%9E");
  expect(items).toHaveLength(USERS);
  expect((await terrace.api<{ items: readonly unknown[] }>(`/people?search=${PHONE}`)).items).toHaveLength(1);
  await db`delete from person_tag where origin_id = 7`;
});

import { execFileSync, spawnSync } from "node:child_process";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createPrivacyModule, loadMasterKey } from "@terrace/server/modules/privacy/module";
import { attachPostgres } from "@terrace/server/platform/engines/attach-postgres";
import { decodePayload } from "@terrace/server/platform/feed/feed-codec";
import { ch, openWarehouse, type Warehouse } from "@terrace/server/platform/storage/clickhouse";
import { openPostgres, type Db } from "@terrace/server/platform/storage/postgres";
import { eventually, startTerrace, type TestTerrace } from "@terrace/testkit/terrace";
import { afterAll, beforeAll, expect, test } from "vitest";
import { arrived, person } from "../sdk/arrivals.ts";

const MAIN = fileURLToPath(new URL("../../packages/server/src/main.ts", import.meta.url));
const PHONE = "13876543210";
const EMAIL = "planted.erased@secret.example.test";
/** Everything of the erased person that was planted somewhere; the last ones are stored in clear, because nobody can tell that they are personal. */
const NAME = "欧阳修文";
const PERSONAL = [PHONE, EMAIL, "11010519491231002X", NAME];
const IN_CLEAR = [
  "planted-user-id",
  "planted-device-9f",
  "planted nickname",
  "planted remark",
  "planted-tag",
  "planted free text",
  "planted-page",
  "planted title",
  "planted-note",
];

type Erasure = {
  readonly id: string;
  readonly state: string;
  readonly progress: number;
  readonly people: number;
  readonly removed: readonly { store: string; what: string; count: number }[];
};

/** The engines of a data directory, beside the Terrace that runs on it. */
type Opened = { readonly data: string; readonly db: Db; readonly warehouse: Warehouse; readonly close: () => Promise<void> };

let data: string;
let backups: string;
let terrace: TestTerrace;
let opened: Opened;
let db: Db;
let warehouse: Warehouse;

beforeAll(async () => {
  data = await mkdtemp(join(tmpdir(), "terrace-erase-"));
  backups = await mkdtemp(join(tmpdir(), "terrace-erase-backups-"));
  terrace = await startTerrace({ data });
  opened = await openData(data);
  ({ db, warehouse } = opened);
  // Rewritten parts then go from the disk while the tests run, not eight minutes later.
  await warehouse.client.command({
    query: "ALTER TABLE events MODIFY SETTING old_parts_lifetime = 1, cleanup_delay_period = 1, max_cleanup_delay_period = 1",
  });
});
afterAll(async () => {
  await opened.close();
  expect(await terrace.stop()).toBe(0);
  for (const folder of [data, backups]) await rm(folder, { recursive: true, force: true });
});

async function openData(folder: string): Promise<Opened> {
  const quiet = () => undefined;
  const attached = await attachPostgres(folder, { info: quiet, warn: quiet, error: quiet });
  if (!("host" in attached.address)) throw new Error("the embedded engine answers on a socket");
  const own = {
    db: openPostgres(attached.address, { connectionsMax: 2, name: "test" }),
    warehouse: openWarehouse({ url: "http://localhost", socketPath: join(folder, "run", "clickhouse.sock"), database: "default" }),
  };
  const close = async () => {
    await own.db.end({ timeout: 2 });
    await own.warehouse.close();
    await attached.close();
  };
  return { data: folder, ...own, close };
}

/** Ten visits of a person, three of them orders. */
function visits(user: string, device: string) {
  return Array.from({ length: 10 }, (_, index) => ({
    type: "track",
    userId: user,
    anonymousId: device,
    messageId: `${user}-${index}`,
    event: index < 3 ? "Order Completed" : "Product Viewed",
    timestamp: new Date(Date.now() - index * 86_400_000 * 5).toISOString(),
    properties: {
      revenue: 10 + index,
      quantity: index,
      order_id: `planted-note-${user}`,
      comment: `${user} planted free text`,
      phone: PHONE,
    },
    context: { page: { url: `https://shop.example.test/planted-page/${user}`, title: "planted title" }, campaign: { source: "wechat" } },
  }));
}

async function aggregates(from: Warehouse = warehouse) {
  return from.rows(
    1,
    "test",
    ch`select name, count() as events, uniqExact(dictGetOrDefault('person_of_origin', 'person_id', (workspace_id, origin_id), origin_id)) as people,
      sum(ifNull(properties.revenue.:Int64, 0)) as revenue, countIf(utm_source = 'wechat') as wechat, toString(groupUniqArray(toDate(time, 'Asia/Shanghai'))) as days
    from events where workspace_id = 1 group by name order by name`,
  );
}

/** Every row of both engines as text, with what Terrace can decrypt decrypted. */
async function everything({ data: folder, db, warehouse }: Opened): Promise<string> {
  const texts: string[] = [];
  const tables = await db<
    { name: string }[]
  >`select relname as name from pg_class where relnamespace = current_schema()::regnamespace and relkind = 'r'`;
  // Each row as it prints itself; what is binary shows as hexadecimal digits.
  for (const { name } of tables)
    texts.push(...(await db<{ row: string }[]>`select t::text as row from ${db(name)} t`).map(({ row }) => `${name} ${row}`));
  const privacy = createPrivacyModule({ masterKey: await loadMasterKey({ dataDirectory: folder, fromEnvironment: undefined }) });
  for (const { payload } of await db<{ payload: Buffer }[]>`select payload from feed`)
    texts.push(`feed ${JSON.stringify(decodePayload(privacy, payload))}`);
  for (const { body } of await db<
    { body: Buffer }[]
  >`select payload as body from quarantine union all select body from person_note union all select asked from export
    union all select query from saved_analysis union all select query from saved_analysis_version union all select text from annotation
    union all select question from alert union all select decided from decision union all select content from report where content is not null`)
    texts.push(`sealed ${Buffer.from(privacy.decryptPayload(body)).toString("utf8")}`);
  const rows = await warehouse.rows<object>(1, "test", ch`select *, toJSONString(properties) as text from events`);
  texts.push(...rows.map((row) => `events ${JSON.stringify(row)}`));
  return texts.join("\n");
}

function filesWith(text: string): readonly string[] {
  const found = spawnSync("grep", ["-rlaF", "--", text, join(data, "events"), join(data, "state")], { encoding: "utf8" });
  return found.stdout.trim() === "" ? [] : found.stdout.trim().split("\n");
}

async function finished(id: string, on: TestTerrace = terrace): Promise<Erasure> {
  return eventually(async () => {
    const erasure = await on.api<Erasure>(`/erasures/${id}`);
    expect(erasure.state, JSON.stringify(erasure)).toBe("done");
    return erasure;
  }, 90_000);
}

function run(...args: readonly string[]): { readonly code: number | null; readonly text: string } {
  const env = { ...process.env, TERRACE_BACKUP_PASSPHRASE: "a passphrase nobody guesses" };
  const done = spawnSync(process.execPath, [MAIN, ...args], { encoding: "utf8", env });
  return { code: done.status, text: done.stdout + done.stderr };
}

let certificate = "";
let before: Awaited<ReturnType<typeof aggregates>>;

test("of an erased person nothing is left anywhere, and the aggregates are what they were", async () => {
  await terrace.send([
    {
      type: "identify",
      userId: "planted-user-id",
      anonymousId: "planted-device-9f",
      traits: { phone: PHONE, email: EMAIL, id_card: PERSONAL[2], nickname: "planted nickname", name: NAME },
    },
    ...visits("planted-user-id", "planted-device-9f"),
    ...visits("somebody-else", "planted-device-9f").map((event) => ({
      ...event,
      // The device is his who was seen with it first.
      timestamp: new Date(Date.parse(event.timestamp) + 60_000).toISOString(),
      properties: { revenue: 5, kept: "kept text" },
      context: {},
    })),
    // Bad on purpose: it ends in quarantine with its payload.
    { type: "track", userId: "planted-user-id", properties: { phone: PHONE, remark: "planted remark" } },
    { type: "track", userId: "somebody-else", properties: { remark: "kept in quarantine" } },
  ]);
  await arrived(terrace, {}, 21);
  const found = await person(terrace, "user_id", "planted-user-id");
  await terrace.api(`/people/${found.id}/tags`, { body: { tag: "planted-tag" } });
  await terrace.api(`/people/${found.id}/notes`, { body: { text: `planted-note: call ${PHONE}` } });
  // Exports keep what was typed, never rows: one that was read, and one that waits.
  const search = { what: "people", format: "csv", filters: { search: PHONE }, reason: `${PHONE} asked for a copy` };
  const { id: exportId } = await terrace.api<{ id: string }>("/exports", { body: search });
  await fetch(`${terrace.url}/api/workspaces/current/exports/${exportId}/file`, {
    headers: { authorization: `Bearer ${terrace.secretKey}` },
  }).then((answer) => answer.text());
  await terrace.api("/exports", { body: { ...search, filters: { search: "planted nickname" } } });
  await writeAboutThem();
  before = await aggregates();
  const planted = await everything(opened);
  for (const text of [...IN_CLEAR, PHONE, NAME]) expect(planted, "the check can fail").toContain(text);

  const held = await terrace.api<{ holders: { name: string; groups: { key: string; total: number }[] }[] }>(`/people/${found.id}/held`);
  expect(held.holders.map(({ name }) => name)).toEqual(["people", "quarantine", "exports", "insight_texts", "events"]);
  expect(JSON.stringify(held)).not.toContain(PHONE);
  const clear = await terrace.api<object>(`/people/${found.id}/held`, { body: { reason: "handing it over" } });
  expect(JSON.stringify(clear)).toContain(PHONE);

  expect(run("backup", join(backups, "before.backup"), "--data", data)).toMatchObject({ code: 0 });
  const plan = { enabled: false, folder: backups, time: "03:00", timeZone: "UTC", keepDaily: 7, keepWeekly: 4, keepMonthly: 6 };
  await terrace.api("/backups/plan", { method: "PUT", body: plan });

  expect(
    await terrace.api("/erasures/preview", { body: { people: [found.id], identities: [{ kind: "user_id", value: "nobody-here" }] } }),
  ).toMatchObject({ people: 1, notFound: 1 });
  const erasure = await terrace.api<Erasure>("/erasures", { body: { people: [found.id], reason: "asked for it", confirm: "erase" } });
  await eventually(() => expect(terrace.api(`/person?kind=user_id&value=planted-user-id`)).rejects.toThrow("person.not_found"));
  const done = await finished(erasure.id);
  expect(done.removed).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ store: "events", what: "events", count: 11 }),
      expect.objectContaining({ store: "quarantine", what: "events", count: 1 }),
      expect.objectContaining({ store: "exports", what: "requests", count: 2 }),
      // A question and its version, an alert, a note, a decision.
      expect.objectContaining({ store: "insight_texts", what: "texts", count: 5 }),
    ]),
  );

  expect(await aggregates()).toEqual(before);
  await expectNothingLeft(opened);
  const { items: notes } = await terrace.api<{ items: { text: string }[] }>("/annotations");
  expect(notes.map(({ text }) => text)).toEqual(["请联系***，电话***，其他照旧", "与任何人无关"]);
  const { items: saved } = await terrace.api<{ items: { id: string }[] }>("/insight-saved");
  const { query } = await terrace.api<{ query: object }>(`/insight-saved/${saved[0]?.id}`);
  expect(query).toMatchObject({ series: [{ event: { where: { any: [{ is: ["***"] }, { is: ["kept"] }] } } }] });
  expect(await terrace.api("/insight/trends", { body: query })).toHaveProperty("meta");
  certificate = JSON.stringify(await terrace.api(`/erasures/${erasure.id}/certificate`));
}, 180_000);

/** What operators write and ask about people by name and number. */
async function writeAboutThem(): Promise<void> {
  const where = {
    any: [
      { property: "phone", is: [PHONE] },
      { property: "kept", is: ["kept"] },
    ],
  };
  const series = [{ event: { event: "Order Completed", where }, measure: { kind: "events" } }];
  await terrace.api("/insight-saved", { body: { name: "Asked", kind: "trends", query: { period: { last: 7, unit: "day" }, series } } });
  const rule = { kind: "threshold", side: "above", value: 5, consecutive: 1 };
  await terrace.api("/alerts", { body: { name: "Watched", question: { kind: "trends", body: { series } }, rule, interval: "day" } });
  await terrace.api("/annotations", { body: { day: "2026-03-01", text: `请联系${NAME}，电话${PHONE}，其他照旧` } });
  await terrace.api("/annotations", { body: { day: "2026-03-02", text: "与任何人无关" } });
  const { id } = await terrace.api<{ id: string }>("/reports", { body: { kind: "daily", date: "2026-03-01" } });
  await terrace.api(`/reports/${id}/decisions`, { body: { decided: `${NAME}由王芳回访`, reviewOn: "2027-01-01" } });
}

async function expectNothingLeft(where: Opened): Promise<void> {
  const left = await everything(where);
  for (const text of [...PERSONAL, ...IN_CLEAR.filter((text) => text !== "planted-device-9f")])
    expect(linesWith(left, text), text).toEqual([]);
  // The other person used the device too: the event engine and the feed keep their events, without it.
  for (const kept of ["somebody-else", "kept text", "kept in quarantine"]) expect(left).toContain(kept);
}

test("a backup from before the erasure brings nobody back: the list beside it erases them again before anything serves", async () => {
  const target = join(backups, "restored");
  const list = (await readdir(backups)).find((name) => name.endsWith(".ledger")) ?? "no list";
  // Nothing of the person, even to whoever has the key.
  const privacy = createPrivacyModule({ masterKey: await loadMasterKey({ dataDirectory: data, fromEnvironment: undefined }) });
  const told = Buffer.from(privacy.decryptPayload(await readFile(join(backups, list)))).toString("utf8");
  for (const text of [...PERSONAL, ...IN_CLEAR]) expect(told).not.toContain(text);
  const restored = run("restore", join(backups, "before.backup"), "--data", target);
  expect(restored).toMatchObject({
    code: 0,
    text: expect.stringMatching(/Erased again: \d+ ids of 1 erasures[^]*\.ledger, complete up to/),
  });
  const again = await startTerrace({ data: target });
  const engines = await openData(target);
  try {
    // Whatever the purge has done up to now.
    const key = await engines.db`select 1 from person_key k join erased_id e using (workspace_id, origin_id)`;
    expect(key).toHaveLength(0);
    const { accepted } = await again.send([{ type: "track", userId: "planted-user-id", event: "Came Back" }]);
    expect(accepted).toBe(1);
    const { items } = await again.api<{ items: (Erasure & { reason: string })[] }>("/erasures");
    expect(items).toMatchObject([{ reason: expect.stringContaining("repeats 1-1 of") }]);
    await finished(items[0]?.id ?? "", again);
    expect(await aggregates(engines.warehouse)).toEqual(before);
    await expectNothingLeft(engines);
    await expect(again.api("/person?kind=user_id&value=planted-user-id")).rejects.toThrow("person.not_found");
    // Another number than the certificate that was given away.
    const { statement } = await again.api<{ statement: object }>(`/erasures/${items[0]?.id}/certificate`);
    expect(statement).toMatchObject({ number: "1-2", repeats: { number: "1-1", erasedAt: expect.any(String) } });
  } finally {
    await engines.close();
    await again.stop();
  }
}, 180_000);

function linesWith(text: string, part: string): readonly string[] {
  return (
    text
      .split("\n")
      .filter((line) => line.includes(part))
      // The log tells which tag somebody gave; tags are words of the business.
      .filter((line) => !(part === "planted-tag" && line.startsWith("audit_entry ")))
      .map((line) => line.slice(0, 300))
  );
}

test("a replay of the feed brings nothing back, and events of the person are refused and counted", async () => {
  const before = await aggregates();
  await terrace.api("/feed/replay", { body: { consumer: "warehouse", from: new Date(0).toISOString() } });
  await terrace.send([
    { type: "track", userId: "planted-user-id", event: "Came Back" },
    { type: "track", anonymousId: "planted-device-9f", event: "Came Back" },
    { type: "identify", userId: "a-new-id", traits: { phone: PHONE } },
    { type: "identify", userId: "another-new-id", traits: { $phone: PHONE }, context: { externalIds: [{ type: "phone", id: PHONE }] } },
    { type: "track", userId: "somebody-else", anonymousId: "planted-device-9f", event: "Still Here" },
  ]);
  await arrived(terrace, { name: "Still Here" });
  await eventually(async () => {
    const { consumers } = await terrace.api<{ consumers: { lagEvents: number }[] }>("/feed");
    expect(consumers.filter(({ lagEvents }) => lagEvents > 0)).toEqual([]);
  });
  expect(await arrived(terrace, { name: "Came Back" }, 0)).toEqual([]);
  expect((await aggregates()).filter((row) => ["Order Completed", "Product Viewed"].includes((row as { name: string }).name))).toEqual(
    before.filter((row) => ["Order Completed", "Product Viewed"].includes((row as { name: string }).name)),
  );
  await expect(terrace.api(`/person?kind=user_id&value=planted-user-id`)).rejects.toThrow("person.not_found");
  await eventually(async () => {
    const { refused } = await terrace.api<{ refused: { ids: number; events: number } }>("/erasures");
    expect(refused.ids).toBeGreaterThanOrEqual(2);
    expect(refused.events).toBeGreaterThanOrEqual(2);
  });
});

test("the deny-list erases again what an older backup would bring back", async () => {
  const { items } = await terrace.api<{ items: { id: string }[] }>("/erasures/refused");
  expect(items.length).toBeGreaterThanOrEqual(2);
  const again = { people: [...items.map(({ id }) => id), "4242"], reason: "restored", confirm: "erase" };
  await expect(terrace.api("/erasures", { body: again })).rejects.toThrow("person.not_found");
  const { id } = await terrace.api<Erasure>("/erasures", { body: { ...again, refuseUnknown: true } });
  await finished(id);
  const now = await terrace.api<{ items: { id: string }[] }>("/erasures/refused");
  expect(now.items.map((item) => item.id).toSorted()).toEqual([...items.map((item) => item.id), "4242"].toSorted());
}, 120_000);

test("a person who comes back is let in again by an operator, as a stranger", async () => {
  const back = [
    { kind: "user_id", value: "planted-user-id" },
    { kind: "email", value: EMAIL },
  ];
  await terrace.api("/erasures/readmit", { body: { identities: back, reason: "signed up again" } });
  await expect(terrace.api("/erasures/readmit", { body: { identities: back, reason: "twice" } })).rejects.toThrow("erasure.id_not_refused");
  await eventually(async () => {
    await terrace.send([{ type: "identify", userId: "planted-user-id", traits: { city: "Hangzhou", email: EMAIL } }]);
    const stranger = await terrace.api<{ id: string; eventCount: number; tags: unknown[]; notes: unknown[] }>(
      "/person?kind=user_id&value=planted-user-id",
    );
    expect(stranger).toMatchObject({ tags: [], notes: [] });
    const clear = await terrace.api<{ traits: Record<string, unknown> }>(`/people/${stranger.id}/unmask`, {
      body: { reason: "the vault has a new key" },
    });
    expect(clear.traits["email"]).toBe(EMAIL);
  });
});

test("the certificate and the audit log verify, and a changed certificate does not", async () => {
  const file = join(data, "certificate.json");
  await writeFile(file, certificate);
  const { pem } = await terrace.api<{ pem: string }>("/erasures/key");
  const keyFile = join(data, "key.pem");
  await writeFile(keyFile, pem);
  for (const text of [...PERSONAL, ...IN_CLEAR]) expect(certificate).not.toContain(text);
  expect(run("verify-certificate", file, "--key", keyFile)).toMatchObject({ code: 0, text: expect.stringContaining("1 person") });
  await writeFile(file, certificate.replace('"people":1', '"people":2'));
  expect(run("verify-certificate", file, "--key", keyFile)).toMatchObject({ code: 1 });
  const audit = run("verify-audit", "--data", data);
  expect(audit).toMatchObject({ code: 0, text: expect.stringContaining("whole; head") });
  await db.unsafe("alter table audit_entry disable trigger user");
  await db.unsafe("update audit_entry set detail = '{}' where action = 'erasure.request'");
  expect(run("verify-audit", "--data", data)).toMatchObject({ code: 1, text: expect.stringContaining("erasure.request") });
  const check = await terrace.api<{ broken: { action: string } | null }>("/audit/check");
  expect(check.broken).toMatchObject({ action: "erasure.request" });
});

test("no personal value stands in the files of either engine, nor anything of the person in the event engine's", async () => {
  await eventually(async () => {
    const answer = await warehouse.client.query({
      query: "select count() as n from system.parts where table = 'events' and not active",
      format: "JSONEachRow",
    });
    expect(await answer.json<{ n: number }>()).toEqual([{ n: 0 }]);
  }, 60_000);
  for (const text of PERSONAL) expect(filesWith(text), text).toEqual([]);
  const events = execFileSync("grep", ["-rlaF", "--", "somebody-else", data], { encoding: "utf8" });
  expect(events, "the check can fail").not.toBe("");
}, 90_000);

import type { ExportView } from "@terrace/contract/api/exports";
import { eventually, startTerrace, type TestTerrace } from "@terrace/testkit/terrace";
import { createTestTerminal } from "@terrace/testkit/test-terminal";
import { parquetReadObjects } from "hyparquet";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";

import { attachEngines } from "../../platform/engines/attach-engines.ts";
import { openPostgres } from "../../platform/storage/postgres.ts";
import { runExportCommand } from "../../cli/export-command.ts";
import { runImportCommand } from "../../cli/import-command.ts";

let subject: TestTerrace;
let maskedKey = "";
/** More people than are made into a file at once: threads make it, and half of them are not. */
const PEOPLE = 1_100;

type Audit = { readonly items: readonly { readonly action: string; readonly target: string; readonly detail: Record<string, unknown> }[] };

beforeAll(async () => {
  subject = await startTerrace();
  const batch = Array.from({ length: PEOPLE }, (_, index) => [
    {
      type: "identify",
      userId: `u${index}`,
      anonymousId: `d${index}`,
      messageId: `i${index}`,
      timestamp: "2026-03-01T08:00:00.000Z",
      traits: { name: "王芳", phone: `1380013${String(8000 + index)}`, city: index % 2 === 0 ? "上海" : "=cmd|calc", points: index },
    },
    {
      type: "track",
      userId: `u${index}`,
      event: "Order Completed",
      messageId: `o${index}`,
      timestamp: `2026-03-0${1 + (index % 3)}T09:00:00.000Z`,
      properties: { total: index * 10, phone: "13900139000", note: "@SUM(A1)", items: [{ sku: "a" }] },
      context: { page: { url: "https://shop.test/a?b=1" } },
    },
  ]).flat();
  for (let at = 0; at < batch.length; at += 400) await subject.send(batch.slice(at, at + 400));
  const key = await subject.api<{ secret: string }>("/keys", {
    body: { kind: "secret", name: "masked", scopes: ["people:read", "events:read", "data:export"] },
  });
  maskedKey = key.secret;
  await eventually(async () => {
    const { items } = await subject.api<{ items: { volume: number }[] }>("/event-definitions");
    expect(items.map(({ volume }) => volume)).toEqual([PEOPLE, PEOPLE]);
    expect((await subject.api<{ items: unknown[] }>(`/events?messageId=o${PEOPLE - 1}`)).items).toHaveLength(1);
  }, 60_000);
}, 120_000);
afterAll(async () => {
  await subject.stop();
});

async function ask(body: Record<string, unknown>, key = subject.secretKey): Promise<Response> {
  return fetch(new URL("/api/workspaces/current/exports", subject.url), {
    method: "POST",
    headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
    body: JSON.stringify(body),
  });
}

async function read(id: string, key = subject.secretKey, signal?: AbortSignal): Promise<Response> {
  return fetch(new URL(`/api/workspaces/current/exports/${id}/file`, subject.url), {
    headers: { authorization: `Bearer ${key}` },
    ...(signal === undefined ? {} : { signal }),
  });
}

async function file(body: Record<string, unknown>, key = subject.secretKey): Promise<{ readonly id: string; readonly bytes: ArrayBuffer }> {
  const asked = await ask(body, key);
  // The contract says so.
  const { id } = (await asked.json()) as ExportView;
  expect(asked.status).toBe(200);
  const answer = await read(id, key);
  expect(answer.status).toBe(200);
  return { id, bytes: await answer.arrayBuffer() };
}

const textOf = (bytes: ArrayBuffer): string => new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);

async function stateOf(id: string): Promise<ExportView | undefined> {
  return (await subject.api<{ items: ExportView[] }>("/exports")).items.find((one) => one.id === id);
}

test("people as CSV are masked, open right in a spreadsheet, and are on record from beginning to end", async () => {
  const { id, bytes } = await file({ what: "people", format: "csv" });
  const lines = textOf(bytes).split("\r\n");
  expect(lines[0]).toMatch(/^\uFEFFid,name,identified,user_id,/);
  expect(lines[0]?.split(",").slice(-5)).toEqual(["traits.city", "traits.name", "traits.phone", "traits.points", "other_traits"]);
  expect(lines).toHaveLength(PEOPLE + 2);
  expect(textOf(bytes)).not.toContain("王芳");
  expect(textOf(bytes)).toContain("王**");
  expect(textOf(bytes)).toMatch(/138\*{4}8\d\d\d/);
  expect(textOf(bytes)).toContain(",'=cmd|calc,");
  await eventually(async () => {
    expect(await stateOf(id)).toMatchObject({ state: "done", rows: PEOPLE, bytes: bytes.byteLength, clear: false });
  });
  const { items } = await subject.api<Audit>("/audit?action=export");
  expect(
    items.filter(({ target }) => target === `export:${id}`).map(({ action, detail }) => [action, detail["outcome"], detail["rows"]]),
  ).toEqual([
    ["export.end", "done", PEOPLE],
    ["export.start", undefined, undefined],
  ]);
  expect((await read(id)).status).toBe(409);
});

const QUIET = { info: () => undefined, warn: () => undefined, error: () => undefined };
const HALVES = [{ trait: "city:上海" }, { trait: "city:=cmd|calc" }] as const;

test.each([
  { format: "csv", columns: ["id", "phone", "name", "traits.points", "tags"] },
  { format: "csv", columns: ["id", "anonymous_id"], clear: true, reason: "comparing" },
  { format: "jsonl" },
  { format: "jsonl", clear: true, reason: "comparing" },
])("a file made in threads holds what files made at once hold: %j", async (asked) => {
  const linesOf = async (filters: Record<string, string>): Promise<readonly string[]> =>
    textOf((await file({ what: "people", ...asked, filters })).bytes).split(/\r?\n/);
  const whole = await linesOf({});
  const halves = [await linesOf(HALVES[0]), await linesOf(HALVES[1])];
  const head = asked.format === "csv" ? 1 : 0;
  expect(whole).toHaveLength(head + PEOPLE + 1);
  expect(whole.slice(head).toSorted()).toEqual([...halves.flatMap((lines) => lines.slice(head, -1)), ""].toSorted());
  expect(whole.slice(0, head)).toEqual(halves[0]?.slice(0, head));
});

test("a Parquet file of groups made in threads is read like those made at once", async () => {
  const rowsOf = async (filters: Record<string, string>) =>
    parquetReadObjects({ file: (await file({ what: "people", format: "parquet", filters })).bytes });
  const whole = await rowsOf({});
  const halves = [await rowsOf(HALVES[0]), await rowsOf(HALVES[1])];
  expect(whole).toHaveLength(PEOPLE);
  expect(whole).toEqual(halves.flat().toSorted((a, b) => Number(BigInt(String(a["id"])) - BigInt(String(b["id"])))));
});

test("an export ends when its reader leaves or its connections are cut, whatever its threads wait for", async () => {
  const engines = await attachEngines({ data: subject.data, log: QUIET });
  const db = openPostgres(engines.postgres, { connectionsMax: 2, name: "test" });
  const inUse = async () =>
    (await db`select state from pg_stat_activity where application_name = 'terrace-exports' and state <> 'idle'`).length;
  const body = { what: "people", format: "jsonl" };
  try {
    await db.begin(async (tx) => {
      await tx`lock table person_tag in access exclusive mode`;
      const { id: left } = (await (await ask(body)).json()) as ExportView;
      const gone = new AbortController();
      const leaving = read(left, subject.secretKey, gone.signal).then((answer) => answer.arrayBuffer());
      leaving.catch(() => undefined);
      await eventually(async () => expect(await inUse()).toBeGreaterThan(0));
      gone.abort();
      await eventually(async () => expect(await stateOf(left)).toMatchObject({ state: "aborted" }));
      await expect(leaving).rejects.toThrow();

      const { id: cut } = (await (await ask(body)).json()) as ExportView;
      const reading = read(cut);
      await eventually(async () => expect([(await stateOf(cut))?.state, (await inUse()) > 0]).toEqual(["running", true]));
      // What is in use may still be left of the first export: whatever the second one begins to use is cut as well.
      await eventually(async () => {
        await db`select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'terrace-exports' and state <> 'idle'`;
        expect(await stateOf(cut)).toMatchObject({ state: "failed" });
      });
      // Nothing of the file had left yet.
      expect((await reading).status).toBe(503);
    });
    await eventually(async () => expect(await inUse()).toBe(0));
    expect((await file(body)).bytes.byteLength).toBeGreaterThan(100_000);
  } finally {
    await db.end();
    await engines.close();
  }
}, 60_000);

test("clear values need the permission and a reason; both are on record", async () => {
  const clear = { what: "people", format: "jsonl", clear: true };
  expect(await (await ask(clear)).json()).toMatchObject({ error: { code: "export.reason_missing", field: "reason" } });
  const refused = await ask({ ...clear, reason: "campaign by phone" }, maskedKey);
  expect([refused.status, await refused.json()]).toMatchObject([403, { error: { code: "role.not_allowed", field: "clear" } }]);
  const { id, bytes } = await file({ ...clear, reason: "campaign by phone", filters: { trait: "city:上海" } });
  const people = textOf(bytes)
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as { traits: Record<string, unknown> });
  expect(people).toHaveLength(PEOPLE / 2);
  expect(people.every(({ traits }) => traits["name"] === "王芳" && traits["city"] === "上海")).toBe(true);
  const { items } = await subject.api<Audit>("/audit?action=export.start");
  expect(items[0]).toMatchObject({
    target: `export:${id}`,
    detail: { values: "clear", reason: "campaign by phone", filters: { trait: "***" } },
  });
  expect((await read(id, maskedKey)).status).toBe(404);
});

test("events of a time range as Parquet are readable, with properties as columns and times as times", async () => {
  const { bytes } = await file(
    { what: "events", format: "parquet", filters: { name: "Order Completed", from: "2026-03-02T00:00:00.000Z" } },
    maskedKey,
  );
  const rows = await parquetReadObjects({ file: bytes });
  expect(rows).toHaveLength(733);
  expect(rows[0]).toMatchObject({ name: "Order Completed", time: new Date("2026-03-02T09:00:00Z"), "properties.note": "@SUM(A1)" });
  expect(rows.map((row) => Number(row["time"]))).toEqual(rows.map((row) => Number(row["time"])).toSorted((a, b) => a - b));
  expect(rows.every((row) => row["properties.phone"] === "139****9000")).toBe(true);
});

test("any list of the console can be exported, and only with its own permission", async () => {
  const { items } = await subject.api<{ items: { what: string; columns: string[] }[] }>("/exportable");
  expect(items.map(({ what }) => what)).toEqual(
    expect.arrayContaining(["people", "events", "event-definitions", "quarantine", "audit", "merges", "conflicts", "imports", "exports"]),
  );
  const { bytes } = await file({ what: "event-definitions", format: "csv", columns: ["name", "volume"] });
  expect(textOf(bytes)).toContain("name,volume\r\n");
  expect(textOf(bytes)).toContain(`Order Completed,${PEOPLE}`);
  const refused = await ask({ what: "audit", format: "csv" }, maskedKey);
  expect([refused.status, await refused.json()]).toMatchObject([403, { error: { code: "role.not_allowed", field: "what" } }]);
});

test.each([
  [{ what: "nothing", format: "csv" }, "what"],
  [{ what: "people", format: "csv", columns: ["shoe_size"] }, "columns"],
  [{ what: "people", format: "csv", filters: { colour: "red" } }, "colour"],
  [{ what: "audit", format: "csv", clear: true, reason: "because" }, "clear"],
])("what cannot be exported is refused by the name of the field: %j", async (body, field) => {
  const answer = await ask(body);
  expect([answer.status, await answer.json()]).toMatchObject([400, { error: { code: "request.invalid", field } }]);
});

test("a download that breaks off is on record as broken off", async () => {
  // The file is larger than what sockets of both ends may hold (up to 36 MB), so that the server cannot be done with it while nobody reads.
  const large = Object.fromEntries(["a", "b", "c"].map((name) => [name, name.repeat(8_000)]));
  const [batches, perBatch] = [15, 120];
  for (let batch = 0; batch < batches; batch += 1) {
    await subject.send(
      Array.from({ length: perBatch }, (_, index) => ({
        type: "track",
        userId: "u1",
        event: "Large",
        messageId: `large-${batch}-${index}`,
        timestamp: "2026-03-03T09:00:00.000Z",
        properties: { ...large, order: batch * perBatch + index },
      })),
    );
  }
  await eventually(async () => {
    const { items } = await subject.api<{ items: { volume: number }[] }>("/event-definitions?search=Large");
    expect(items[0]?.volume).toBe(batches * perBatch);
  }, 60_000);
  const { id } = (await (await ask({ what: "events", format: "jsonl", filters: { name: "Large" } })).json()) as ExportView;
  const gone = new AbortController();
  const answer = await read(id, subject.secretKey, gone.signal);
  const reader = answer.body?.getReader();
  await reader?.read();
  gone.abort();
  await eventually(async () => {
    expect(await stateOf(id)).toMatchObject({ state: "aborted" });
  });
  const { items } = await subject.api<Audit>("/audit?action=export.end");
  expect(items[0]).toMatchObject({ target: `export:${id}`, detail: { outcome: "aborted" } });
}, 90_000);

test("the command writes a whole file or none, and says why it cannot", async () => {
  const folder = await mkdtemp(join(tmpdir(), "terrace-export-"));
  try {
    const out = join(folder, "people.csv");
    const common = ["--url", subject.url, "--key", maskedKey, "--out", out];
    const terminal = createTestTerminal();
    expect(
      await runExportCommand(["people", ...common, "--filter", "trait=city:上海", "--columns", "user_id,traits.points"], terminal.io),
    ).toBe(0);
    const lines = (await readFile(out, "utf8")).trimEnd().split("\r\n");
    expect([lines[0], lines.length]).toEqual(["\uFEFFuser_id,traits.points", PEOPLE / 2 + 1]);
    expect(await runExportCommand(["people", ...common, "--clear", "--reason", "trying it"], terminal.io)).toBe(1);
    expect(terminal.complained()).toContain("people:unmask");
    expect(await readdir(folder)).toEqual(["people.csv"]);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

test("JSONL in clear, imported into an empty Terrace, gives the same people and events", async () => {
  const folder = await mkdtemp(join(tmpdir(), "terrace-export-"));
  const other = await startTerrace();
  try {
    const terminal = createTestTerminal();
    for (const what of ["people", "events"]) {
      const out = join(folder, `${what}.jsonl`);
      const clear = ["--clear", "--reason", "moving house"];
      expect(await runExportCommand([what, "--url", subject.url, "--key", subject.secretKey, "--out", out, ...clear], terminal.io)).toBe(0);
      const taken = [out, "--mapping", "terrace", "--url", other.url, "--key", other.secretKey];
      expect(await runImportCommand(taken, terminal.io)).toBe(0);
      expect(await runImportCommand(taken, terminal.io)).toBe(0);
    }
    expect(terminal.complained()).toBe("");
    await eventually(async () => {
      expect(await pictureOf(other)).toEqual(await pictureOf(subject));
    }, 30_000);
    const masked = join(folder, "masked.jsonl");
    expect(await runExportCommand(["people", "--url", subject.url, "--key", subject.secretKey, "--out", masked], terminal.io)).toBe(0);
    expect(await runImportCommand([masked, "--mapping", "terrace", "--url", other.url, "--key", other.secretKey], terminal.io)).toBe(1);
    expect(terminal.complained()).toContain("Line 1 is masked");
  } finally {
    await other.stop();
    await rm(folder, { recursive: true, force: true });
  }
}, 180_000);

async function allOf(terrace: TestTerrace, path: string): Promise<readonly Record<string, unknown>[]> {
  const rows: Record<string, unknown>[] = [];
  let cursor: string | undefined;
  do {
    const page: { items: Record<string, unknown>[]; nextCursor?: string } = await terrace.api(
      `${path}&limit=200${cursor === undefined ? "" : `&cursor=${cursor}`}`,
    );
    rows.push(...page.items);
    cursor = page.nextCursor;
  } while (cursor !== undefined);
  return rows;
}

/** What the lists and figures of a Terrace say, without the numbers of ids and when events were received. */
async function pictureOf(terrace: TestTerrace): Promise<unknown> {
  const { items: definitions } = await terrace.api<{ items: Record<string, unknown>[] }>("/event-definitions");
  const people = await allOf(terrace, "/people?");
  const events = await allOf(terrace, "/events?name=Order%20Completed");
  const overview = await terrace.api<{ figures: unknown; topEvents: unknown; people: number }>("/overview?days=30&until=2026-03-31");
  return {
    definitions: definitions.map(({ name, volume }) => [name, volume]),
    people: people
      .map(({ id: _id, ...person }) => JSON.stringify({ ...person, identities: (person["identities"] as unknown[]).length }))
      .toSorted(),
    events: events
      .map(({ messageId, name, time, source, properties, context, displayName }) =>
        [messageId, name, time, source, properties, context, displayName].map((part) => JSON.stringify(part)).join(),
      )
      .toSorted(),
    figures: overview.figures,
    topEvents: overview.topEvents,
  };
}

import { eventually, startTerrace, type TestTerrace } from "@terrace/testkit/terrace";
import { createTestTerminal } from "@terrace/testkit/test-terminal";
import { readFile } from "node:fs/promises";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { runImportCommand } from "./import-command.ts";

let terrace: TestTerrace;
let folder: string;
const { io, said, clear } = createTestTerminal();
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "terrace-import-"));
  terrace = await startTerrace();
}, 120_000);
afterAll(async () => {
  await terrace.stop();
  await rm(folder, { recursive: true, force: true });
});

type Page<T> = { readonly items: readonly T[] };
type Definition = { readonly name: string; readonly volume: number; readonly flagged: number; readonly enforcement: string };
type Quarantined = {
  readonly id: string;
  readonly code: string;
  readonly name: string;
  readonly messageId: string;
  readonly field: string;
};

const MAPPING = {
  kind: "events",
  ids: [
    { kind: "user_id", column: "user" },
    { kind: "phone", column: "phone" },
  ],
  event: { name: "Order Completed" },
  time: { column: "at", zone: "Asia/Shanghai" },
  properties: { order_id: { column: "order" }, revenue: { column: "amount", type: "number" } },
  traits: { name: { column: "name" } },
  refuse: [{ column: "order", matches: "^X", reason: "A test order", keep: true }],
};

async function importFile(name: string, lines: readonly string[], mapping: object = MAPPING): Promise<number> {
  clear();
  await writeFile(join(folder, name), lines.join("\n"));
  await writeFile(join(folder, "mapping.json"), JSON.stringify(mapping));
  return runImportCommand(
    [join(folder, name), "--mapping", join(folder, "mapping.json"), "--url", terrace.url, "--key", terrace.secretKey],
    io,
  );
}

const ordersStored = async (): Promise<number> =>
  (await terrace.api<Page<{ name: string }>>("/events?limit=200&name=Order%20Completed")).items.length;
const rows = [
  "user,phone,name,order,amount,at",
  "u1,13900001111,王一,o1,10.5,2026-07-01 08:00:00",
  "u2,,李二,o2,abc,2026-07-01 09:00:00",
  "u3,,张三,X3,1,2026-07-01 10:00:00",
  "u4,13900004444,,o4,20,2026-07-02 00:30:00",
];

test("a file goes in over HTTP: events, people with their ids, definitions, figures; a repeat changes nothing", async () => {
  expect(await importFile("orders.csv", rows)).toBe(0);
  expect(said()).toContain("4 rows read, 2 accepted, 2 rejected, 2 events made");
  expect(await readFile(join(folder, "orders.csv.rejected.csv"), "utf8")).toBe(
    "row,code,field,detail\n2,import.row_invalid,amount,The value is not a number\n3,import.row_refused,order,A test order\n",
  );
  await eventually(async () => expect(await ordersStored()).toBe(2));
  expect(await importFile("orders.csv", rows)).toBe(0);
  expect(said()).toContain("Already imported: 4 rows read");
  const [order] = (await terrace.api<Page<{ time: string; source: string; properties: object; personId: string }>>("/events?limit=1"))
    .items;
  expect(order).toMatchObject({ time: "2026-07-01T16:30:00.000Z", source: "import", properties: { order_id: "o4", revenue: 20 } });
  const found = await terrace.api<{ id: string; identities: readonly { kind: string; value: string }[] }>(
    "/person?kind=phone&value=13900001111",
  );
  expect(found.identities.map(({ kind }) => kind).toSorted()).toEqual(["phone", "user_id"]);
  const overview = await terrace.api<{ figures: readonly { id: string; value: number }[]; to: string }>("/overview?days=2");
  expect(overview.to).toBe("2026-07-02");
  expect(Object.fromEntries(overview.figures.map(({ id, value }) => [id, value]))).toEqual({
    events: 2,
    active_people: 2,
    new_people: 2,
    orders: 2,
    revenue_minor: 3050,
  });
  const [definition] = (await terrace.api<Page<Definition>>("/event-definitions?search=order")).items;
  expect(definition).toMatchObject({ name: "Order Completed", volume: 2 });
  const detail = await terrace.api<{
    volume30Days: number;
    daily: readonly object[];
    properties: readonly { name: string; types: readonly string[] }[];
  }>("/event-definitions/Order%20Completed");
  expect(detail).toMatchObject({
    volume30Days: 2,
    daily: [
      { day: "2026-07-01", events: 1, people: 1 },
      { day: "2026-07-02", events: 1, people: 1 },
    ],
  });
  expect(detail.properties).toContainEqual(expect.objectContaining({ name: "revenue", types: ["number"] }));
  expect((await terrace.api<Page<{ state: string; rowsRejected: number }>>("/imports")).items).toMatchObject([
    { state: "done", rowsRejected: 2 },
  ]);
});

test("another mapping of a file that is in makes no event a second time", async () => {
  expect(await importFile("orders.csv", rows, { ...MAPPING, properties: { order_id: { column: "order" } } })).toBe(0);
  expect(said()).toContain("4 rows read, 3 accepted, 1 rejected, 1 events made");
  await eventually(async () => expect(await ordersStored()).toBe(3));
});

test("an event kept out by a schema is replayed once the schema allows it, and counts once", async () => {
  await terrace.api("/event-definitions/Order%20Completed", {
    method: "PATCH",
    body: { enforcement: "quarantine", schema: { properties: { coupon: { type: "string", required: true } }, allowOthers: true } },
  });
  const before = await ordersStored();
  const send = (messageId: string, properties: object): Promise<unknown> =>
    terrace.send([{ type: "track", userId: "u1", event: "Order Completed", messageId, properties }]);
  await eventually(async () => {
    await send(`probe-${Math.random()}`, { phone: "13900001111" });
    expect((await terrace.api<Page<Quarantined>>("/quarantine?code=event.schema_mismatch")).items.length).toBeGreaterThan(0);
  });
  await send("kept-out", { note: "13900002222", revenue: 5 });
  const kept = await eventually(async () => {
    const row = (await terrace.api<Page<Quarantined>>("/quarantine?code=event.schema_mismatch")).items.find(
      ({ messageId }) => messageId === "kept-out",
    );
    expect(row).toMatchObject({ field: "properties.coupon", name: "Order Completed" });
    return row;
  });
  const shown = await terrace.api<{ payload: string }>(`/quarantine/${kept?.id ?? ""}`);
  expect(shown.payload).not.toContain("13900002222");
  const replay = (): Promise<{ replayed: number; stillBad: number }> =>
    terrace.api("/quarantine/replay", { body: { ids: [kept?.id ?? ""] } });
  expect(await replay()).toEqual({ replayed: 0, stillBad: 1 });
  await terrace.api("/event-definitions/Order%20Completed", { method: "PATCH", body: { enforcement: "accept" } });
  expect(await replay()).toEqual({ replayed: 1, stillBad: 0 });
  expect(await replay()).toEqual({ replayed: 0, stillBad: 0 });
  await eventually(async () => expect(await ordersStored()).toBeGreaterThan(before));
  const [event] = (await terrace.api<Page<{ properties: object }>>("/events?messageId=kept-out")).items;
  expect(event).toMatchObject({ properties: { note: "***", revenue: 5 } });
  expect(await terrace.api("/quarantine/discard", { body: { code: "import.row_refused" } })).toEqual({ discarded: 1 });
});

test("a rejected item is decoded again by a replay, and stays open while it is still bad", async () => {
  await terrace.send([{ type: "track", event: "No one", messageId: "nobody" }]);
  const [row] = (await terrace.api<Page<Quarantined>>("/quarantine?code=event.id_missing")).items;
  expect(row).toMatchObject({ messageId: "nobody", name: "No one" });
  expect(await terrace.api("/quarantine/replay", { body: { code: "event.id_missing" } })).toEqual({ replayed: 0, stillBad: 1 });
  await expect(terrace.api("/quarantine/replay", { body: {} })).rejects.toThrow("400");
  await expect(terrace.api("/quarantine/999999")).rejects.toThrow("404");
});

test("a property marked personal goes to the vault from then on", async () => {
  const visit = (room: string): Promise<unknown> =>
    terrace.send([{ type: "track", userId: "u1", event: "Checked In", messageId: `room-${room}`, properties: { room } }]);
  await visit("A-100");
  await eventually(async () =>
    expect((await terrace.api<Page<Definition>>("/event-definitions")).items.map(({ name }) => name)).toContain("Checked In"),
  );
  await terrace.api("/event-definitions/Checked%20In", { method: "PATCH", body: { personalProperties: ["room"] } });
  await visit("B-200");
  await eventually(async () => {
    const events = (await terrace.api<Page<{ messageId: string; properties: { room: string } }>>("/events?name=Checked%20In")).items;
    expect(Object.fromEntries(events.map(({ messageId, properties }) => [messageId, properties.room]))).toEqual({
      "room-A-100": "A-100",
      "room-B-200": "***",
    });
  });
  const audit = await terrace.api<Page<{ action: string }>>("/audit?limit=200");
  expect(new Set(audit.items.map(({ action }) => action))).toEqual(expect.objectContaining(new Set(["event_definition.update"])));
});

test("the live stream tells of an event within seconds", async () => {
  const controller = new AbortController();
  const answer = await fetch(new URL("/api/workspaces/current/live?limit=5", terrace.url), {
    headers: { authorization: `Bearer ${terrace.secretKey}`, accept: "text/event-stream" },
    signal: controller.signal,
  });
  expect(answer.headers.get("content-type")).toContain("text/event-stream");
  let text = "";
  const reading = (async () => {
    const decoder = new TextDecoder();
    try {
      for await (const piece of answer.body ?? []) text += decoder.decode(piece, { stream: true });
    } catch {
      // Ended by the test.
    }
  })();
  const startedAt = Date.now();
  await terrace.send([{ type: "track", userId: "u1", event: "Seen Live", messageId: "live-1" }]);
  await eventually(() => (text.includes("Seen Live") ? Promise.resolve() : Promise.reject(new Error(`not yet: ${text.slice(-300)}`))));
  expect(Date.now() - startedAt).toBeLessThan(5_000);
  controller.abort();
  await reading;
  expect(await terrace.api<{ events: readonly { name: string; displayName: string }[] }>("/live?limit=1")).toMatchObject({
    events: [{ name: "Seen Live" }],
  });
});

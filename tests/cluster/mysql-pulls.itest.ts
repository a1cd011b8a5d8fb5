import type { PullView } from "@terrace/contract/api/pulls";
import { startMariadb, type Mariadb } from "@terrace/testkit/cluster/mariadb";
import { eventually, startTerrace, type TestTerrace } from "@terrace/testkit/terrace";
import { readMysql } from "@terrace/server/modules/pulls/read-mysql";
import { createConnection } from "mysql2";
import { afterAll, beforeAll, expect, test } from "vitest";
import { arrived } from "../sdk/arrivals.ts";

let shop: Mariadb;
let terrace: TestTerrace;

beforeAll(async () => {
  [shop, terrace] = await Promise.all([startMariadb(), startTerrace({ env: { TERRACE_OUTBOUND_ALLOW: "127.0.0.1" } })]);
  await asShop(`create table shop_order (id bigint unsigned primary key, buyer varchar(20), amount decimal(10,2), paid_at timestamp(6) not null,
    local_at datetime, gift tinyint(1), note text character set utf8mb4, picture blob, extra json)`);
  await asShop(`insert into shop_order values
    (9007199254740992, 'u1', 10.50, '2026-03-01 01:00:00.000001', '2026-03-01 09:00:00', 1, '礼物', x'00ff', '{"a":1}'),
    (9007199254740993, 'u2', null, '2026-03-01 02:00:00.000002', null, 0, null, null, null),
    (9007199254740994, null, 30.00, '2026-03-01 03:00:00.000003', null, 0, null, null, null)`);
}, 180_000);
afterAll(async () => {
  await Promise.all([shop.stop(), terrace.stop()]);
});

async function asShop(statement: string): Promise<unknown> {
  const { port, database, user, password } = shop;
  const connection = createConnection({ host: "127.0.0.1", port, database, user, password, timezone: "Z", multipleStatements: true });
  try {
    return await new Promise((resolve, reject) => {
      connection.query(`set time_zone = '+00:00'; ${statement}`, (error, answer) => (error === null ? resolve(answer) : reject(error)));
    });
  } finally {
    connection.destroy();
  }
}

function placeOf(query: string, more: { readonly sinceColumn?: string; readonly password?: string } = {}) {
  const { port, database, user, password } = shop;
  const place = { kind: "mysql" as const, host: "127.0.0.1", port, database, user, password, tls: "off" as const, query };
  return { ...place, sinceColumn: "", ...more };
}

type Read = { readonly place: ReturnType<typeof placeOf>; readonly since?: string; readonly signal?: AbortSignal };

async function rowsOf({ place, since = "", signal = new AbortController().signal }: Read): Promise<readonly Record<string, unknown>[]> {
  const rows: Record<string, unknown>[] = [];
  for await (const batch of readMysql(place, { address: "127.0.0.1", since, signal })) rows.push(...batch);
  return rows;
}

test("a query to MySQL is pulled into an import: new rows once, bad rows rejected", async () => {
  const query = "select id, buyer, amount, paid_at from shop_order where paid_at > :since order by paid_at";
  const mapping = {
    kind: "events",
    ids: [{ kind: "user_id", column: "buyer" }],
    event: { name: "Order Completed" },
    time: { column: "paid_at" },
    properties: { total: { column: "amount", type: "number" }, order_id: { column: "id" } },
  };
  const pull = await terrace.api<PullView>("/pulls", {
    body: {
      name: "shop",
      place: placeOf(query, { sinceColumn: "paid_at" }),
      mapping,
      schedule: { dailyAt: "03:30" },
      since: "1970-01-01T00:00:01Z",
    },
  });
  const first = await ran(pull.id, undefined);
  expect(first).toMatchObject({ state: "done", rows: 3 });
  await eventually(async () => {
    expect(await terrace.api(`/imports/${first.importId ?? ""}`)).toMatchObject({ state: "done", rowsAccepted: 2, rowsRejected: 1 });
  });
  await asShop("insert into shop_order (id, buyer, amount, paid_at) values (4, 'u4', 40, '2026-03-01 03:00:00.000004')");
  await terrace.api(`/pulls/${pull.id}/steer`, { body: { to: "run" } });
  expect(await ran(pull.id, first.id)).toMatchObject({ state: "done", rows: 1 });
  const events = await arrived(terrace, { name: "Order Completed" }, 3);
  expect(events.map(({ properties, time }) => [properties["order_id"], time])).toEqual([
    ["4", "2026-03-01T03:00:00.000Z"],
    ["9007199254740993", "2026-03-01T02:00:00.000Z"],
    ["9007199254740992", "2026-03-01T01:00:00.000Z"],
  ]);
});

async function ran(id: string, before: string | undefined): Promise<PullView["lastRun"] & object> {
  return eventually(async () => {
    const run = (await terrace.api<{ items: PullView[] }>("/pulls")).items.find((one) => one.id === id)?.lastRun;
    if (run == null || run.state === "running" || run.id === before) throw new Error("still running");
    return run;
  }, 30_000);
}

test("values keep all their digits: times to the microsecond, instants told from wall clocks, long ids, bytes, JSON", async () => {
  const [first] = await rowsOf({ place: placeOf("select * from shop_order where buyer = 'u1'") });
  expect(first).toEqual({
    id: "9007199254740992",
    buyer: "u1",
    amount: "10.50",
    paid_at: "2026-03-01T01:00:00.000001Z",
    local_at: "2026-03-01T09:00:00",
    gift: 1,
    note: "礼物",
    picture: Buffer.from([0, 255]),
    extra: { a: 1 },
  });
  const after = (since: string, column: string) =>
    rowsOf({ place: placeOf(`select buyer from shop_order where ${column} > :since and id > 4 or ${column} > :since and id > 4`), since });
  expect(await after("9007199254740993", "id")).toEqual([{ buyer: null }]);
  expect(await after("2026-03-01T02:00:00.000002Z", "paid_at")).toEqual([{ buyer: null }]);
});

test.each([
  ["changes data", "delete from shop_order", /READ ONLY/],
  ["changes a table", "drop table shop_order", /READ ONLY/],
  ["is two statements", "select 1; drop table shop_order", /syntax/],
  ["asks for a file of ours", "load data local infile '/etc/passwd' into table shop_order", /READ ONLY|not supported|LOCAL|disabled/],
  ["is no SQL", "selekt 1", /syntax/],
])("a query that %s changes nothing, even past the check at the door", async (_, query, mend) => {
  await expect(rowsOf({ place: placeOf(query) })).rejects.toMatchObject({
    code: "pull.query_failed",
    message: expect.stringMatching(mend),
  });
  expect((await rowsOf({ place: placeOf("select id from shop_order") })).length).toBeGreaterThanOrEqual(3);
});

test("who is not let in is told so, without the password", async () => {
  const place = placeOf("select 1", { password: "falsch" });
  await expect(rowsOf({ place })).rejects.toMatchObject({ code: "pull.refused", message: expect.not.stringContaining("falsch") });
});

const LONG = "select seq, repeat('x', 500) as text from seq_1_to_5000000";

/** Reads a long answer until `then` was called after its first 20,000 rows; answers how many came. */
async function readLong(signal: AbortSignal, then: () => unknown): Promise<number> {
  let rows = 0;
  for await (const batch of readMysql(placeOf(LONG), { address: "127.0.0.1", since: "", signal })) {
    rows += batch.length;
    if (rows === 20_000) await then();
    if (rows > 1_000_000) return rows;
  }
  return rows;
}

test("a long answer is read no faster than it is taken, and can be broken off", async () => {
  const stop = new AbortController();
  const before = process.memoryUsage().rss;
  const pause = async (): Promise<void> => {
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(process.memoryUsage().rss - before).toBeLessThan(150_000_000);
    stop.abort(new Error("enough"));
  };
  await expect(readLong(stop.signal, pause)).rejects.toThrow("enough");
});

test("an answer that the server breaks off is not taken for its end", async () => {
  const kill = (): Promise<unknown> => asShop(`kill user ${shop.user}`).catch(() => undefined);
  await expect(readLong(new AbortController().signal, kill)).rejects.toMatchObject({ code: "pull.refused" });
});

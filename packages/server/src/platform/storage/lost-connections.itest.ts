import { startStateEngine, type TestStateEngine } from "@terrace/testkit/state-engine";
import { connect, createServer, type Server, type Socket } from "node:net";
import { setImmediate as nextTurn } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { troubleOf } from "../http/dependency-fault.ts";
import { inTransaction, openPostgres, type Db, type Tx } from "./postgres.ts";

let engine: TestStateEngine;
let way: Way;
beforeAll(async () => {
  engine = await startStateEngine();
  await engine.db`create table kept (mark integer not null, part integer not null)`;
  way = await openWay();
}, 120_000);
afterAll(async () => {
  await way.close();
  await engine.stop();
});

type Way = {
  readonly port: number;
  /** Breaks all connections as soon as so much more was said by them; those that still begin are let begin. */
  readonly breakAfter: (messages: number) => void;
  readonly close: () => Promise<void>;
};

/** A way to the engine on which connections break. */
async function openWay(): Promise<Way> {
  const begun = new Set<Socket>();
  let left = Infinity;
  const server: Server = createServer((near) => {
    const far =
      "url" in engine.address
        ? connect(portOf(engine.address.url), hostOf(engine.address.url))
        : connect(`${engine.address.host}/.s.PGSQL.${engine.address.port}`);
    let hasAskedTypes = false;
    near.on("data", (said) => {
      if (begun.has(near)) left -= 1;
      if (left <= 0) {
        left = Infinity;
        for (const each of begun) each.resetAndDestroy();
        return;
      }
      far.write(said);
      // The last thing that a connection asks for itself is which types there are; what it says next is said for somebody.
      if (hasAskedTypes) begun.add(near);
      hasAskedTypes ||= said.includes("pg_catalog.pg_type");
    });
    far.on("data", (answer) => near.write(answer));
    near.on("error", () => far.destroy()).on("close", () => (begun.delete(near), far.destroy()));
    far.on("error", () => near.destroy()).on("close", () => near.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  return {
    port: typeof address === "object" ? (address?.port ?? 0) : 0,
    breakAfter: (messages) => {
      left = messages;
    },
    close: async () => {
      for (const each of begun) each.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

const portOf = (url: string): number => Number(new URL(url).port || 5432);
const hostOf = (url: string): string => new URL(url).hostname;

let marks = 0;

async function asked(db: Db): Promise<void> {
  const mark = (marks += 1);
  const rows = await db<{ mark: number }[]>`select ${mark}::int as mark from generate_series(1, 3)`;
  expect(rows.map((row) => row.mark)).toEqual([mark, mark, mark]);
}

async function written(db: Db): Promise<void> {
  const mark = (marks += 1);
  await inTransaction(db, async (tx) => {
    await tx`insert into kept (mark, part) values (${mark}, 1)`;
    await nextTurn();
    await tx.savepoint(async (inner) => {
      await inner`insert into kept (mark, part) values (${mark}, 2)`;
    });
    const [row] = await tx<{ mark: number }[]>`select ${mark}::int as mark`;
    expect(row?.mark).toBe(mark);
    await tx`insert into kept (mark, part) values (${mark}, 3)`;
  });
}

/** Works on after its statement failed, and after its connection was lost while it did something else. */
async function stubborn(db: Db): Promise<void> {
  const mark = (marks += 1);
  await inTransaction(db, async (tx) => {
    await tx`select 1`.catch(() => undefined);
    for (let turn = 0; turn < 20; turn += 1) await nextTurn();
    await tx`insert into kept (mark, part) values (${mark}, 1)`;
    await tx`insert into kept (mark, part) values (${mark}, 2)`;
    await tx`insert into kept (mark, part) values (${mark}, 3)`;
  });
}

/** Whether all succeed. They may fail with their connection, but by nothing else. */
async function soundly(works: readonly Promise<void>[]): Promise<boolean> {
  const failures = (await Promise.allSettled(works)).flatMap((each) => (each.status === "rejected" ? [each.reason as unknown] : []));
  expect(failures.filter((failure) => !(failure instanceof Error && "code" in failure))).toEqual([]);
  return failures.length === 0;
}

test("wherever connections break, each question gets its own answer or fails, transactions are whole, and the pool goes on", async () => {
  const address =
    "url" in engine.address
      ? { url: Object.assign(new URL(engine.address.url), { host: `127.0.0.1:${way.port}` }).toString() }
      : { ...engine.address, host: "127.0.0.1", port: way.port };
  const db = openPostgres(address, { connectionsMax: 4, name: "test" });
  for (let messages = 1; messages <= 40; messages += 2) {
    way.breakAfter(messages);
    await soundly(Array.from({ length: 4 }, () => [asked(db), written(db), stubborn(db)]).flat());
    way.breakAfter(Infinity);
    while (!(await soundly(Array.from({ length: 8 }, () => asked(db)))));
  }
  expect(await engine.db`select mark from kept group by mark having array_agg(part order by part) <> array[1, 2, 3]`).toHaveLength(0);
  await db.end({ timeout: 2 });
}, 120_000);

test("a connection that the engine ends fails what was asked on it, and nothing after", async () => {
  const db = openPostgres(engine.address, { connectionsMax: 1, name: "ended" });
  for (let round = 0; round < 3; round += 1) {
    const waiting = db`select pg_sleep(60)`.catch((error: unknown) => error);
    const ended = async () =>
      (
        await engine.db`
      select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'ended' and wait_event = 'PgSleep'`
      ).length > 0;
    await expect.poll(ended, { timeout: 30_000 }).toBe(true);
    expect(await waiting).toMatchObject({ code: expect.stringMatching(/^(57P01|CONNECTION_CLOSED)$/) as string });
    await asked(db);
  }
  await db.end({ timeout: 2 });
}, 60_000);

test.each([
  ["its connection was lost", Object.assign(new Error("write CONNECTION_CLOSED"), { code: "CONNECTION_CLOSED" }), "unavailable"],
  ["its work failed", new Error("no such tier"), "other"],
  ["it is done", undefined, "other"],
])("what is asked of a transaction after %s is refused, and says so", async (_, cause, trouble) => {
  const kept: Tx[] = [];
  const done = inTransaction(engine.db, async (tx) => {
    kept.push(tx);
    await tx`select 1`;
    if (cause !== undefined) throw cause;
  });
  expect(await done.catch((error: unknown) => error)).toBe(cause);
  const refusal = await Promise.resolve()
    .then(() => Promise.all(kept.map((tx) => tx`select 2`)))
    .catch((error: unknown) => error);
  expect([String(refusal), troubleOf(refusal)]).toEqual(["Error: the transaction is over", trouble]);
});

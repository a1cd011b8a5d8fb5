import { expect, test } from "vitest";
import type { ChdbConnection } from "./chdb-addon.ts";
import type { ConnectionSetup } from "./clickhouse-request.ts";
import { ConnectionPool } from "./connection-pool.ts";

function startPool(limits: Readonly<{ idleMax?: number; idleMs?: number }> = {}) {
  const open = new Set<ChdbConnection>();
  const clock = { nowMs: 0 };
  const addon = {
    CreateConnection: (): ChdbConnection => {
      const connection: ChdbConnection = { __brand: "ChdbConnection" };
      open.add(connection);
      return connection;
    },
    CloseConnection: (connection: ChdbConnection): void => {
      expect(open.delete(connection)).toBe(true);
    },
  };
  return { pool: new ConnectionPool({ addon, path: "/nowhere", nowMs: () => clock.nowMs, ...limits }), open, clock };
}

function setup(shape: string | undefined, settings = ""): ConnectionSetup {
  return { shape, settings, parameters: "" };
}

test("a connection is kept for the next statement of its shape, with what it was told", () => {
  const { pool, open } = startPool();
  const first = pool.take("a");
  expect(first.setup).toBeUndefined();
  pool.keep(first, setup("a", "SET x = 1"));
  const second = pool.take("a");
  expect(second.connection).toBe(first.connection);
  expect(second.setup?.settings).toBe("SET x = 1");
  expect(open.size).toBe(1);
});

test("a connection is never held twice", () => {
  const { pool } = startPool();
  pool.keep(pool.take("a"), setup("a"));
  expect(pool.take("a").connection).not.toBe(pool.take("a").connection);
});

test("statements of another shape, or of none, get a new connection", () => {
  const { pool } = startPool();
  const first = pool.take("a");
  pool.keep(first, setup("a"));
  expect(pool.take("b").connection).not.toBe(first.connection);
  expect(pool.take(undefined).connection).not.toBe(first.connection);
});

test("a connection without a shape is closed instead of kept", () => {
  const { pool, open } = startPool();
  pool.keep(pool.take(undefined), setup(undefined));
  expect(open.size).toBe(0);
});

test("no more than the allowed number stay idle: the longest idle is closed", () => {
  const { pool, open } = startPool({ idleMax: 2 });
  const held = ["a", "b", "c"].map((shape) => ({ shape, connection: pool.take(shape) }));
  for (const { shape, connection } of held) pool.keep(connection, setup(shape));
  expect(open.size).toBe(2);
  expect(pool.take("a").setup).toBeUndefined();
  expect(pool.take("c").setup).toBeDefined();
});

test("a connection is closed when it was idle for long, and after many statements", () => {
  const { pool, open, clock } = startPool({ idleMs: 100 });
  pool.keep(pool.take("a"), setup("a"));
  clock.nowMs = 60;
  pool.keep(pool.take("b"), setup("b"));
  clock.nowMs = 110;
  pool.closeStale();
  expect(open.size).toBe(1);
  for (let uses = 1; uses < 1_000; uses += 1) pool.keep(pool.take("b"), setup("b"));
  expect(open.size).toBe(0);
});

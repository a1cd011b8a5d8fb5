import postgres from "postgres";
import { afterEach, describe, expect, test } from "vitest";
import {
  ELSEWHERE,
  connectClickHouse,
  eventually,
  killEngine,
  startHarness,
  type EnginesHarness,
  type HarnessOptions,
} from "./engines-harness.ts";
import type { PostgresEndpoint } from "./engines.ts";

// Kills each engine several times under load, which takes its time: part of the crash tier. That one kill is survived is held by engines.itest.ts.
const cleanUps: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).toReversed()) await cleanUp();
});

async function start(options: HarnessOptions = {}): Promise<EnginesHarness> {
  const harness = await startHarness(options);
  cleanUps.push(harness.stop);
  return harness;
}

function connect(endpoint: PostgresEndpoint): postgres.Sql {
  if ("url" in endpoint) throw new Error("the embedded server has no URL");
  const sql = postgres({ ...endpoint, max: 2, onnotice: () => undefined });
  cleanUps.push(() => sql.end({ timeout: 1 }));
  return sql;
}

describe("a killed engine", () => {
  test.each(["SIGKILL", "SIGSEGV"] as const)("of PostgreSQL (%s) comes back with every committed row", async (signal) => {
    const { engines } = await start({ clickhouseUrl: ELSEWHERE });
    const sql = connect(engines.postgres);
    await sql`create table kept (id int primary key)`;
    let committed = 0;
    for (let round = 1; round <= 3; round += 1) {
      const killed = killEngine(engines, "postgres", signal);
      for (let isUp = true; isUp;) {
        isUp = await sql`insert into kept values (${committed + 1}) on conflict do nothing`.then(
          () => true,
          () => false,
        );
        if (isUp) committed += 1;
      }
      await killed;
      const [row] = await eventually(() => sql`select count(*)::int as count from kept where id <= ${committed}`);
      expect(row).toMatchObject({ count: committed });
      expect(engines.status().postgres).toMatchObject({ state: "ready", restarts: round });
    }
  });

  test.each(["SIGKILL", "SIGSEGV"] as const)(
    "of ClickHouse (%s) comes back; an insert repeated with its token is there exactly once",
    async (signal) => {
      const { engines } = await start({ databaseUrl: ELSEWHERE });
      const client = connectClickHouse(engines.clickhouse);
      cleanUps.push(() => client.close());
      await client.command({
        query:
          "CREATE TABLE kept (id UInt64, part UInt8) ENGINE = MergeTree PARTITION BY part ORDER BY id SETTINGS non_replicated_deduplication_window = 10000",
      });
      const insert = (id: number) =>
        client.insert({
          table: "kept",
          values: [0, 1, 2].map((part) => ({ id, part })),
          format: "JSONEachRow",
          clickhouse_settings: { insert_deduplication_token: `lane:${id}` },
        });
      let next = 1;
      for (let round = 1; round <= 4; round += 1) {
        const killed = new Promise((resolve) => setTimeout(resolve, 100 * round)).then(() => killEngine(engines, "clickhouse", signal));
        for (let isUp = true; isUp;) {
          isUp = await insert(next).then(
            () => true,
            () => false,
          );
          if (isUp) next += 1;
        }
        await killed;
        await eventually(() => insert(next));
        next += 1;
      }
      const answer = await client.query({
        query:
          "SELECT count()::UInt32 AS ids, min(n)::UInt32 AS least, max(n)::UInt32 AS most FROM (SELECT id, count() AS n FROM kept GROUP BY id)",
        format: "JSONEachRow",
      });
      expect(await answer.json()).toEqual([{ ids: next - 1, least: 3, most: 3 }]);
    },
  );
});

import { SettingsMap, type ClickHouseClient } from "@clickhouse/client";
import { request } from "node:http";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ch, openWarehouse } from "../storage/clickhouse.ts";
import { ELSEWHERE, connectClickHouse, startHarness, type EnginesHarness } from "./engines-harness.ts";

let harness: EnginesHarness;
let client: ClickHouseClient;

beforeAll(async () => {
  harness = await startHarness({ databaseUrl: ELSEWHERE, clickhouseMemoryBytes: 700_000_000 });
  client = connectClickHouse(harness.engines.clickhouse);
  await client.command({
    query:
      "CREATE TABLE things (id UInt64, name String, props JSON) ENGINE = MergeTree ORDER BY id SETTINGS non_replicated_deduplication_window = 1000",
  });
});

afterAll(async () => {
  await client.close();
  await harness.stop();
});

async function rows<T>(query: string, query_params: Record<string, unknown> = {}): Promise<T[]> {
  const answer = await client.query({ query, query_params, format: "JSONEachRow" });
  return answer.json<T>();
}

/** A request past the client, for what it would not send. */
async function raw(
  options: Readonly<{ path: string; body?: string | Buffer; headers?: Record<string, string> }>,
): Promise<Readonly<{ status: number; code: string; text: string }>> {
  const { socketPath } = harness.engines.clickhouse;
  return new Promise((resolve, reject) => {
    const sent = request({ socketPath, method: "POST", agent: false, path: options.path, headers: options.headers ?? {} }, (response) => {
      let text = "";
      response.setEncoding("utf8");
      response.on("data", (chunk: string) => (text += chunk));
      response.on("end", () =>
        resolve({ status: response.statusCode ?? 0, code: String(response.headers["x-clickhouse-exception-code"] ?? ""), text }),
      );
    });
    sent.on("error", reject);
    sent.end(options.body);
  });
}

describe("bound parameters", () => {
  test.each([
    ["tab and newline", "a\tb\nc\r"],
    ["quotes", `it's "quoted" and \`ticked\``],
    ["backslashes", "\\ \\n \\\\ \\' \\N"],
    ["unicode", "梯田 😀 \u0301"],
    ["sql", "'; DROP TABLE things; --"],
    ["comment", "/* x */ -- y"],
    ["empty", ""],
  ])("carry a text with %s unchanged", async (_name, text) => {
    expect(await rows("SELECT {text:String} AS text", { text })).toEqual([{ text }]);
  });

  test("carry arrays, nulls, numbers and maps", async () => {
    const [row] = await rows(
      "SELECT {a:Array(String)} AS a, {n:Nullable(String)} AS n, {i:Int64} AS i, {m:Map(String, UInt8)} AS m, {b:Bool} AS b",
      {
        a: ["x'y", "\\", "\n", "梯"],
        n: null,
        i: -5,
        m: { "k'": 1 },
        b: true,
      },
    );
    expect(row).toEqual({ a: ["x'y", "\\", "\n", "梯"], n: null, i: -5, m: { "k'": 1 }, b: true });
  });

  test("may be many times longer than a URL", async () => {
    const ids = Array.from({ length: 20_000 }, (_, index) => index);
    const query = "SELECT length({ids:Array(UInt64)}) AS count";
    expect(await rows(query, { ids })).toEqual([{ count: 20_000 }]);
    const answer = await client.query({ query, query_params: { ids }, format: "JSONEachRow", use_multipart_params: true });
    expect(await answer.json()).toEqual([{ count: 20_000 }]);
  });

  test("never reach another request", async () => {
    await rows("SELECT {secret:String} AS text", { secret: "mine" });
    await expect(rows("SELECT {secret:String} AS text")).rejects.toMatchObject({ code: "456" });
  });

  test("are the request's own when many requests of one form follow each other", async () => {
    for (let round = 0; round < 5; round += 1) {
      const answers = await Promise.all(
        Array.from({ length: 12 }, (_, index) => rows("SELECT {a:String} AS a, {b:UInt32} AS b", { a: `r${round}`, b: index })),
      );
      expect(answers).toEqual(Array.from({ length: 12 }, (_, index) => [{ a: `r${round}`, b: index }]));
    }
    await expect(rows("SELECT {a:String} AS a, {b:UInt32} AS b", { a: "x" })).rejects.toMatchObject({ code: "456" });
  });
});

describe("inserts", () => {
  test("keep JSON columns and texts with blank lines, and answer with the rows written", async () => {
    await client.command({ query: "TRUNCATE TABLE things" });
    const values = [
      { id: 1, name: "a\n\nb;", props: { k: [1, 2], z: { y: "梯" } } },
      { id: 2, name: "", props: { k: 1.5 } },
    ];
    const result = await client.insert({ table: "things", values, format: "JSONEachRow" });
    expect(result.summary?.written_rows).toBe("2");
    expect(await rows("SELECT * FROM things ORDER BY id")).toEqual(values);
  });

  test("run nothing that stands in the data, even after a blank line", async () => {
    const body = '{"id":10,"name":"x"}\n\nCREATE TABLE planted (a UInt8) ENGINE = Memory';
    const answer = await raw({ path: `/?query=${encodeURIComponent("INSERT INTO things FORMAT JSONEachRow")}`, body });
    expect(answer.status).toBe(400);
    expect(await rows("SELECT name FROM system.tables WHERE name = 'planted'")).toEqual([]);
  });

  test("take blank lines between rows, binary rows and VALUES", async () => {
    await client.command({ query: "TRUNCATE TABLE things" });
    const insert = async (query: string, body: string | Buffer): Promise<void> => {
      expect(await raw({ path: `/?query=${encodeURIComponent(query)}`, body })).toMatchObject({ status: 200 });
    };
    await insert("INSERT INTO things (id, name) FORMAT JSONEachRow", '{"id":1,"name":"a"}\n\n\n{"id":2,"name":"b"}\n');
    await insert(
      "INSERT INTO things (id, name) SETTINGS max_threads = 1 FORMAT RowBinary",
      Buffer.from([3, 0, 0, 0, 0, 0, 0, 0, 2, 10, 10]),
    );
    await insert("INSERT INTO `default`.things (`id`, name) VALUES", "(4, 'd'), (5, upper('e'))");
    await insert("INSERT INTO things (id) /* FORMAT TSV */ FORMAT JSONCompactEachRow", "[6]");
    await client.command({ query: "INSERT INTO things (id, name) VALUES (7, 'g\n\nh')" });
    await client.command({ query: 'INSERT INTO things (id, name) FORMAT JSONEachRow {"id":8,"name":"i"}\n\n{"id":9,"name":"j"}' });
    const stored = await rows<{ name: string }>("SELECT name FROM things ORDER BY id");
    expect(stored.map((row) => row.name)).toEqual(["a", "b", "\n\n", "d", "E", "", "g\n\nh", "i", "j"]);
  });

  test("with a token that was used are ignored, others are not", async () => {
    await client.command({ query: "TRUNCATE TABLE things" });
    const insert = (id: number, token: string) =>
      client.insert({
        table: "things",
        values: [{ id, name: "n" }],
        format: "JSONEachRow",
        clickhouse_settings: { insert_deduplication_token: token },
      });
    await insert(1, "lane:1");
    await insert(1, "lane:1");
    await insert(1, "lane:2");
    expect(await rows("SELECT count()::UInt32 AS count FROM things")).toEqual([{ count: 2 }]);
  });

  test("are compressed either way", async () => {
    await client.command({ query: "TRUNCATE TABLE things" });
    const compressing = connectClickHouse(harness.engines.clickhouse, true);
    const values = Array.from({ length: 3_000 }, (_, id) => ({ id, name: `name ${id}` }));
    await compressing.insert({ table: "things", values, format: "JSONEachRow" });
    const answer = await compressing.query({ query: "SELECT id, name FROM things ORDER BY id", format: "JSONEachRow" });
    expect(answer.response_headers["content-encoding"]).toBe("gzip");
    expect(await answer.json()).toEqual(values);
    await compressing.close();
  });

  test("leave no file behind, also when they fail", async () => {
    await expect(client.insert({ table: "things", values: [{ id: "not a number" }], format: "JSONEachRow" })).rejects.toMatchObject({
      code: "27",
    });
    expect(await readdir(join(harness.path, "tmp", "inserts"))).toEqual([]);
  });

  test("without rows succeed", async () => {
    expect(await raw({ path: `/?query=${encodeURIComponent("INSERT INTO things FORMAT JSONEachRow")}` })).toMatchObject({ status: 200 });
  });

  test("that would silently lose their rows are refused", async () => {
    const query = "INSERT INTO things (id) SELECT x FROM input('x UInt64') FORMAT JSONEachRow";
    expect(await raw({ path: `/?query=${encodeURIComponent(query)}`, body: '{"x":1}' })).toMatchObject({ status: 501, code: "48" });
  });

  test("that unpack to more than the limit are refused", async () => {
    const body = gzipSync(Buffer.alloc(300 * 1024 * 1024, 32));
    const answer = await raw({
      path: `/?query=${encodeURIComponent("INSERT INTO things FORMAT JSONEachRow")}`,
      body,
      headers: { "Content-Encoding": "gzip" },
    });
    expect(answer).toMatchObject({ status: 413, code: "307" });
    expect(await client.ping()).toEqual({ success: true });
  });
});

describe("statements", () => {
  test("take settings from the URL, also maps, and keep them from other requests", async () => {
    await client.command({ query: "TRUNCATE TABLE things" });
    await client.insert({ table: "things", values: [{ id: 1 }, { id: 2 }], format: "JSONEachRow" });
    const answer = await client.query({
      query: "SELECT count()::UInt32 AS count, getSetting('log_comment') AS comment FROM things",
      format: "JSONEachRow",
      clickhouse_settings: { additional_table_filters: SettingsMap.from({ things: "id = 1" }), log_comment: "who 'asked'" },
    });
    expect(await answer.json()).toEqual([{ count: 1, comment: "who 'asked'" }]);
    expect(await rows("SELECT count()::UInt32 AS count, getSetting('log_comment') AS comment FROM things")).toEqual([
      { count: 2, comment: "" },
    ]);
  });

  test("never see what an earlier request of the same form set, also when that one failed or set things itself", async () => {
    const query =
      "SELECT getSetting('log_comment') AS comment, getSetting('max_threads')::UInt8 AS threads, getSetting('max_block_size')::UInt32 AS block";
    const ask = async (log_comment: string, max_threads: number, text = query): Promise<unknown> => {
      const answer = await client.query({ query: text, format: "JSONEachRow", clickhouse_settings: { log_comment, max_threads } });
      return answer.json();
    };
    const [plain] = await rows<{ comment: string; threads: number; block: number }>(query);
    expect(await ask("a", 3)).toEqual([{ ...plain, comment: "a", threads: 3 }]);
    await expect(ask("b", 4, `${query}, nothing`)).rejects.toMatchObject({ code: "47" });
    expect(await ask("c", 5)).toEqual([{ ...plain, comment: "c", threads: 5 }]);
    expect(await ask("d", 6, `${query} SETTINGS max_block_size = 77`)).toEqual([{ comment: "d", threads: 6, block: 77 }]);
    await raw({ path: "/?log_comment=e&max_threads=7", body: "SELECT 1; SET max_block_size = 99" });
    await raw({ path: "/?log_comment=e&max_threads=7", body: "SET max_block_size = 99" });
    expect(await ask("f", 8)).toEqual([{ ...plain, comment: "f", threads: 8 }]);
    expect(await rows(query)).toEqual([plain]);
  });

  test("are not run when their settings are refused", async () => {
    await client.command({ query: "DROP TABLE IF EXISTS made" });
    const query = encodeURIComponent("CREATE TABLE made (a UInt8) ENGINE = Memory");
    expect(await raw({ path: `/?max_threads=many&query=${query}` })).toMatchObject({ status: 400 });
    expect(await rows("EXISTS TABLE made")).toEqual([{ result: 0 }]);
  });

  test.each(["JSON", "JSONCompact", "CSVWithNames", "TabSeparated", "RowBinaryWithNamesAndTypes", "Native"])(
    "answer in %s with and without settings of their own",
    async (format) => {
      const body = "SELECT number, toString(number) AS text FROM numbers(3)";
      const strip = ({ text }: Readonly<{ text: string }>): string => text.replace(/"elapsed": [0-9.e-]+/, "");
      const first = await raw({ path: `/?default_format=${format}&log_comment=${format}`, body });
      const again = await raw({ path: `/?default_format=${format}&log_comment=${format}`, body });
      expect(first.status).toBe(200);
      expect(strip(first)).not.toBe("");
      expect(strip(again)).toBe(strip(first));
    },
  );

  test("run in the database of the request", async () => {
    await client.command({ query: "CREATE DATABASE IF NOT EXISTS `od``d`" });
    const answer = await raw({ path: `/?database=${encodeURIComponent("od`d")}`, body: "SELECT currentDatabase()" });
    expect(answer).toMatchObject({ status: 200, text: "od`d\n" });
    expect(await raw({ path: "/?database=nowhere", body: "SELECT 1" })).toMatchObject({ status: 404, code: "81" });
  });

  test.each([
    ["SELECT nothing", "47", "UNKNOWN_IDENTIFIER"],
    ["SELECT 1 SELECT 2", "62", "SYNTAX_ERROR"],
    ["SELECT * FROM nowhere", "60", "UNKNOWN_TABLE"],
    ["SELECT throwIf(1)", "395", "FUNCTION_THROW_IF_VALUE_IS_NON_ZERO"],
  ])("that fail are reported with their code: %s", async (query, code, type) => {
    await expect(rows(query)).rejects.toMatchObject({ code, type });
  });

  test("with an unknown setting or a bad name are refused", async () => {
    expect(await raw({ path: "/?no_such_setting=1", body: "SELECT 1" })).toMatchObject({ status: 404, code: "115" });
    expect(await raw({ path: "/?max_threads%3D1%3B%20DROP=1", body: "SELECT 1" })).toMatchObject({ status: 400, code: "36" });
  });

  test("that take too long end with code 159", async () => {
    const slow = client.query({
      query: "SELECT count() FROM numbers(100000000000) WHERE sipHash64(number) % 7 = 1",
      clickhouse_settings: { max_execution_time: 1 },
    });
    await expect(slow).rejects.toMatchObject({ code: "159" });
  });

  test("whose result or memory is too large fail alone", async () => {
    await expect(rows("SELECT number FROM numbers(100000000)")).rejects.toMatchObject({ code: "396" });
    await expect(
      client.query({
        query: "SELECT length(groupUniqArray(toString(number))) FROM numbers(200000000)",
        clickhouse_settings: { max_bytes_before_external_group_by: "0" },
      }),
    ).rejects.toMatchObject({ code: "241" });
    expect(await rows("SELECT 1::UInt8 AS one")).toEqual([{ one: 1 }]);
  });

  test("stop when the client hangs up, and never hold up inserts", async () => {
    const hangUp = new AbortController();
    const slow = Promise.allSettled(
      Array.from({ length: 12 }, () =>
        client.query({ query: "SELECT count() FROM numbers(1000000000000) WHERE sipHash64(number) % 7 = 1", abort_signal: hangUp.signal }),
      ),
    );
    await new Promise((resolve) => setTimeout(resolve, 300));
    const sinceMs = performance.now();
    await client.insert({ table: "things", values: [{ id: 77 }], format: "JSONEachRow" });
    // Far below the endless queries beside it; how fast exactly is the bench's business.
    expect(performance.now() - sinceMs).toBeLessThan(20_000);
    hangUp.abort();
    await slow;
    expect(await rows("SELECT 1::UInt8 AS one")).toEqual([{ one: 1 }]);
    await expect
      .poll(
        async () =>
          rows("SELECT count()::UInt32 AS count FROM system.processes WHERE query LIKE '%sipHash64%' AND query NOT LIKE '%processes%'"),
        { timeout: 10_000 },
      )
      .toEqual([{ count: 0 }]);
  });

  test("run side by side", async () => {
    const answers = await Promise.all(Array.from({ length: 60 }, (_, index) => rows("SELECT {index:UInt32} AS index", { index })));
    expect(answers).toEqual(Array.from({ length: 60 }, (_, index) => [{ index }]));
  });
});

test("an engine that is silent for longer than a short question may take is waited for as long as the question itself may take", async () => {
  const warehouse = openWarehouse(harness.engines.clickhouse, { silenceMsMax: 400 });
  const slept = ch`select sleep(2) as slept`;
  const { signal } = new AbortController();
  await expect(warehouse.rows(1, "test", slept, { timeoutSeconds: 0.3 })).rejects.toThrow();
  expect(await warehouse.rows(1, "test", slept, { timeoutSeconds: 600 })).toEqual([{ slept: 0 }]);
  for await (const rowsRead of warehouse.stream(1, "test", slept, { signal, timeoutSeconds: 600 }))
    expect(rowsRead).toEqual([{ slept: 0 }]);
  await warehouse.close();
});

test("a read that is given up before it was sent does not cut short the one that uses its connection next", async () => {
  const warehouse = openWarehouse(harness.engines.clickhouse);
  const read = (seconds: number, signal: AbortSignal) =>
    warehouse.rows(1, "test", ch`select sleep(${{ type: "UInt8", value: seconds }}) as slept`, { signal });
  const { signal } = new AbortController();
  await read(0, signal);
  const givenUp = new AbortController();
  const never = read(0, givenUp.signal);
  givenUp.abort();
  await expect(never).rejects.toThrow();
  expect(await read(3, signal)).toEqual([{ slept: 0 }]);
  await warehouse.close();
});

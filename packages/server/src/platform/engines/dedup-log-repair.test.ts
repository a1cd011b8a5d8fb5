import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { repairInsertTokens } from "./dedup-log-repair.ts";

let events: string;

beforeEach(async () => {
  events = await mkdtemp(join(tmpdir(), "terrace-test-"));
});

afterEach(async () => {
  await rm(events, { recursive: true, force: true });
});

async function makeTable(parts: readonly string[], log: string): Promise<string> {
  const table = join(events, "store", "abc", "abcdef");
  for (const name of [...parts, "detached", "deduplication_logs"]) await mkdir(join(table, name), { recursive: true });
  const path = join(table, "deduplication_logs", "deduplication_log_1.txt");
  await writeFile(path, log);
  return path;
}

test("a token without its part is taken back", async () => {
  const path = await makeTable(["p1_1_1_0"], "1\tp1_1_1_0\tp1_a\n1\tp1_2_2_0\tp1_b\n");
  expect(await repairInsertTokens(events)).toBe(1);
  expect(await readFile(path, "utf8")).toBe("1\tp1_1_1_0\tp1_a\n");
});

test("a token whose part was merged or changed stays", async () => {
  const log = "1\tp1_2_2_0\tp1_a\n1\tp1_3_3_0\tp1_b\n1\tp-2_9_9_0\tp-2_c\n2\tp1_1_1_0\tp1_z\n";
  const path = await makeTable(["p1_1_5_2", "p-2_9_9_0_11"], log);
  expect(await repairInsertTokens(events)).toBe(0);
  expect(await readFile(path, "utf8")).toBe(log);
});

test("a part that was not finished keeps no token", async () => {
  await makeTable(["tmp_insert_p1_4_4_0", "p2_4_4_0"], "1\tp1_4_4_0\tp1_a\n");
  expect(await repairInsertTokens(events)).toBe(1);
});

test("a line that a crash cut short goes", async () => {
  const path = await makeTable(["p1_1_1_0"], "1\tp1_1_1_0\tp1_a\n1\tp1_2");
  expect(await repairInsertTokens(events)).toBe(0);
  expect(await readFile(path, "utf8")).toBe("1\tp1_1_1_0\tp1_a\n");
});

test("an empty store needs nothing", async () => {
  expect(await repairInsertTokens(events)).toBe(0);
});

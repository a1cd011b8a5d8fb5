import { spawn, type ChildProcess } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { eventually, startTerrace, type TestTerrace } from "@terrace/testkit/terrace";
import { afterAll, beforeAll, expect, test } from "vitest";

const MAIN = fileURLToPath(new URL("../../packages/server/src/main.ts", import.meta.url));
const ENV = { ...process.env, TERRACE_BACKUP_PASSPHRASE: "a passphrase nobody guesses", TERRACE_LOG_LEVEL: "error" };
const BATCHES = 60;
const BATCH = 200;

let folder: string;
let source: TestTerrace;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "terrace-backup-crash-"));
  source = await startTerrace({ data: join(folder, "source") });
  for (let round = 0; round < BATCHES; round += 1)
    await source.send(
      Array.from({ length: BATCH }, (_, index) => ({
        type: "track",
        event: `Kept ${index % 5}`,
        userId: `user-${(round * 13 + index) % 500}`,
        messageId: `${round}-${index}`,
        properties: { noise: Math.random().toString(36).repeat(20) },
      })),
    );
  await drained(source);
});
afterAll(async () => {
  await source.stop();
  await rm(folder, { recursive: true, force: true });
});

async function drained(terrace: TestTerrace): Promise<void> {
  await eventually(async () => {
    const { consumers } = await terrace.api<{ consumers: { lagEvents: number }[] }>("/feed");
    expect(consumers.every(({ lagEvents }) => lagEvents === 0)).toBe(true);
  }, 60_000);
}

type Running = { readonly child: ChildProcess; readonly out: () => string; readonly code: Promise<number | null> };

function run(args: readonly string[]): Running {
  const child = spawn(process.execPath, [MAIN, ...args], { stdio: ["ignore", "pipe", "pipe"], env: ENV });
  let out = "";
  for (const stream of [child.stdout, child.stderr])
    stream.on("data", (chunk: Buffer) => {
      out += chunk.toString();
    });
  return { child, out: () => out, code: new Promise((resolve) => void child.once("exit", resolve)) };
}

async function finished(args: readonly string[]): Promise<{ readonly code: number | null; readonly out: string }> {
  const { code, out } = run(args);
  return { code: await code, out: out() };
}

async function countOf(terrace: TestTerrace): Promise<number> {
  const { items } = await terrace.api<{ items: readonly { name: string; volume: number }[] }>("/event-definitions?limit=200");
  return items.reduce((sum, { volume }) => sum + volume, 0);
}

test("kill -9 in the middle of a backup leaves no file that a restore takes", async () => {
  const file = join(folder, "killed.backup");
  for (let round = 0; round < 5; round += 1) {
    const { child, code } = run(["backup", file, "--data", source.data]);
    const partial = await eventually(async () => {
      const found = (await readdir(folder)).find((name) => name.startsWith("killed.backup.") && name.endsWith(".partial"));
      if (found === undefined) throw new Error("not begun");
      return found;
    }, 30_000);
    await sleep(Math.random() * 700);
    child.kill("SIGKILL");
    await code;
    if (existsSync(file)) {
      // The kill came too late: the file must be whole then.
      expect(await finished(["backup", "--verify", file])).toMatchObject({ code: 0 });
      await rm(file);
      continue;
    }
    const restored = await finished(["restore", join(folder, partial), "--data", join(folder, `never-${round}`)]);
    expect(restored.out).toMatch(/backup\.(truncated|damaged|not_a_backup)/);
    expect(restored.code).toBe(1);
    expect(existsSync(join(folder, `never-${round}`))).toBe(false);
    await rm(join(folder, partial), { force: true });
  }
});

/** Milliseconds that a restore takes here when nobody kills it. */
async function wholeRestoreMs(file: string): Promise<number> {
  const target = join(folder, "undisturbed");
  const begunAt = performance.now();
  expect(await finished(["restore", file, "--data", target])).toMatchObject({ code: 0 });
  const tookMs = performance.now() - begunAt;
  await rm(target, { recursive: true });
  return tookMs;
}

test("kill -9 in the middle of a restore leaves nothing that starts; the same command again makes it whole", async () => {
  const file = join(folder, "whole.backup");
  expect(await finished(["backup", file, "--data", source.data])).toMatchObject({ code: 0 });
  // How long a restore takes differs by machine: the kills are spread over the time one took here.
  const tookMs = await wholeRestoreMs(file);
  const target = join(folder, "target");
  const mark = join(target, "restore.unfinished");
  let killed = 0;
  for (const share of [0.3, 0.5, 0.7, 0.85]) {
    const { child, code } = run(["restore", file, "--data", target]);
    await sleep(share * tookMs);
    await eventually(() => (existsSync(mark) ? Promise.resolve() : Promise.reject(new Error("not begun"))), 30_000);
    child.kill("SIGKILL");
    await code;
    if (!existsSync(mark)) {
      // The kill came too late: the restore is whole, and a start would go on for ever.
      await rm(target, { recursive: true, maxRetries: 20, retryDelay: 250 });
      continue;
    }
    killed += 1;
    const started = await finished(["start", "--port", "0", "--data", target]);
    expect(started.out).toContain("data.restore_unfinished");
    expect(started.code).toBe(1);
  }
  expect(killed).toBeGreaterThan(1);
  const restored = await finished(["restore", file, "--data", target]);
  expect(restored.out).toContain("Restored");
  expect(restored.code).toBe(0);
  const again = await startTerrace({ data: target });
  try {
    await drained(again);
    expect(await countOf(again)).toBe(await countOf(source));
    const { items } = await again.api<{ items: readonly unknown[] }>("/events?limit=1");
    expect(items).toHaveLength(1);
  } finally {
    await again.stop();
  }
});

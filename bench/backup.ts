// Backup, verification and restore at three sizes: node bench/run.mjs backup --millions 1,5,20
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { startTerrace } from "@terrace/testkit/terrace";
import { openInstance, type Instance } from "./instance.ts";

const MAIN = fileURLToPath(new URL("../packages/server/src/main.ts", import.meta.url));
const ROWS_PER_INSERT = 500_000;
const { values } = parseArgs({ options: { millions: { type: "string", default: "1,5,20" } } });
const sizes = values.millions.split(",").map((text) => Number(text) * 1_000_000);

/** Events of an ordinary shop, straight into the event engine: 200,000 people, 12 names, 120 days, six properties. */
async function fill({ warehouse }: Instance, from: number, to: number): Promise<void> {
  for (let at = from; at < to; at += ROWS_PER_INSERT)
    await warehouse.client.command({
      query: `
        insert into events (workspace_id, origin_id, name, time, received_at, message_id, event_id, source, properties, channel, page_url, page_path, device_type, browser, os, ip_prefix)
        select 1, bitShiftRight(cityHash64(number % 200000), 1), concat('Event ', toString(cityHash64(number) % 12)),
          now64(3) - toIntervalSecond(cityHash64(number, 1) % (120 * 86400)) as at, at, toString(generateUUIDv4(number)), concat('bench-', toString(number)), 'segment',
          concat('{"product_id":"p-', toString(cityHash64(number, 2) % 5000), '","price":', toString(cityHash64(number, 3) % 100000 / 100), ',"quantity":', toString(1 + number % 5), ',"category":"c', toString(number % 40), '","currency":"CNY","position":', toString(number % 200), '}'),
          ['direct', 'search', 'social', 'email'][1 + number % 4], concat('https://shop.example/p/', toString(cityHash64(number, 2) % 5000)), concat('/p/', toString(cityHash64(number, 2) % 5000)), ['mobile', 'desktop'][1 + number % 2], 'Chrome', 'Android', '203.0.113.0'
        from numbers(${at}, ${Math.min(ROWS_PER_INSERT, to - at)})`,
      clickhouse_settings: { max_partitions_per_insert_block: "0" },
    });
}

type Ran = { readonly seconds: number; readonly peakMb: number; readonly out: string };

/** Runs a command of Terrace; the peak is of that process alone. */
async function run(...args: readonly string[]): Promise<Ran> {
  const began = performance.now();
  const child = spawn(process.execPath, [MAIN, ...args], {
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, TERRACE_BACKUP_PASSPHRASE: "the passphrase of the bench", TERRACE_LOG_LEVEL: "error" },
  });
  let out = "";
  let peakKb = 0;
  for (const stream of [child.stdout, child.stderr])
    stream.on("data", (chunk: Buffer) => {
      out += chunk.toString();
    });
  const watching = setInterval(() => {
    peakKb = Math.max(peakKb, peakOf(child.pid ?? 0));
  }, 200);
  const code = await new Promise<number | null>((resolve) => void child.once("exit", resolve));
  clearInterval(watching);
  if (code !== 0) throw new Error(`${args.join(" ")} ended with ${code}:\n${out}`);
  return { seconds: (performance.now() - began) / 1000, peakMb: Math.round(peakKb / 1024), out };
}

function peakOf(pid: number): number {
  try {
    return Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? 0);
  } catch {
    return 0;
  }
}

const folder = await mkdtemp(join(tmpdir(), "terrace-bench-backup-"));
const data = join(folder, "data");
const terrace = await startTerrace({ data });
const instance = await openInstance(data);
try {
  let filled = 0;
  console.log("| events | backup s | events/s | file MB | peak MB | verify s | restore s | peak MB |");
  console.log("|---|---|---|---|---|---|---|---|");
  for (const size of sizes) {
    await fill(instance, filled, size);
    filled = size;
    const file = join(folder, `${size}.backup`);
    const made = await run("backup", file, "--data", data);
    const verified = await run("backup", "--verify", file);
    const target = join(folder, `restored-${size}`);
    const restored = await run("restore", file, "--data", target);
    const { size: bytes } = await stat(file);
    const cells = [
      `${size / 1e6} M`,
      made.seconds.toFixed(1),
      Math.round(size / made.seconds).toLocaleString("en"),
      (bytes / 1e6).toFixed(0),
      made.peakMb,
      verified.seconds.toFixed(1),
      restored.seconds.toFixed(1),
      restored.peakMb,
    ];
    console.log(`| ${cells.join(" | ")} |`);
    await rm(target, { recursive: true, force: true });
    await rm(file);
  }
} finally {
  await instance.close();
  await terrace.stop();
  await rm(folder, { recursive: true, force: true });
}

// Time until Terrace serves existing data, after a stop in order and after kill -9 under load: node bench/start.ts [--data <folder with data>] [--times 5]
import { spawn, type ChildProcess } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { openDataDirectory } from "@terrace/server/platform/engines/data-directory";
import { startEngines } from "@terrace/server/platform/engines/engines";
import { batchBody, trackText } from "./events.ts";
import { percentile, runLoad } from "./load.ts";

const { values } = parseArgs({
  options: { data: { type: "string" }, times: { type: "string", default: "5" }, rate: { type: "string", default: "5000" } },
});
const times = Number(values.times);
const SCRIPT = fileURLToPath(new URL("../scripts/start.mjs", import.meta.url));
const WRITE_KEY = "bench-write-key";
const LOAD_SECONDS = 4;
const BATCH = 50;

type Started = { readonly child: ChildProcess; readonly url: string; readonly tookMs: number };

const data = values.data ?? (await mkdtemp(join(tmpdir(), "terrace-start-")));
try {
  const first = await start(data);
  console.log(
    `${values.data === undefined ? "first start, with the sample loaded" : "first start of the given data"}: ${(first.tookMs / 1000).toFixed(2)} s`,
  );
  await load(first);
  await end(first, "SIGTERM");
  const bare = await repeat(() => bareNode());
  const engines = await repeat(() => enginesAlone(data));
  const clean = await repeat(async () => {
    const started = await start(data);
    await end(started, "SIGTERM");
    return started.tookMs;
  });
  const crashed = await repeat(async () => {
    await crash(data);
    const started = await start(data);
    await end(started, "SIGTERM");
    return started.tookMs;
  });
  report(bare, engines, { clean, crashed });
} finally {
  if (values.data === undefined) await rm(data, { recursive: true, force: true });
}

async function repeat(measure: () => Promise<number>): Promise<readonly number[]> {
  const taken: number[] = [];
  for (let count = 0; count < times; count += 1) taken.push(await measure());
  return taken;
}

/** What `npm start` runs; the time is that from the start of the process to its word that it serves. */
async function start(path: string): Promise<Started> {
  const startedAt = performance.now();
  const child = spawn(process.execPath, [SCRIPT, "--port", "0", "--data", path], {
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, TERRACE_INIT_WRITE_KEY: WRITE_KEY, TERRACE_LOG_LEVEL: "error", TERRACE_SIMULATED: "off" },
  });
  let output = "";
  const url = await new Promise<string>((resolve, reject) => {
    child.stdout.on("data", (chunk: Buffer) => {
      output += chunk.toString();
      const ready = /Terrace is ready at (\S+)/.exec(output)?.[1];
      if (ready !== undefined) resolve(ready);
    });
    child.stderr.on("data", (chunk: Buffer) => {
      output += chunk.toString();
    });
    child.once("exit", () => reject(new Error(`Terrace did not start:\n${output}`)));
  });
  return { child, url, tookMs: performance.now() - startedAt };
}

async function end({ child }: Started, signal: "SIGTERM" | "SIGKILL"): Promise<void> {
  const exited = new Promise((resolve) => {
    child.removeAllListeners("exit").once("exit", resolve);
  });
  child.kill(signal);
  await exited;
}

/** Leaves the data as a power cut would find them: killed while events come in. */
async function crash(path: string): Promise<void> {
  const started = await start(path);
  const loading = load(started);
  await new Promise((resolve) => {
    setTimeout(resolve, LOAD_SECONDS * 700);
  });
  await end(started, "SIGKILL");
  await loading;
}

async function load({ url }: Started): Promise<void> {
  const run = `start-${Date.now()}`;
  await runLoad({
    url,
    path: "/v1/batch",
    headers: { authorization: `Basic ${btoa(`${WRITE_KEY}:`)}` },
    connections: 8,
    requestsPerSecond: Number(values.rate) / BATCH,
    seconds: LOAD_SECONDS,
    body: (number) => {
      const time = new Date().toISOString();
      return batchBody(
        Array.from({ length: BATCH }, (_, index) => trackText(run, number * BATCH + index, 20_000, time)),
        time,
      );
    },
  });
}

async function bareNode(): Promise<number> {
  const startedAt = performance.now();
  await new Promise((resolve) => {
    spawn(process.execPath, ["-e", "0"], { stdio: "ignore" }).once("exit", resolve);
  });
  return performance.now() - startedAt;
}

/** Both engines on these data with nothing of Terrace above them. */
async function enginesAlone(path: string): Promise<number> {
  const startedAt = performance.now();
  const dataDirectory = await openDataDirectory(path);
  const engines = await startEngines({ dataDirectory, log: { info: () => undefined, warn: console.warn, error: console.error } });
  const tookMs = performance.now() - startedAt;
  await engines.stop();
  await dataDirectory.close();
  return tookMs;
}

function report(
  bare: readonly number[],
  engines: readonly number[],
  restarts: { readonly clean: readonly number[]; readonly crashed: readonly number[] },
): void {
  const bound = percentile(bare, 0.5) + percentile(engines, 0.5);
  const row = (what: string, taken: readonly number[], target: string): string =>
    `| ${what} | ${(percentile(taken, 0.5) / 1000).toFixed(2)} | ${(percentile(taken, 1) / 1000).toFixed(2)} | ${(percentile(taken, 0.5) / bound).toFixed(1)}× | ${target} |`;
  console.log(
    [
      "",
      `| start (${times} each) | median s | max s | to the bound | target |`,
      "|---|---|---|---|---|",
      row("bound: `node -e 0`", bare, ""),
      row("bound: both engines alone", engines, ""),
      row("existing data, after a stop in order", restarts.clean, "< 3 s"),
      row("existing data, after kill -9 under load", restarts.crashed, "< 10 s"),
    ].join("\n"),
  );
}

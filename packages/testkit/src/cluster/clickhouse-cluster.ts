import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { takeFreePorts } from "./free-ports.ts";
import { endProcess } from "./end-process.ts";

/** A running cluster. Statements that every node must run go to each of `nodeUrls`: ON CLUSTER does not work in this mode. */
export type ClickHouseCluster = Readonly<{
  /** The first node; any node answers for the whole cluster. */
  url: string;
  nodeUrls: readonly string[];
  /** The cluster's name in `Distributed(…)`. */
  cluster: string;
  pids: readonly number[];
  /** Kills the servers and removes their data. */
  stop: () => Promise<void>;
}>;

export type ClickHouseClusterOptions = Readonly<{ shards?: number; memoryBytesPerNode?: number }>;

type Node = Readonly<{ httpPort: number; tcpPort: number; path: string }>;

const CLUSTER = "terrace";
const LAUNCHER = fileURLToPath(new URL("clickhouse-node.py", import.meta.url));
const READY_WITHIN_MS = 60_000;
/** The server runs for as long as its script does, and the script sleeps. */
const SCRIPT = `SYSTEM START LISTEN TCP; SYSTEM START LISTEN HTTP;
SELECT sleepEachRow(3) FROM numbers(1000000) SETTINGS max_block_size = 1, max_threads = 1, function_sleep_max_microseconds_per_block = 0 FORMAT Null`;

/** Why a cluster cannot be started here, or undefined when it can. */
export function clickHouseClusterMissing(): string | undefined {
  if (spawnSync("python3", ["-c", "import ctypes"], { stdio: "ignore" }).status !== 0) return "python3 is not installed";
  return undefined;
}

/**
 * Starts a real sharded ClickHouse cluster on loopback ports, one process per shard, all from the npm package's library.
 * Plain tables and `Distributed` work; `ON CLUSTER` and `Replicated…` tables do not.
 */
export async function startClickHouseCluster(options: ClickHouseClusterOptions = {}): Promise<ClickHouseCluster> {
  const folder = await mkdtemp(join(tmpdir(), "terrace-cluster-"));
  const nodes = await planNodes(folder, options.shards ?? 2);
  const configPath = join(folder, "config.xml");
  await writeFile(configPath, renderConfig(nodes, options.memoryBytesPerNode ?? 1_500_000_000));
  const children = nodes.map((node) => startNode(node, configPath));
  const stop = async (): Promise<void> => {
    await Promise.all(children.map((child) => endProcess(child, ["SIGKILL"])));
    await rm(folder, { recursive: true, force: true });
  };
  try {
    await Promise.all(children.map((child, index) => waitUntilReady(child, nodes[index])));
  } catch (error) {
    await stop();
    throw error;
  }
  const nodeUrls = nodes.map((node) => `http://127.0.0.1:${node.httpPort}`);
  return { url: nodeUrls[0] ?? "", nodeUrls, cluster: CLUSTER, pids: children.flatMap((child) => child.pid ?? []), stop };
}

async function planNodes(folder: string, shards: number): Promise<readonly Node[]> {
  const ports = await takeFreePorts(shards * 2);
  return Array.from({ length: shards }, (_, index) => ({
    httpPort: ports[index * 2] ?? 0,
    tcpPort: ports[index * 2 + 1] ?? 0,
    path: join(folder, `node${index + 1}`),
  }));
}

function renderConfig(nodes: readonly Node[], memoryBytes: number): string {
  const shards = nodes.map((node) => `<shard><replica><host>127.0.0.1</host><port>${node.tcpPort}</port></replica></shard>`);
  return `<clickhouse>
  <timezone>UTC</timezone>
  <max_server_memory_usage>${memoryBytes}</max_server_memory_usage>
  <mark_cache_size>67108864</mark_cache_size>
  <background_distributed_schedule_pool_size>4</background_distributed_schedule_pool_size>
  <remote_servers><${CLUSTER}>${shards.join("")}</${CLUSTER}></remote_servers>
</clickhouse>
`;
}

function startNode(node: Node, configPath: string): ChildProcess {
  const library: unknown = createRequire(import.meta.url)("chdb/libchdb");
  const words = [
    `--path=${node.path}`,
    "--listen_host=127.0.0.1",
    `--http_port=${node.httpPort}`,
    `--tcp_port=${node.tcpPort}`,
    `--config-file=${configPath}`,
    "--multiquery",
    `--query=${SCRIPT}`,
  ];
  return spawn("python3", [LAUNCHER, libraryPath(library), ...words], {
    stdio: ["ignore", "ignore", "pipe"],
    env: { TZ: "UTC", PATH: process.env["PATH"] },
  });
}

function libraryPath(module: unknown): string {
  if (typeof module !== "object" || module === null || !("libchdbPath" in module) || typeof module.libchdbPath !== "function")
    throw new Error("chdb/libchdb does not say where the library is");
  return String(module.libchdbPath());
}

async function waitUntilReady(child: ChildProcess, node: Node | undefined): Promise<void> {
  let complaints = "";
  child.stderr?.on("data", (chunk: Buffer) => {
    complaints = (complaints + chunk.toString()).slice(-2_000);
  });
  const untilMs = performance.now() + READY_WITHIN_MS;
  while (performance.now() < untilMs) {
    if (child.exitCode !== null || child.signalCode !== null) break;
    const answer = await fetch(`http://127.0.0.1:${node?.httpPort}/ping`).catch(() => undefined);
    if (answer?.ok === true) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`the ClickHouse node on port ${node?.httpPort} did not start: ${complaints}`);
}

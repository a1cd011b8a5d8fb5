import { randomUUID } from "node:crypto";
import { rmSync } from "node:fs";
import { loadChdb } from "./chdb-addon.ts";
import { ChdbStore } from "./chdb-store.ts";
import { readChildOptions, type ChildMessage, type ChildOptions } from "./clickhouse-child-options.ts";
import { createClickHouseShim } from "./clickhouse-http-shim.ts";
import { repairInsertTokens } from "./dedup-log-repair.ts";

/** How long running statements may go on after the request to stop; then the process ends and the engine recovers at the next start. */
const DRAIN_MS = 3_000;
const ORPHANED_DRAIN_MS = 500;
const RELEASE_MEMORY_EVERY_MS = 15_000;
const RELEASE_MEMORY_FROM_BYTES = 350 * 1024 * 1024;

/** The process that holds the embedded ClickHouse: it serves until it is told to stop or its parent is gone. */
async function main(options: ChildOptions): Promise<void> {
  // The socket and the store's files are for this account alone.
  process.umask(0o077);
  let store: ChdbStore | undefined;
  const server = createClickHouseShim({
    store: () => store,
    spoolPath: options.spoolPath,
    bodyBytesMax: options.bodyBytesMax,
    defaults: new Map(options.defaults),
    newId: randomUUID,
  });
  const stop = async (drainMs: number): Promise<void> => {
    server.close();
    server.closeIdleConnections();
    await store?.close(drainMs);
    // Not `process.exit` through the engine's own exit hooks: a read that outlives the wait would hold them up.
    process.kill(process.pid, "SIGKILL");
  };
  listenToParent(stop);
  rmSync(options.socketPath, { force: true });
  server.listen(options.socketPath);
  const repairedTokens = await repairInsertTokens(options.eventsPath);
  const opened = new ChdbStore({ addon: loadChdb(), path: options.eventsPath, configPath: options.configPath, lanes: options.lanes });
  store = opened;
  releaseMemoryWhenIdle(opened);
  tell({ kind: "ready", repairedTokens });
}

function listenToParent(stop: (drainMs: number) => Promise<void>): void {
  const stopOnce = once(stop);
  process.on("SIGTERM", () => stopOnce(DRAIN_MS));
  // Ctrl-C reaches every process of the terminal; the parent decides when this one ends.
  process.on("SIGINT", () => undefined);
  process.on("disconnect", () => stopOnce(ORPHANED_DRAIN_MS));
}

function once(stop: (drainMs: number) => Promise<void>): (drainMs: number) => void {
  let isStopping = false;
  return (drainMs) => {
    if (isStopping) return;
    isStopping = true;
    void stop(drainMs);
  };
}

function tell(message: ChildMessage): void {
  process.send?.(message);
}

/** The engine's allocator keeps what queries freed; an idle server should not look like a busy one. */
function releaseMemoryWhenIdle(store: ChdbStore): void {
  setInterval(() => {
    if (store.load().running === 0 && process.memoryUsage.rss() > RELEASE_MEMORY_FROM_BYTES) store.releaseMemory().catch(() => undefined);
  }, RELEASE_MEMORY_EVERY_MS).unref();
}

await main(readChildOptions(process.argv[2]));

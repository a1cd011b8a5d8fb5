import { flushCompileCache } from "node:module";
import { setPriority } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import { parentPort, workerData } from "node:worker_threads";
import { hasImportWork } from "../modules/imports/module.ts";
import { createFeedWriter } from "../platform/feed/feed-writer.ts";
import { openCore, type CoreConfig } from "./core.ts";
import type { FromImports, ToImports } from "./import-host.ts";
import { createModules, type Modules } from "./modules.ts";

/** Whoever tries a mapping imports the file next: starting anew takes longer than a small file does. */
const IDLE_MS = 20_000;
const LOOK_EVERY_MS = 250;

/** Entry of the thread that runs imports and dry runs; it ends when there was none for a while. */
async function run(config: CoreConfig): Promise<void> {
  const port = parentPort;
  if (port === null) throw new Error("imports run in a thread of their own only");
  const say = (message: FromImports): void => {
    port.postMessage(message);
  };
  const stopped = new AbortController();
  port.on("message", (message: ToImports) => {
    if (message === "stop") stopped.abort();
  });
  const core = openCore(config, "imports", 6);
  let quarantined = 0;
  const writer = createFeedWriter({
    db: core.db,
    cipher: core.privacy,
    addRejected: async (tx, rejected) => {
      await modules.collect.quarantine.add(tx, rejected);
      quarantined += rejected.length;
    },
    committed: (events) => {
      say({ kind: "accepted", events, quarantined });
      quarantined = 0;
    },
  });
  const modules: Modules = await createModules(core, { append: writer.append });
  flushCompileCache();
  try {
    let workedAtMs = performance.now();
    while (!stopped.signal.aborted && performance.now() - workedAtMs < IDLE_MS) {
      if (await hasImportWork(core.db)) {
        await modules.imports.work(stopped.signal);
        await writer.drain();
        workedAtMs = performance.now();
      } else await sleep(LOOK_EVERY_MS, undefined, { signal: stopped.signal }).catch(() => undefined);
    }
  } finally {
    await modules.stop();
    await core.close();
    say({ kind: "done" });
    port.close();
  }
}

/** Behind requests and the pipeline when cores are short. On Linux a priority belongs to a thread; elsewhere it would be the whole process's. */
const NICENESS = 8;
if (process.platform === "linux") setPriority(0, NICENESS);

// Handed over by `startImportHost` in this same program.
await run(workerData as CoreConfig);

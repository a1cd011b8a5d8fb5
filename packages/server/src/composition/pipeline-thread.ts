import { flushCompileCache } from "node:module";
import { setPriority } from "node:os";
import { parentPort, workerData } from "node:worker_threads";
import { openCore, type CoreConfig } from "./core.ts";
import { createModules } from "./modules.ts";
import { startWorker } from "./worker.ts";
import type { FromPipeline, ToPipeline } from "./pipeline-host.ts";

/** Entry of the thread that runs the pipeline, so that receiving events never waits for settling them. */
async function run(config: CoreConfig): Promise<void> {
  const port = parentPort;
  if (port === null) throw new Error("the pipeline runs as a worker thread only");
  const say = (message: FromPipeline): void => {
    port.postMessage(message);
  };
  const core = openCore(config, "pipeline", 8);
  const modules = await createModules(core, { append: () => Promise.reject(new Error("the pipeline accepts no events")) });
  const worker = await startWorker(core, modules, {
    settled: (events, quarantined, seconds) => say({ kind: "settled", events, quarantined, seconds }),
    stored: (events, seconds) => say({ kind: "stored", events, seconds }),
    evaluated: (people, lags) => say({ kind: "evaluated", people, lags }),
  });
  port.on("message", (message: ToPipeline) => {
    if (message === "wake") worker.wake();
    else
      void worker
        .stop()
        .then(() => modules.stop())
        .then(() => core.close())
        .then(() => {
          say({ kind: "stopped" });
          port.close();
        });
  });
  say({ kind: "ready" });
  flushCompileCache();
}

/** A little behind the thread that answers requests when cores are short. On Linux a priority belongs to a thread; elsewhere it would be the whole process's. */
const NICENESS = 5;
if (process.platform === "linux") setPriority(0, NICENESS);

// Handed over by `startPipelineThread` in this same program.
await run(workerData as CoreConfig);

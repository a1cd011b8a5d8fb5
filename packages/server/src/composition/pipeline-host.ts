import type { Logger } from "pino";
import { Worker as Thread } from "node:worker_threads";
import type { Lag } from "../modules/segments/module.ts";
import type { CoreConfig } from "./core.ts";
import type { PipelineMeter } from "./worker.ts";

/** Messages of the pipeline thread. */
export type FromPipeline =
  | { readonly kind: "ready" }
  | { readonly kind: "stopped" }
  | { readonly kind: "settled"; readonly events: number; readonly quarantined: number; readonly seconds: number }
  | { readonly kind: "stored"; readonly events: number; readonly seconds: number }
  | { readonly kind: "evaluated"; readonly people: number; readonly lags: readonly Lag[] };

export type ToPipeline = "wake" | "stop";

const RESTART_AFTER_MS = 500;
const HEAP_MB_MAX = 640;
/** Room for a batch or two: what is settled and stored dies young instead of being copied to where only a full collection finds it. */
const YOUNG_MB_MAX = 96;

export type PipelineHost = { readonly wake: () => void; readonly stop: () => Promise<void> };

/** Runs the pipeline in a thread of its own and starts it again should it die; resolves once it works. */
export async function startPipelineThread(config: CoreConfig, meter: PipelineMeter, log: Logger): Promise<PipelineHost> {
  let stopping = false;
  let thread: Thread;
  let stopped = (): void => undefined;

  function launch(): Promise<void> {
    thread = new Thread(new URL("./pipeline-thread.ts", import.meta.url), {
      workerData: config,
      resourceLimits: { maxOldGenerationSizeMb: HEAP_MB_MAX, maxYoungGenerationSizeMb: YOUNG_MB_MAX },
    });
    const launched = thread;
    return new Promise<void>((resolve, reject) => {
      launched.on("message", (message: FromPipeline) => {
        if (message.kind === "ready") resolve();
        else if (message.kind === "stopped") stopped();
        else if (message.kind === "settled") meter.settled(message.events, message.quarantined, message.seconds);
        else if (message.kind === "stored") meter.stored(message.events, message.seconds);
        else meter.evaluated(message.people, message.lags);
      });
      launched.on("error", (error) => {
        log.error({ err: error }, "the pipeline died");
        reject(error);
      });
      launched.on("exit", () => {
        stopped();
        if (!stopping)
          setTimeout(() => {
            if (!stopping) launch().catch(() => undefined);
          }, RESTART_AFTER_MS);
      });
    });
  }

  await launch();
  return {
    wake: () => {
      thread.postMessage("wake" satisfies ToPipeline);
    },
    stop: () =>
      new Promise<void>((resolve) => {
        stopping = true;
        stopped = resolve;
        thread.postMessage("stop" satisfies ToPipeline);
      }),
  };
}

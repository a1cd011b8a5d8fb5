import type { Logger } from "pino";
import { Worker as Thread } from "node:worker_threads";
import type { CoreConfig } from "./core.ts";

/** Messages of the thread that runs imports. */
export type FromImports = { readonly kind: "accepted"; readonly events: number; readonly quarantined: number } | { readonly kind: "done" };
export type ToImports = "stop";

export type ImportHostDeps = {
  readonly config: CoreConfig;
  readonly hasWork: () => Promise<boolean>;
  /** Called after a commit to the feed. */
  readonly accepted: (events: number, quarantined: number) => void;
  readonly log: Logger;
};

const LOOK_EVERY_MS = 500;
const HEAP_MB_MAX = 640;

/** Looks whether an import or a dry run waits, and then runs them in a thread that ends when there was nothing for a while: reading files must not hold up requests. */
export function startImportHost({ config, hasWork, accepted, log }: ImportHostDeps): { readonly stop: () => Promise<void> } {
  let thread: Thread | undefined;
  let ended: Promise<void> = Promise.resolve();
  let looking: Promise<void> = Promise.resolve();
  let stopping = false;

  function launch(): void {
    const launched = new Thread(new URL("./import-thread.ts", import.meta.url), {
      workerData: config,
      resourceLimits: { maxOldGenerationSizeMb: HEAP_MB_MAX },
    });
    thread = launched;
    ended = new Promise((resolve) => {
      launched.on("message", (message: FromImports) => {
        if (message.kind === "accepted") accepted(message.events, message.quarantined);
      });
      launched.on("error", (error) => log.error({ err: error }, "the thread of imports died; they go on where they stopped"));
      launched.on("exit", () => {
        thread = undefined;
        resolve();
      });
    });
  }

  async function look(): Promise<void> {
    try {
      if (!stopping && thread === undefined && (await hasWork())) launch();
    } catch (error) {
      log.debug({ err: error }, "could not look for imports");
    }
  }
  const timer = setInterval(() => {
    looking = looking.then(look);
  }, LOOK_EVERY_MS).unref();
  return {
    stop: async () => {
      stopping = true;
      clearInterval(timer);
      await looking;
      thread?.postMessage("stop" satisfies ToImports);
      await ended;
    },
  };
}

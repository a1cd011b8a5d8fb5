import { Worker as Thread } from "node:worker_threads";
import { isAnythingToPlay } from "../modules/simulations/module.ts";
import type { Core, CoreConfig } from "./core.ts";

/** What the thread has to know. */
export type SimulatorWork = { readonly core: CoreConfig; readonly dataFolder: string; readonly isLifeAllowed: boolean };

export type FromSimulator =
  | { readonly kind: "committed"; readonly events: number }
  | { readonly kind: "progress"; readonly workspaceId: number; readonly name: string; readonly events: number; readonly share: number };
export type ToSimulator = "look" | "stop";

export type SimulatorHost = {
  /** Looks at once whether there is something to play. */
  readonly look: () => void;
  readonly stop: () => Promise<void>;
};

export type SimulatorHostDeps = {
  readonly core: Core;
  readonly dataFolder: string;
  readonly isLifeAllowed: boolean;
  readonly committed: (events: number) => void;
  readonly progress: (progress: Extract<FromSimulator, { readonly kind: "progress" }>) => void;
};

const LOOK_EVERY_MS = 5_000;
const HEAP_MB_MAX = 512;
const YOUNG_MB_MAX = 48;

/** Starts the simulator's thread whenever there is something to play, here or asked for by another process; it costs nothing while there is not. */
export function startSimulator(deps: SimulatorHostDeps): SimulatorHost {
  let thread: Thread | undefined;
  let stopping = false;
  let ended: Promise<void> = Promise.resolve();

  function launch(): void {
    const { core, dataFolder, isLifeAllowed } = deps;
    const launched = new Thread(new URL("./simulator-thread.ts", import.meta.url), {
      workerData: { core: core.config, dataFolder, isLifeAllowed } satisfies SimulatorWork,
      resourceLimits: { maxOldGenerationSizeMb: HEAP_MB_MAX, maxYoungGenerationSizeMb: YOUNG_MB_MAX },
    });
    thread = launched;
    launched.on("message", (message: FromSimulator) => {
      if (message.kind === "committed") deps.committed(message.events);
      else deps.progress(message);
    });
    launched.on("error", (error) => core.log.error({ err: error }, "the simulator died; it starts again when it is looked after"));
    ended = new Promise((resolve) => {
      launched.on("exit", () => {
        thread = undefined;
        resolve();
      });
    });
  }

  async function look(): Promise<void> {
    if (thread !== undefined) {
      thread.postMessage("look" satisfies ToSimulator);
      return;
    }
    try {
      if ((await isAnythingToPlay(deps.core.db, deps.isLifeAllowed)) && thread === undefined && !stopping) launch();
    } catch (error) {
      deps.core.log.debug({ err: error }, "could not look for simulations; the next look may");
    }
  }

  let looking: Promise<void> = look();
  const timer = setInterval(() => {
    if (thread === undefined) looking = look();
  }, LOOK_EVERY_MS).unref();
  return {
    look: () => {
      looking = look();
    },
    stop: async () => {
      stopping = true;
      clearInterval(timer);
      await looking;
      thread?.postMessage("stop" satisfies ToSimulator);
      await ended;
    },
  };
}

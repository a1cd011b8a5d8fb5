import { writeFile } from "node:fs/promises";
import { setPriority } from "node:os";
import { join } from "node:path";
import { parentPort, workerData } from "node:worker_threads";
import { runSimulations, SIMULATED_PYRAMID } from "../modules/simulations/module.ts";
import { createFeedWriter } from "../platform/feed/feed-writer.ts";
import { loadFeedLag } from "../platform/feed/feed.views.ts";
import { WAREHOUSE } from "../platform/feed/replay.ts";
import { openPostgres } from "../platform/storage/postgres.ts";
import { openCore } from "./core.ts";
import { createModules, type Modules } from "./modules.ts";
import { tellExperiments } from "./tell-experiments.ts";
import type { FromSimulator, SimulatorWork, ToSimulator } from "./simulator-host.ts";

/** Entry of the thread in which simulated businesses live, so that neither requests nor the pipeline wait for them. Ends when there is nothing to play. */
async function run({ core: config, dataFolder, isLifeAllowed }: SimulatorWork): Promise<void> {
  const port = parentPort;
  if (port === null) throw new Error("simulations are played in a worker thread only");
  const say = (message: FromSimulator): void => {
    port.postMessage(message);
  };
  const core = openCore(config, "simulator", 3);
  const session = openPostgres(config.postgres, { connectionsMax: 1, name: "terrace-simulator-lock" });
  const writer = createFeedWriter({
    db: core.db,
    cipher: core.privacy,
    addRejected: (tx, rejected) => modules.collect.quarantine.add(tx, rejected),
    committed: (events) => say({ kind: "committed", events }),
  });
  const modules: Modules = await createModules(core, { append: writer.append });
  const bell = createBell();
  let isStopped = false;
  port.on("message", (message: ToSimulator) => {
    isStopped ||= message === "stop";
    bell.ring();
  });
  await runSimulations({
    db: core.db,
    session,
    prepare: modules.collect.edge.prepare,
    accept: writer.append,
    waitingEvents: async () => (await loadFeedLag(core.db)).find(({ name }) => name === WAREHOUSE)?.lagEvents ?? 0,
    nowMs: core.nowMs,
    pause: bell.wait,
    isLifeAllowed,
    saveManifest: (workspaceId, manifest) =>
      writeFile(join(dataFolder, `simulated-${workspaceId}.json`), `${JSON.stringify(manifest, undefined, 1)}\n`),
    sortPeople: (workspaceId) => modules.segments.switchOnPyramid({ workspaceId, actor: "terrace", ip: "" }, SIMULATED_PYRAMID),
    tellExperiments: ({ workspaceId }, simulation) => tellExperiments(modules, workspaceId, simulation),
    progress: ({ workspaceId, name }, events, share) => say({ kind: "progress", workspaceId, name, events, share }),
    isStopped: () => isStopped,
    warn: (error, workspaceId) => core.log.warn({ err: error, workspaceId }, "a simulation broke off; it goes on in a moment"),
  });
  await writer.drain();
  await modules.stop();
  await session.end({ timeout: 2 });
  await core.close();
  port.close();
}

/** A wait that can be cut short. */
function createBell(): { readonly wait: (ms: number) => Promise<void>; readonly ring: () => void } {
  const waiting = new Set<() => void>();
  return {
    wait: (ms) =>
      new Promise((resolve) => {
        const end = (): void => {
          clearTimeout(timer);
          waiting.delete(end);
          resolve();
        };
        const timer = setTimeout(end, ms);
        waiting.add(end);
      }),
    ring: () => {
      for (const end of waiting) end();
    },
  };
}

/** Behind requests and the pipeline when cores are short. On Linux a priority belongs to a thread; elsewhere it would be the whole process's. */
const NICENESS = 8;
if (process.platform === "linux") setPriority(0, NICENESS);

// Handed over by `startSimulator` in this same program.
await run(workerData as SimulatorWork);

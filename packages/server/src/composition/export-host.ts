import { availableParallelism } from "node:os";
import type { Logger } from "pino";
import { Worker as Thread } from "node:worker_threads";
import type { MadePage, PageJob, PageThreads, PeopleOrder } from "../modules/exports/module.ts";
import { Unavailable } from "../platform/http/fault-error.ts";
import type { CoreConfig } from "./core.ts";

/** Messages to a thread that makes pages. Every page asked for is answered once, or the thread ends. */
export type ToExports =
  | { readonly kind: "open"; readonly job: number; readonly order: PeopleOrder }
  | { readonly kind: "make"; readonly job: number; readonly page: number; readonly personIds: readonly string[] }
  | { readonly kind: "close"; readonly job: number }
  | { readonly kind: "stop" };
export type FromExports =
  | { readonly kind: "made"; readonly page: number; readonly made: MadePage }
  | { readonly kind: "failed"; readonly page: number; readonly message: string; readonly isEngineAway: boolean };

export type ExportHost = PageThreads & { readonly stop: () => Promise<void> };

/** One core is left to requests; beyond the most, the state engine is what is waited for. */
const THREADS_MAX = Math.max(1, Math.min(4, availableParallelism() - 1));
/** While one page waits for the engine, another one is worked on. */
const PAGES_PER_THREAD = 2;
const IDLE_MS = 10_000;
/** A thread that does not end by itself meanwhile is ended. */
const STOP_WITHIN_MS = 4_000;
const HEAP_MB_MAX = 512;
const YOUNG_MB_MAX = 48;

type Waiting = { readonly resolve: (made: MadePage) => void; readonly reject: (error: Error) => void };
type Lane = {
  readonly thread: Thread;
  readonly jobs: Set<number>;
  readonly waiting: Map<number, Waiting>;
  readonly ended: Promise<void>;
  idle: NodeJS.Timeout | undefined;
};

/** Makes the pages of exports in threads that start when there is enough to do, serve all exports under way, and end when there is none. */
export function createExportHost(config: CoreConfig, log: Logger): ExportHost {
  const lanes = new Set<Lane>();
  const ending = new Set<Promise<void>>();
  let isStopped = false;
  let [jobs, pages] = [0, 0];

  const launch = (): Lane => {
    const lane = startLane(config, log, () => lanes.delete(lane));
    lanes.add(lane);
    ending.add(lane.ended);
    void lane.ended.then(() => ending.delete(lane.ended));
    return lane;
  };
  const leastBusy = (): Lane => {
    const [lane] = [...lanes].toSorted((a, b) => a.waiting.size - b.waiting.size);
    return lane === undefined || (lane.waiting.size >= PAGES_PER_THREAD && lanes.size < THREADS_MAX) ? launch() : lane;
  };
  const end = (lane: Lane): void => {
    lanes.delete(lane);
    tell(lane, { kind: "stop" });
    const late = setTimeout(() => void lane.thread.terminate(), STOP_WITHIN_MS);
    void lane.ended.then(() => clearTimeout(late));
  };
  const make = (job: number, order: PeopleOrder, personIds: readonly string[]): Promise<MadePage> => {
    if (isStopped) return Promise.reject(new Error("Terrace is stopping"));
    const lane = leastBusy();
    clearTimeout(lane.idle);
    const page = (pages += 1);
    const made = new Promise<MadePage>((resolve, reject) => lane.waiting.set(page, { resolve, reject }));
    if (!lane.jobs.has(job)) tell(lane, { kind: "open", job, order });
    lane.jobs.add(job);
    tell(lane, { kind: "make", job, page, personIds });
    return made;
  };
  const close = (job: number): void => {
    for (const lane of lanes) {
      if (!lane.jobs.delete(job)) continue;
      tell(lane, { kind: "close", job });
      if (lane.jobs.size === 0) lane.idle = setTimeout(() => end(lane), IDLE_MS).unref();
    }
  };
  return {
    open: (order) => jobOf((jobs += 1), order, { make, close }),
    stop: async () => {
      isStopped = true;
      for (const lane of lanes) {
        clearTimeout(lane.idle);
        end(lane);
      }
      await Promise.all(ending);
    },
  };
}

/** A small export needs one thread: with each page that comes back one more may be under way. */
function jobOf(
  job: number,
  order: PeopleOrder,
  {
    make,
    close,
  }: {
    readonly make: (job: number, order: PeopleOrder, personIds: readonly string[]) => Promise<MadePage>;
    readonly close: (job: number) => void;
  },
): PageJob {
  let atOnce = PAGES_PER_THREAD;
  return {
    make: async (personIds) => {
      const made = await make(job, order, personIds);
      atOnce = Math.min(atOnce + 1, PAGES_PER_THREAD * THREADS_MAX);
      return made;
    },
    atOnce: () => atOnce,
    close: () => close(job),
  };
}

function tell({ thread }: Lane, message: ToExports): void {
  thread.postMessage(message);
}

function startLane(config: CoreConfig, log: Logger, gone: () => void): Lane {
  const thread = new Thread(new URL("./export-thread.ts", import.meta.url), {
    workerData: config,
    resourceLimits: { maxOldGenerationSizeMb: HEAP_MB_MAX, maxYoungGenerationSizeMb: YOUNG_MB_MAX },
  });
  const waiting = new Map<number, Waiting>();
  thread.on("message", (message: FromExports) => {
    const page = waiting.get(message.page);
    waiting.delete(message.page);
    if (message.kind === "made") page?.resolve(message.made);
    else page?.reject(message.isEngineAway ? new Unavailable("PostgreSQL", new Error(message.message)) : new Error(message.message));
  });
  thread.on("error", (error) => log.error({ err: error }, "a thread of exports died; what it was making broke off"));
  const ended = new Promise<void>((resolve) => {
    thread.on("exit", () => {
      gone();
      for (const { reject } of waiting.values()) reject(new Error("the thread that made a page of the export ended"));
      waiting.clear();
      resolve();
    });
  });
  return { thread, jobs: new Set(), waiting, ended, idle: undefined };
}

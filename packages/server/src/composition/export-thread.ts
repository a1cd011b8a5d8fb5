import { flushCompileCache } from "node:module";
import { setPriority } from "node:os";
import { parentPort, workerData } from "node:worker_threads";
import { openPageMaker, type PeopleOrder } from "../modules/exports/module.ts";
import { createPrivacyModule, type PrivacyModule } from "../modules/privacy/module.ts";
import { troubleOf } from "../platform/http/dependency-fault.ts";
import { openPostgres, type Db } from "../platform/storage/postgres.ts";
import { createLogger, type CoreConfig } from "./core.ts";
import type { FromExports, ToExports } from "./export-host.ts";
import { outliveLostConnections } from "./lost-connections.ts";

/** An export for which this thread makes pages. */
type Job = { readonly opened: ReturnType<typeof openPageMaker>; readonly gone: AbortController; readonly underWay: Set<Promise<void>> };

/** As many as a process lets leave at a time. */
const CONNECTIONS_MAX = 2;

type Say = (message: FromExports, handedOver?: readonly ArrayBuffer[]) => void;

/** Entry of a thread that makes pages of exports; it ends when it is told to. */
function run(config: CoreConfig): void {
  const port = parentPort;
  if (port === null) throw new Error("pages of exports are made in a worker thread only");
  outliveLostConnections(createLogger(config.logLevel, "exports"));
  const db = openPostgres(config.postgres, { connectionsMax: CONNECTIONS_MAX, name: "terrace-exports" });
  const jobs = createJobs(db, createPrivacyModule({ masterKey: config.masterKey }), (message, handedOver = []) => {
    port.postMessage(message, [...handedOver]);
  });
  const stop = async (): Promise<void> => {
    await jobs.closeAll();
    await db.end({ timeout: 2 });
    port.close();
  };
  port.on("message", (message: ToExports) => {
    switch (message.kind) {
      case "open":
        jobs.open(message.job, message.order);
        return;
      case "make":
        jobs.make(message.job, message.page, message.personIds);
        return;
      case "close":
        void jobs.close(message.job);
        return;
      case "stop":
        void stop();
        return;
      default:
        return message satisfies never;
    }
  });
  flushCompileCache();
}

function createJobs(db: Db, privacy: PrivacyModule, say: Say) {
  const jobs = new Map<number, Job>();

  async function makePage(job: Job, page: number, personIds: readonly string[]): Promise<void> {
    try {
      const maker = await job.opened;
      const made = await maker.make(personIds, job.gone.signal);
      say({ kind: "made", page, made }, [made.bytes.buffer]);
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      say({ kind: "failed", page, message, isEngineAway: troubleOf(error) === "unavailable" });
    }
  }

  async function close(id: number): Promise<void> {
    const job = jobs.get(id);
    jobs.delete(id);
    if (job === undefined) return;
    job.gone.abort(new Error("the export was closed"));
    await Promise.all(job.underWay);
    await job.opened.then(
      (maker) => maker.close(),
      () => undefined,
    );
  }

  return {
    open: (id: number, order: PeopleOrder): void => {
      const opened = openPageMaker({ db, privacy }, order);
      // Told with the first page that is asked for.
      opened.catch(() => undefined);
      jobs.set(id, { opened, gone: new AbortController(), underWay: new Set() });
    },
    make: (id: number, page: number, personIds: readonly string[]): void => {
      const job = jobs.get(id);
      if (job === undefined) return;
      const making = makePage(job, page, personIds).finally(() => job.underWay.delete(making));
      job.underWay.add(making);
    },
    close,
    closeAll: async () => {
      await Promise.all(Array.from(jobs.keys(), close));
    },
  };
}

/** Behind requests when cores are short, beside the pipeline: somebody waits for the file. On Linux a priority belongs to a thread; elsewhere it would be the whole process's. */
const NICENESS = 5;
if (process.platform === "linux") setPriority(0, NICENESS);

// Handed over by `createExportHost` in this same program.
run(workerData as CoreConfig);

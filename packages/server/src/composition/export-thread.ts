import { flushCompileCache } from "node:module";
import { setPriority } from "node:os";
import { parentPort, workerData } from "node:worker_threads";
import { openPageMaker, type PeopleOrder } from "../modules/exports/module.ts";
import { createPrivacyModule } from "../modules/privacy/module.ts";
import { troubleOf } from "../platform/http/dependency-fault.ts";
import { openPostgres } from "../platform/storage/postgres.ts";
import type { CoreConfig } from "./core.ts";
import type { FromExports, ToExports } from "./export-host.ts";

/** An export for which this thread makes pages. */
type Job = { readonly opened: ReturnType<typeof openPageMaker>; readonly gone: AbortController; readonly underWay: Set<Promise<void>> };

/** As many as a process lets leave at a time. */
const CONNECTIONS_MAX = 2;

/** Entry of a thread that makes pages of exports; it ends when it is told to. */
function run(config: CoreConfig): void {
  const port = parentPort;
  if (port === null) throw new Error("pages of exports are made in a worker thread only");
  const db = openPostgres(config.postgres, { connectionsMax: CONNECTIONS_MAX, name: "terrace-exports" });
  const privacy = createPrivacyModule({ masterKey: config.masterKey });
  const jobs = new Map<number, Job>();

  function open(job: number, order: PeopleOrder): void {
    const opened = openPageMaker({ db, privacy }, order);
    // Told with the first page that is asked for.
    opened.catch(() => undefined);
    jobs.set(job, { opened, gone: new AbortController(), underWay: new Set() });
  }

  async function make(job: Job, page: number, personIds: readonly string[]): Promise<void> {
    try {
      const maker = await job.opened;
      const made = await maker.make(personIds, job.gone.signal);
      port?.postMessage({ kind: "made", page, made } satisfies FromExports, [made.bytes.buffer]);
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      port?.postMessage({ kind: "failed", page, message, isEngineAway: troubleOf(error) === "unavailable" } satisfies FromExports);
    }
  }

  async function close(id: number): Promise<void> {
    const job = jobs.get(id);
    jobs.delete(id);
    job?.gone.abort(new Error("the export was closed"));
    if (job === undefined) return;
    await Promise.all(job.underWay);
    await job.opened.then(
      (maker) => maker.close(),
      () => undefined,
    );
  }

  async function stop(): Promise<void> {
    await Promise.all([...jobs.keys()].map(close));
    await db.end({ timeout: 2 });
    port?.close();
  }

  port.on("message", (message: ToExports) => {
    switch (message.kind) {
      case "open":
        open(message.job, message.order);
        return;
      case "make": {
        const job = jobs.get(message.job);
        if (job === undefined) return;
        const making = make(job, message.page, message.personIds).finally(() => job.underWay.delete(making));
        job.underWay.add(making);
        return;
      }
      case "close":
        void close(message.job);
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

/** Behind requests when cores are short, beside the pipeline: somebody waits for the file. On Linux a priority belongs to a thread; elsewhere it would be the whole process's. */
const NICENESS = 5;
if (process.platform === "linux") setPriority(0, NICENESS);

// Handed over by `createExportHost` in this same program.
run(workerData as CoreConfig);

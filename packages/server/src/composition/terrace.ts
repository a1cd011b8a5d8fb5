import type { FastifyInstance } from "fastify";
import { createServer } from "node:net";
import { resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { StopAsked } from "./stop-asked.ts";
import type { StartConfig } from "../config.ts";
import { isRestoreUnfinished } from "../modules/backup/module.ts";
import type { WriteKeyLimit } from "../modules/collect/module.ts";
import { hasImportWork } from "../modules/imports/module.ts";
import { loadMasterKey } from "../modules/privacy/module.ts";
import { openDataDirectory, unfinishedRestore, type DataDirectory } from "../platform/engines/data-directory.ts";
import { startEngines, type Engines } from "../platform/engines/engines.ts";
import { StartFault, systemErrorCode } from "../platform/engines/start-fault.ts";
import { createFeedWriter } from "../platform/feed/feed-writer.ts";
import { createMetrics, type Metrics } from "../platform/metrics.ts";
import { migrate } from "../platform/storage/migrate.ts";
import { inTransaction } from "../platform/storage/postgres.ts";
import { createApi } from "./api.ts";
import { createLogger, openCore, type Core, type CoreConfig } from "./core.ts";
import { EVENT_MIGRATIONS, eventEngineOf } from "./event-engine.ts";
import { prepareWorkspaces } from "./first-start.ts";
import { startImportHost } from "./import-host.ts";
import { configuredLedgerFolders } from "./ledger-folders.ts";
import { createModules, type Modules } from "./modules.ts";
import { startPipelineThread, type PipelineHost } from "./pipeline-host.ts";
import { checkReadiness } from "./readiness.ts";
import { reportMetrics } from "./report-metrics.ts";
import { showFilling } from "./show-filling.ts";
import { startSimulator, type SimulatorHost } from "./simulator-host.ts";
import type { PipelineMeter } from "./worker.ts";

export type Terrace = { readonly url: string; readonly stop: () => Promise<void> };

type Output = { readonly write: (text: string) => unknown; readonly isTTY?: boolean };

/** How long requests under way may take to finish after a stop was asked for. */
const CLOSE_WITHIN_MS = 2_500;

/**
 * Starts everything the role asks for and resolves once it serves. Undoes in reverse order what it began when a later step fails.
 * Throws `StartFault` for what the person at the keyboard can mend.
 */
export async function startTerrace(config: StartConfig, output: Output, stopAsked: StopAsked): Promise<Terrace> {
  const undo: (() => Promise<void>)[] = [];
  const stop = async (): Promise<void> => {
    for (const step of undo.splice(0).toReversed()) await step();
  };
  try {
    return { url: await start(config, output, stopAsked, undo), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function start(config: StartConfig, output: Output, stopAsked: StopAsked, undo: (() => Promise<void>)[]): Promise<string> {
  if (config.role !== "worker") await refuseTakenPort(config);
  const { coreConfig, dataDirectory, engines } = await openEngines(config, undo);
  const core = openCore(coreConfig, "main", 10);
  undo.push(core.close);
  if (await isRestoreUnfinished(core.db)) throw unfinishedRestore("this database");
  await migrate(core.db, await eventEngineOf(core.warehouse, coreConfig.clickhouseReplicated), EVENT_MIGRATIONS);
  await confirmMasterKey(core);

  const metrics = createMetrics();
  const pipeline = config.role === "api" ? undefined : await startThreads({ core, metrics, undo });
  if (config.role === "worker") {
    output.write("Terrace worker is ready\n");
    return "";
  }
  let simulator: SimulatorHost | undefined;
  const modules = await openModules(core, metrics, { appended: () => pipeline?.wake(), simulationChanged: () => simulator?.look() }, undo);
  undo.push(reportMetrics({ core, metrics, engines, late: modules.segments.late, streams: modules.flags.streams }).stop);
  const server = await createApi({ core, modules, metrics, readiness: () => checkReadiness(core), trustProxy: config.trustProxy });
  const url = await listen(server, config);
  undo.push(() => closeServer(server));
  const signInPath = await prepareWorkspaces({
    config,
    core,
    modules,
    output,
    signal: stopAsked.signal,
    processesEvents: config.role === "all",
  });
  const shownUrl = config.publicUrl ?? url;
  await dataDirectory.announceAddress(shownUrl);
  if (signInPath !== undefined) output.write(`\nSign in once with this link (valid 24 hours):\n  ${shownUrl}${signInPath}\n\n`);
  output.write(`Terrace is ready at ${shownUrl}\n`);
  simulator = startSimulator({
    core,
    dataFolder: resolve(config.data),
    isLifeAllowed: config.simulated === "live",
    committed: (events) => {
      metrics.eventsAccepted.inc(events);
      pipeline?.wake();
    },
    progress: showFilling(output),
  });
  undo.push(simulator.stop);
  return url;
}

/** The threads that work behind the requests: the pipeline, and imports when there are any. */
async function startThreads({
  core,
  metrics,
  undo,
}: {
  readonly core: Core;
  readonly metrics: Metrics;
  readonly undo: (() => Promise<void>)[];
}): Promise<PipelineHost> {
  const pipeline = await startPipelineThread(core.config, meterOf(metrics), core.log);
  undo.push(pipeline.stop);
  const imports = startImportHost({
    config: core.config,
    hasWork: () => hasImportWork(core.db),
    accepted: (events, quarantined) => {
      metrics.eventsAccepted.inc(events);
      metrics.eventsQuarantined.inc(quarantined);
      pipeline.wake();
    },
    log: core.log,
  });
  undo.push(imports.stop);
  return pipeline;
}

async function openEngines(
  config: StartConfig,
  undo: (() => Promise<void>)[],
): Promise<{ readonly coreConfig: CoreConfig; readonly dataDirectory: DataDirectory; readonly engines: Engines }> {
  const dataPath = resolve(config.data);
  const log = createLogger(config.logLevel, "engines");
  const ownEngine = config.databaseUrl === undefined || config.clickhouseUrl === undefined;
  // With both engines elsewhere the folder holds the master key only, and several processes may share it.
  const dataDirectory = await openDataDirectory(dataPath, { exclusive: ownEngine });
  undo.push(dataDirectory.close);
  const engines = await startEngines({
    dataDirectory,
    log,
    ...(config.databaseUrl === undefined ? {} : { databaseUrl: config.databaseUrl }),
    ...(config.clickhouseUrl === undefined ? {} : { clickhouseUrl: config.clickhouseUrl }),
    ...(config.clickhouseCluster === undefined ? {} : { clickhouseCluster: config.clickhouseCluster }),
  });
  undo.push(engines.stop);
  const masterKey = await loadMasterKey({ dataDirectory: dataPath, fromEnvironment: config.masterKey });
  const clickhouse =
    config.clickhouseNodeUrls === undefined ? engines.clickhouse : { ...engines.clickhouse, nodeUrls: config.clickhouseNodeUrls };
  return {
    dataDirectory,
    engines,
    coreConfig: {
      postgres: engines.postgres,
      clickhouse,
      clickhouseReplicated: config.clickhouseReplicated,
      masterKey,
      dataFolder: dataPath,
      ledgerFolders: configuredLedgerFolders(config),
      logLevel: config.logLevel,
      feedRetentionHours: config.feedRetentionHours,
      outboundAllow: config.outboundAllow,
      mailServer: config.mailServer,
      publicUrl: config.publicUrl,
      writeKeyEventsPerSecond: config.writeKeyEventsPerSecond,
    },
  };
}

type Told = { readonly appended: () => void; readonly simulationChanged: () => void };

async function openModules(core: Core, metrics: Metrics, told: Told, undo: (() => Promise<void>)[]): Promise<Modules> {
  const writer = createFeedWriter({
    db: core.db,
    cipher: core.privacy,
    // Called only while requests are served, by when the modules exist.
    addRejected: async (tx, rejected) => {
      await modules.collect.quarantine.add(tx, rejected);
      metrics.eventsQuarantined.inc(rejected.length);
    },
    committed: (events) => {
      metrics.eventsAccepted.inc(events);
      told.appended();
    },
  });
  metrics.feedWaiting.set(0);
  const modules: Modules = await createModules(core, {
    append: writer.append,
    writeKeyLimit: limitOf(core, metrics),
    simulationChanged: told.simulationChanged,
  });
  undo.push(async () => {
    await writer.drain();
    await modules.stop();
  });
  return modules;
}

function limitOf(core: Core, metrics: Metrics): WriteKeyLimit | undefined {
  const eventsPerSecond = core.config.writeKeyEventsPerSecond;
  return eventsPerSecond === 0 ? undefined : { eventsPerSecond, refused: (events) => metrics.eventsRateLimited.inc(events) };
}

async function confirmMasterKey(core: Core): Promise<void> {
  const confirmed = await inTransaction(core.db, (tx) => core.privacy.confirmMasterKey(tx));
  if (confirmed.ok) return;
  throw new StartFault(
    "data.damaged",
    { en: "This database was first used with another master key.", zh: "该数据库此前使用的是另一把主密钥。" },
    {
      mend: {
        en: "Start with the secrets/master.key or TERRACE_MASTER_KEY it was made with.",
        zh: "请使用创建它时的 secrets/master.key 或 TERRACE_MASTER_KEY 启动。",
      },
    },
  );
}

function meterOf(metrics: Metrics): PipelineMeter {
  return {
    settled: (events, quarantined, seconds) => {
      metrics.eventsSettled.inc(events);
      metrics.eventsQuarantined.inc(quarantined);
      metrics.settleSeconds.observe(seconds);
    },
    stored: (events, seconds) => {
      metrics.eventsStored.inc(events);
      metrics.flushSeconds.observe(seconds);
    },
    evaluated: (people, lags) => {
      metrics.segmentPeople.inc(people);
      for (const { of, ms } of lags) metrics.lagSeconds[of].observe(ms / 1000);
    },
  };
}

/** Looks before the engines are started, so that the commonest mistake costs no waiting. */
async function refuseTakenPort({ port, host }: StartConfig): Promise<void> {
  if (port === 0) return;
  const probe = createServer();
  await new Promise<void>((settle, reject) => {
    probe.once("error", (error) => {
      reject(systemErrorCode(error) === "EADDRINUSE" || systemErrorCode(error) === "EACCES" ? portFault(port, error) : error);
    });
    probe.listen(port, host, () => probe.close(() => settle()));
  });
}

function portFault(port: number, cause: unknown): StartFault {
  return new StartFault(
    "port.in_use",
    { en: `Port ${port} is taken or not allowed.`, zh: `端口 ${port} 已被占用或不允许使用。` },
    {
      mend: { en: "Stop what uses it, or choose another one with --port.", zh: "请停止占用它的程序，或用 --port 指定其他端口。" },
      cause,
    },
  );
}

async function listen(server: FastifyInstance, config: StartConfig): Promise<string> {
  try {
    return await server.listen({ port: config.port, host: config.host });
  } catch (error) {
    throw systemErrorCode(error) === "EADDRINUSE" ? portFault(config.port, error) : error;
  }
}

/** Stops accepting at once, lets requests under way finish within a bound, then cuts streams and idle connections. */
async function closeServer(server: FastifyInstance): Promise<void> {
  const closed = server.close();
  const cut = sleep(CLOSE_WITHIN_MS, undefined, { ref: false }).then(() => server.server.closeAllConnections());
  await Promise.race([closed, cut.then(() => closed)]);
}

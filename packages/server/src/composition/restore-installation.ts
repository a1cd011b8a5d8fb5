import { randomBytes } from "node:crypto";
import { mkdir, open, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import type { StartConfig } from "../config.ts";
import {
  BackupRefused,
  hasEventTables,
  hasTables,
  markRestore,
  readBegin,
  requireKnownSteps,
  restoreBackup,
  unmarkRestore,
  type BackupBegin,
  type BackupFile,
  type CopyProgress,
} from "../modules/backup/module.ts";
import { createAccessModule } from "../modules/access/module.ts";
import { endRestored } from "../modules/messages/module.ts";
import { forgetTerms, lockIdsOfPeople } from "../modules/people/module.ts";
import { createPrivacyModule, parseMasterKey, type PrivacyModule } from "../modules/privacy/module.ts";
import {
  findLedgers,
  LEDGER_FOLDER,
  LedgerUnreadable,
  repeatErasures,
  type FoundLedgers,
  type Repeated,
} from "../modules/rights/module.ts";
import { openDataDirectory, RESTORE_MARK, type DataDirectory } from "../platform/engines/data-directory.ts";
import { stopLeftoverClickHouse } from "../platform/engines/embedded-clickhouse.ts";
import { startEngines } from "../platform/engines/engines.ts";
import type { EngineLog } from "../platform/engines/engine-log.ts";
import { stopLeftoverPostgres } from "../platform/engines/postgres-leftover.ts";
import { systemErrorCode } from "../platform/engines/start-fault.ts";
import { openWarehouse } from "../platform/storage/clickhouse.ts";
import { knownSteps, migrate, migrateUpTo } from "../platform/storage/migrate.ts";
import { openPostgres, type Db, type Tx } from "../platform/storage/postgres.ts";
import { clickhouseAddress } from "./attached.ts";
import { EVENT_MIGRATIONS, eventEngineOf } from "./event-engine.ts";

export type RestoreInstallation = {
  readonly file: BackupFile;
  readonly config: StartConfig;
  /** Folders and files in which to look for lists of erasures; what was named by hand must be there. */
  readonly erasures: { readonly named: readonly string[]; readonly likely: readonly string[] };
  readonly log: EngineLog;
  readonly onProgress: (progress: CopyProgress) => void;
};

/** What was restored, and what happened to people since that was done again. */
export type Restored = { readonly begin: BackupBegin; readonly lists: FoundLedgers["files"]; readonly repeated: Repeated };

/**
 * Makes an installation from a backup, in an empty data directory or in empty databases. Until it is whole a mark stands in the target, with
 * which Terrace does not start; a restore that finds its own mark begins anew. Throws `BackupRefused` and `StartFault`.
 */
export async function restoreInstallation(options: RestoreInstallation): Promise<Restored> {
  const { file, config } = options;
  const begin = await readBegin(file);
  requireKnownSteps(begin, await knownSteps(EVENT_MIGRATIONS));
  const root = resolve(config.data);
  const ownEngine = config.databaseUrl === undefined || config.clickhouseUrl === undefined;
  requireSameKey(config, begin);
  const lists = await erasuresSince(options, begin, root);
  const again = await markFolder(root, ownEngine);
  const dataDirectory = await openDataDirectory(root, { exclusive: ownEngine, restoring: true });
  try {
    if (again) await emptyFolders(dataDirectory);
    await writeMasterKey(root, config, begin);
    const repeated = await fillEngines(options, { begin, lists }, dataDirectory);
    await rm(join(root, RESTORE_MARK));
    return { begin, lists: lists.files, repeated };
  } finally {
    await dataDirectory.close();
  }
}

/** Read before anything is written: a list that is there and cannot be read must not be passed over. */
async function erasuresSince({ erasures }: RestoreInstallation, begin: BackupBegin, root: string): Promise<FoundLedgers> {
  const privacy = privacyOf(begin);
  try {
    for (const place of erasures.named)
      if ((await findLedgers(privacy, [place])).files.length === 0)
        throw new BackupRefused("backup.erasures_not_found", `There is no list of erasures of this installation in ${place}.`);
    return await findLedgers(privacy, [...erasures.named, ...erasures.likely, join(root, LEDGER_FOLDER)]);
  } catch (error) {
    if (error instanceof LedgerUnreadable)
      throw new BackupRefused("backup.erasures_unreadable", `${error.message}; name another copy with --erasures, or move it away.`, error);
    throw error;
  }
}

function privacyOf(begin: BackupBegin): PrivacyModule {
  return createPrivacyModule({ masterKey: Buffer.from(begin.masterKey, "base64") });
}

async function fillEngines(
  { file, config, log, onProgress }: RestoreInstallation,
  { begin, lists }: { readonly begin: BackupBegin; readonly lists: FoundLedgers },
  dataDirectory: DataDirectory,
): Promise<Repeated> {
  const { databaseUrl, clickhouseUrl, clickhouseCluster } = config;
  const engines = await startEngines({ dataDirectory, databaseUrl, clickhouseUrl, clickhouseCluster, log });
  const db = openPostgres(engines.postgres, { connectionsMax: 4, name: "terrace-restore" });
  const warehouse = openWarehouse(clickhouseAddress(config, engines.clickhouse));
  try {
    if ((await hasTables(db)) || (await hasEventTables(warehouse)))
      throw new BackupRefused(
        "backup.target_not_empty",
        "The databases named by DATABASE_URL and CLICKHOUSE_URL are not empty; make new ones, or drop and make them anew after a restore that broke off.",
      );
    await markRestore(db);
    const engine = await eventEngineOf(warehouse, config.clickhouseReplicated);
    await restoreBackup({
      file,
      begin,
      target: {
        db,
        warehouse,
        migrateUpTo: (steps) => migrateUpTo(db, engine, EVENT_MIGRATIONS, steps),
        migrate: () => migrate(db, engine, EVENT_MIGRATIONS),
      },
      nowMs: Date.now,
      endOutward: endRestored,
      restoreId: randomBytes(8).toString("hex"),
      onProgress,
    });
    const repeated = await repeatSince(db, begin, lists);
    await unmarkRestore(db);
    return repeated;
  } finally {
    await Promise.all([db.end({ timeout: 3 }), warehouse.close()]);
    await engines.stop();
  }
}

/** While the mark still stands, so that nothing serves before it: whoever was erased since is refused, and their keys are gone. */
async function repeatSince(db: Db, begin: BackupBegin, { ledger }: FoundLedgers): Promise<Repeated> {
  const privacy = privacyOf(begin);
  const [nowMs, random] = [Date.now, (count: number) => randomBytes(count)];
  const quiet = () => undefined;
  const { audit } = createAccessModule({ db, nowMs, randomBytes: random, log: { info: quiet, warn: quiet, error: quiet } });
  const people = { lockIdsOfPeople, forgetTerms: (...given: ForgetGiven) => forgetTerms({ privacy }, ...given) };
  return repeatErasures({ db, privacy, people, audit, nowMs, randomBytes: random }, ledger, begin.madeAtMs);
}

type ForgetGiven = readonly [tx: Tx, workspaceId: number, originIds: readonly string[]];

/** Marks an empty folder; true when it bears the mark of a restore that broke off. With servers of one's own it holds the master key only, and may be there. */
async function markFolder(root: string, ownEngine: boolean): Promise<boolean> {
  await mkdir(root, { recursive: true });
  const entries = await readdir(root);
  if (entries.includes(RESTORE_MARK)) return true;
  if (entries.length > 0 && (ownEngine || entries.some((name) => !KEY_ONLY.has(name))))
    throw new BackupRefused("backup.target_not_empty", `${root} is not empty; name a new folder with --data.`);
  await writeFile(join(root, RESTORE_MARK), "A restore writes into this folder. What is here is not whole until this file is gone.\n", {
    flush: true,
  });
  const folder = await open(root, "r");
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
  return false;
}

/** What a data directory holds when both engines are elsewhere. */
const KEY_ONLY: ReadonlySet<string> = new Set(["secrets", "run", "tmp", "state", "events", "version.json", LEDGER_FOLDER]);

/** Takes away what a restore that broke off has left; this process holds the folder's lock. */
async function emptyFolders({ path, statePath, eventsPath }: DataDirectory): Promise<void> {
  await stopLeftoverPostgres(join(statePath, "postgres"));
  await stopLeftoverClickHouse(eventsPath);
  for (const folder of [statePath, eventsPath, join(path, "secrets")])
    for (const name of await entriesOf(folder)) await rm(join(folder, name), { recursive: true, force: true });
}

async function entriesOf(folder: string): Promise<readonly string[]> {
  return readdir(folder).catch((error: unknown) => {
    if (systemErrorCode(error) === "ENOENT") return [];
    throw error;
  });
}

/** Another key would open nothing of what is restored. */
function requireSameKey({ masterKey }: StartConfig, begin: BackupBegin): void {
  if (masterKey === undefined || Buffer.from(parseMasterKey(masterKey, "TERRACE_MASTER_KEY")).toString("base64") === begin.masterKey)
    return;
  throw new BackupRefused(
    "backup.master_key_differs",
    "TERRACE_MASTER_KEY is another key than the one in the backup; leave it out, and the key of the backup is written to the data directory.",
  );
}

async function writeMasterKey(root: string, { masterKey }: StartConfig, begin: BackupBegin): Promise<void> {
  if (masterKey !== undefined) return;
  const folder = join(root, "secrets");
  const path = join(folder, "master.key");
  const present = await readFile(path, "utf8").catch((error: unknown) => {
    if (systemErrorCode(error) === "ENOENT") return undefined;
    throw error;
  });
  if (present !== undefined) {
    if (Buffer.from(parseMasterKey(present, path)).toString("base64") === begin.masterKey) return;
    throw new BackupRefused(
      "backup.master_key_differs",
      `${path} is another key than the one in the backup; name another folder with --data.`,
    );
  }
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await writeFile(path, `${begin.masterKey}\n`, { mode: 0o600, flush: true, flag: "wx" });
}

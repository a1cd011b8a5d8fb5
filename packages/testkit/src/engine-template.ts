import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { EVENT_MIGRATIONS, eventEngineOf } from "@terrace/server/composition/event-engine";
import { openDataDirectory } from "@terrace/server/platform/engines/data-directory";
import { startEngines } from "@terrace/server/platform/engines/engines";
import { openWarehouse } from "@terrace/server/platform/storage/clickhouse";
import { migrate } from "@terrace/server/platform/storage/migrate";
import { openPostgres } from "@terrace/server/platform/storage/postgres";

const VARIABLE = "TERRACE_TEST_ENGINE_TEMPLATE";
const QUIET = { info: () => undefined, warn: () => undefined, error: () => undefined };
const FORMAT_MARK = "version.json";

/**
 * Makes the data of both engines with this version's schema and nothing in them, once for a whole run of tests: making a cluster and going
 * through every migration takes three of the four seconds of a first start. Answers what removes it. First starts from nothing are tested by
 * tests/start and by the engines' own suite.
 */
export async function makeEngineTemplate(): Promise<() => Promise<void>> {
  const path = await mkdtemp(join(tmpdir(), "terrace-template-"));
  const data = await openDataDirectory(path);
  const engines = await startEngines({ dataDirectory: data, log: QUIET });
  const db = openPostgres(engines.postgres, { connectionsMax: 2, name: "template" });
  const warehouse = openWarehouse(engines.clickhouse);
  await migrate(db, await eventEngineOf(warehouse, false), EVENT_MIGRATIONS);
  await db.end({ timeout: 2 });
  await warehouse.close();
  await engines.stop();
  await data.close();
  process.env[VARIABLE] = path;
  return () => rm(path, { recursive: true, force: true });
}

/** Lays the run's prepared engines into a data folder that holds no data yet; without a prepared one the engines make their own. */
export async function fillFromTemplate(folder: string, engines: readonly ("state" | "events")[] = ["state", "events"]): Promise<void> {
  const template = process.env[VARIABLE];
  if (template === undefined || existsSync(join(folder, FORMAT_MARK))) return;
  await mkdir(folder, { recursive: true });
  // Owners stay what they are (PostgreSQL's files belong to another account when Terrace is root), which Node's own copying forgets.
  const parts = [...engines, FORMAT_MARK].map((name) => join(template, name));
  await promisify(execFile)("cp", ["-a", ...parts, folder]);
}

import { EVENT_MIGRATIONS, eventEngineOf } from "@terrace/server/composition/event-engine";
import { openDataDirectory } from "@terrace/server/platform/engines/data-directory";
import { startEngines } from "@terrace/server/platform/engines/engines";
import { openWarehouse, type Warehouse } from "@terrace/server/platform/storage/clickhouse";
import { migrate } from "@terrace/server/platform/storage/migrate";
import { openPostgres, type Db } from "@terrace/server/platform/storage/postgres";
import { existsSync, writeFileSync } from "node:fs";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fillEvents } from "./insight-fill.ts";

type Engines = { readonly db: Db; readonly warehouse: Warehouse };
type FillAsked = {
  readonly size: number;
  readonly data: string | undefined;
  readonly name: string;
  readonly fill?: (engines: Engines, size: number) => Promise<void>;
};

const fillWithEvents: NonNullable<FillAsked["fill"]> = ({ warehouse }, size) => fillEvents(warehouse, size);

/** Measures on engines that hold so many events: kept under `data` by size for the next time, or thrown away where none is given. */
export async function withFilledEngines(
  { size, data: kept, name, fill = fillWithEvents }: FillAsked,
  measure: (engines: Engines) => Promise<void>,
): Promise<void> {
  const folder = kept === undefined ? await mkdtemp(join(tmpdir(), `terrace-${name}-`)) : join(kept, String(size));
  await mkdir(folder, { recursive: true });
  const data = await openDataDirectory(folder);
  const engines = await startEngines({ dataDirectory: data, log: { info: () => undefined, warn: console.warn, error: console.error } });
  const db = openPostgres(engines.postgres, { connectionsMax: 4, name: "bench" });
  const warehouse = openWarehouse(engines.clickhouse);
  try {
    await migrate(db, await eventEngineOf(warehouse, false), EVENT_MIGRATIONS);
    const mark = join(folder, "bench.filled");
    if (!existsSync(mark)) {
      const startedMs = performance.now();
      await fill({ db, warehouse }, size);
      console.log(`filled with ${size} events in ${((performance.now() - startedMs) / 1000).toFixed(0)} s`);
      writeFileSync(mark, "");
    }
    await measure({ db, warehouse });
  } finally {
    await db.end();
    await warehouse.close();
    await engines.stop();
    await data.close();
    if (kept === undefined) await rm(folder, { recursive: true, force: true });
  }
}

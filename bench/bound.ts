// The bound of ingest: the same rows straight into both engines, with nothing of Terrace between: node bench/bound.ts [--events 400000]
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { EMPTY_CONTEXT } from "@terrace/domain/event/feed-event";
import { EVENT_MIGRATIONS, eventEngineOf } from "@terrace/server/composition/event-engine";
import { insertEvents } from "@terrace/server/modules/warehouse/event-store";
import { encodeEvents, type EventRows } from "@terrace/server/modules/warehouse/event-rows";
import { openDataDirectory } from "@terrace/server/platform/engines/data-directory";
import { startEngines } from "@terrace/server/platform/engines/engines";
import { encodePayload } from "@terrace/server/platform/feed/feed-codec";
import { appendToFeed } from "@terrace/server/platform/feed/feed.store";
import { openWarehouse } from "@terrace/server/platform/storage/clickhouse";
import { migrate } from "@terrace/server/platform/storage/migrate";
import { openPostgres } from "@terrace/server/platform/storage/postgres";
import { trackCall } from "./events.ts";

const { values } = parseArgs({ options: { events: { type: "string", default: "400000" } } });
const total = Number(values.events);
const PLAIN = { encryptPayload: (bytes: Uint8Array) => bytes, decryptPayload: (bytes: Uint8Array) => bytes };
const FEED_COMMIT = 1_000;
const INSERT = 12_000;

const folder = await mkdtemp(join(tmpdir(), "terrace-bound-"));
const data = await openDataDirectory(folder);
const quiet = { info: () => undefined, warn: console.warn, error: console.error };
const engines = await startEngines({ dataDirectory: data, log: quiet });
const db = openPostgres(engines.postgres, { connectionsMax: 4, name: "bound" });
const warehouse = openWarehouse(engines.clickhouse);
try {
  await migrate(db, await eventEngineOf(warehouse, false), EVENT_MIGRATIONS);
  const calls = Array.from({ length: INSERT }, (_, number) => JSON.stringify(trackCall("bound", number, 100_000)));
  const rows = encodeEvents(
    Array.from({ length: INSERT }, (_, index) => ({
      lane: 0,
      seq: "1",
      index,
      propertiesText: JSON.stringify(propertiesOf(index)),
      event: {
        workspaceId: 1,
        messageId: `m${index}`,
        source: "segment",
        name: "Product Viewed",
        timeMs: Date.now(),
        receivedAtMs: Date.now(),
        ids: [],
        link: "observed",
        properties: {},
        context: EMPTY_CONTEXT,
        traits: [],
        secrets: {},
      },
    })),
    ({ index }) => String(index * 7919 + 1),
  );
  const startedAt = performance.now();
  await Promise.all([feed(calls), store(rows)]);
  const both = (performance.now() - startedAt) / 1000;
  console.log(`bound: ${total} events into both engines at once in ${both.toFixed(1)} s = ${Math.round(total / both)} events/s`);
} finally {
  await db.end();
  await warehouse.close();
  await engines.stop();
  await data.close();
  await rm(folder, { recursive: true, force: true });
}

function propertiesOf(index: number): Record<string, unknown> {
  return { order_id: `o-${index}`, price: index + 0.5, quantity: 2, currency: "CNY" };
}

async function feed(calls: readonly string[]): Promise<void> {
  for (let done = 0; done < total; done += FEED_COMMIT) {
    const payload = await encodePayload(PLAIN, calls.slice(done % (INSERT - FEED_COMMIT), (done % (INSERT - FEED_COMMIT)) + FEED_COMMIT));
    await appendToFeed(db, [{ lane: (done / FEED_COMMIT) % 8, eventCount: FEED_COMMIT, payload }]);
  }
}

async function store(rows: EventRows): Promise<void> {
  for (let done = 0; done < total; done += INSERT) await insertEvents(warehouse, rows, { from: 0, to: INSERT }, `bound-${done}`);
}

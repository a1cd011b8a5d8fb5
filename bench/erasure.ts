// Erases people while questions are asked: node bench/run.mjs erasure --events 2000000 --people 1000
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { ch, type Warehouse } from "@terrace/server/platform/storage/clickhouse";
import { eventually, startTerrace, type TestTerrace } from "@terrace/testkit/terrace";
import { openInstance, type Instance } from "./instance.ts";

const EVENTS_EACH = 40;
const ROWS_PER_INSERT = 500_000;
const IDENTIFY_BATCH = 250;
const ROUNDS_AT_REST = 15;
/** Between two questions: people look at pages, they do not keep both cores busy with them. */
const ASK_EVERY_MS = 400;

const { values } = parseArgs({ options: { events: { type: "string", default: "2000000" }, people: { type: "string", default: "1000" } } });
const events = Number(values.events);
const erased = Number(values.people);

type Erasure = {
  readonly id: string;
  readonly state: string;
  readonly holder: string;
  readonly removed: readonly { store: string; what: string; count: number }[];
};

/** People whom Terrace knows, so that there is somebody to erase. */
async function identify(terrace: TestTerrace): Promise<void> {
  for (let from = 0; from < erased; from += IDENTIFY_BATCH)
    await terrace.send(
      Array.from({ length: Math.min(IDENTIFY_BATCH, erased - from) }, (_, index) => ({
        type: "identify",
        userId: `u-${from + index}`,
        anonymousId: `d-${from + index}`,
        traits: { phone: `138${String(from + index).padStart(8, "0")}`, name: "王小明", city: "杭州" },
      })),
    );
  await eventually(() => terrace.api(`/person?kind=user_id&value=u-${erased - 1}`), 60_000);
}

/** Half a year of events straight into the event engine: those of the first people are filed under the ids Terrace knows. */
async function load({ warehouse, privacy }: Instance): Promise<void> {
  const known = Array.from({ length: erased }, (_, index) => privacy.originId(1, "user_id", `u-${index}`));
  const people = Math.max(erased, Math.round(events / EVENTS_EACH));
  for (let from = 0; from < events; from += ROWS_PER_INSERT)
    await warehouse.client.command({
      query: `INSERT INTO events (workspace_id, origin_id, name, time, received_at, message_id, event_id, source, properties, channel, page_url, page_path, device_type, os)
        WITH cityHash64(number) % ${people} AS p, [${known.join(",")}] AS known
        SELECT 1, if(p < ${erased}, known[p + 1], cityHash64(p) % 9223372036854775807 + 1), ['$pageview', 'Product Viewed', 'Order Completed', '$AppStart'][cityHash64(number, 1) % 4 + 1],
          now64(3) - toIntervalSecond(cityHash64(number, 2) % 15552000), now64(3), hex(sipHash128(number)), toString(number), 'segment',
          concat('{"revenue":', toString(number % 1000 / 10), ',"sku":"sku-', toString(number % 5000), '","category":"c', toString(number % 20), '","quantity":', toString(number % 5), ',"note":"', hex(sipHash128(number, 3)), '"}'),
          ['wechat', 'app', 'web'][number % 3 + 1], concat('https://shop.example.com/p/', toString(number % 5000)), concat('/p/', toString(number % 5000)), 'mobile', 'iOS'
        FROM numbers(${from}, ${Math.min(ROWS_PER_INSERT, events - from)})`,
      clickhouse_settings: { max_partitions_per_insert_block: "0", insert_deduplicate: 0, max_query_size: "16777216" },
    });
}

/** Merges what was just loaded, month by month: those merges would be measured otherwise. */
async function mergeParts(warehouse: Warehouse): Promise<void> {
  const months = await warehouse.rows<{ id: string }>(
    1,
    "bench",
    ch`select distinct partition_id as id from system.parts where active and table = 'events' order by id`,
  );
  for (const { id } of months) await warehouse.client.command({ query: `OPTIMIZE TABLE events PARTITION ID '${id}' FINAL` });
}

/** A question of the kind pages ask; answers how long it took, in ms. */
async function ask(warehouse: Warehouse): Promise<number> {
  const began = performance.now();
  await warehouse.rows(
    1,
    "bench",
    ch`select name, uniq(dictGetOrDefault('person_of_origin', 'person_id', (workspace_id, origin_id), origin_id)) as people, sum(properties.revenue.:Float64) as revenue
      from events where workspace_id = 1 group by name`,
  );
  return performance.now() - began;
}

async function figures(warehouse: Warehouse): Promise<string> {
  const rows = await warehouse.rows(
    1,
    "bench",
    ch`select name, count() as events, uniqExact(dictGetOrDefault('person_of_origin', 'person_id', (workspace_id, origin_id), origin_id)) as people,
      round(sum(ifNull(properties.revenue.:Float64, 0) + ifNull(properties.revenue.:Int64, 0)), 1) as revenue from events where workspace_id = 1 and name != '$identify' group by name order by name`,
  );
  return JSON.stringify(rows);
}

function median(times: readonly number[]): number {
  return times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)] ?? Number.NaN;
}

async function run(terrace: TestTerrace, instance: Instance): Promise<void> {
  const { warehouse } = instance;
  const loadBegan = performance.now();
  await identify(terrace);
  await load(instance);
  const [parts] = await warehouse.rows<{ bytes: number }>(
    1,
    "bench",
    ch`select sum(bytes_on_disk) as bytes from system.parts where active and table = 'events'`,
  );
  console.log(`${events} events loaded in ${seconds(loadBegan)} s, ${Math.round((parts?.bytes ?? 0) / 1e6)} MB`);
  await mergeParts(warehouse);
  const atRest: number[] = [];
  for (let round = 0; round < ROUNDS_AT_REST; round += 1) atRest.push(await ask(warehouse));
  const before = await figures(warehouse);

  const began = performance.now();
  const identities = Array.from({ length: erased }, (_, index) => ({ kind: "user_id", value: `u-${index}` }));
  const { id } = await terrace.api<Erasure>("/erasures", { body: { identities, reason: "bench", confirm: "erase" } });
  console.log(`refused and keys destroyed after ${seconds(began)} s`);
  const during: number[] = [];
  let holder = "";
  let erasure: Erasure;
  do {
    during.push(await ask(warehouse));
    await sleep(ASK_EVERY_MS);
    erasure = await terrace.api<Erasure>(`/erasures/${id}`);
    if (erasure.holder !== holder) console.log(`  ${seconds(began)} s: ${erasure.holder === "" ? "done" : erasure.holder}`);
    holder = erasure.holder;
  } while (erasure.state !== "done");
  const took = seconds(began);
  const removed = erasure.removed.map(({ store, what, count }) => `${store} ${what} ${count}`).join(", ");
  console.log(`${erased} people erased in ${took} s: ${removed}`);
  console.log(
    `question p50 at rest ${Math.round(median(atRest))} ms, meanwhile ${Math.round(median(during))} ms (${during.length} asked): ${(median(during) / median(atRest)).toFixed(2)} ×`,
  );
  console.log(`figures ${(await figures(warehouse)) === before ? "unchanged" : `CHANGED: ${before} -> ${await figures(warehouse)}`}`);
}

function seconds(began: number): string {
  return ((performance.now() - began) / 1000).toFixed(1);
}

const terrace = await startTerrace();
const instance = await openInstance(terrace.data);
try {
  await run(terrace, instance);
} finally {
  await instance.close();
  await terrace.stop();
}

import { Readable } from "node:stream";
import { finished, pipeline } from "node:stream/promises";
import { setTimeout as sleep } from "node:timers/promises";
import type { FeedEvent } from "@terrace/domain/event/feed-event";
import { createCollectEdge } from "@terrace/server/modules/collect/edge/collect-edge";
import { inTransaction, type Db, type Tx } from "@terrace/server/platform/storage/postgres";
import type { Instance } from "./instance.ts";
import { idOf, personCall, SPAN_DAYS, WORKSPACE } from "./people-made.ts";
import { createRowMaker, PERSON_TABLES, type PersonRows } from "./people-rows.ts";

export const EVENTS_PER_PERSON = 5;
export const TAGS = { common: "回头客", rare: "大客户" } as const;

const PER_TRANSACTION = 5_000;
const PER_INSERT = 50_000;
/** Held by the bench only while it fills: nothing of it is needed after a crash. */
const FILL_SETTINGS = [
  "full_page_writes = off",
  "autovacuum = off",
  "max_wal_size = '8GB'",
  "synchronous_commit = off",
  "maintenance_work_mem = '1GB'",
] as const;
/** Kept while filling: the pipeline uses them, and they are small. */
const LIVE_TABLES: ReadonlySet<string> = new Set(["person_change", "person_tag"]);

/**
 * Makes people 0 … size-1 with tags and events, in a Terrace that is empty and left alone meanwhile. The rows are those that the
 * pipeline would write, copied in; indexes are built afterwards; events are made by the event engine itself.
 */
export async function fillPeople(instance: Instance, size: number): Promise<void> {
  const { db } = instance;
  const startedAt = performance.now();
  const passed = (): string => `${((performance.now() - startedAt) / 1000).toFixed(0)} s`;
  for (const setting of FILL_SETTINGS) await db.unsafe(`alter system set ${setting}`);
  await db`select pg_reload_conf()`;
  const rebuild = await dropIndexes(db);
  await copyPeople(instance, size);
  console.log(`${size} people copied after ${passed()}`);
  for (const statement of rebuild) await db.unsafe(statement);
  await tagPeople(instance);
  console.log(`indexes built after ${passed()}`);
  await fillEvents(instance, size);
  console.log(`${size * EVENTS_PER_PERSON} events after ${passed()}`);
  await settle(db);
  console.log(`filled after ${passed()}`);
}

async function settle(db: Db): Promise<void> {
  await db.unsafe("vacuum analyze");
  await db.unsafe("alter system reset all");
  await db`select pg_reload_conf()`;
  await db.unsafe("checkpoint");
  await changesTold(db);
}

/** What the event engine must know of joined ids goes there by the pipeline itself; waits until it is there. */
export async function changesTold(db: Db): Promise<void> {
  for (;;) {
    const [row] = await db<{ waiting: string }[]>`select count(*) as waiting from person_change`;
    if (row?.waiting === "0") return;
    await sleep(500);
  }
}

/** Drops the indexes of the people tables and answers the statements that make them again, word for word. */
async function dropIndexes(db: Db): Promise<readonly string[]> {
  const tables = Object.keys(PERSON_TABLES).filter((table) => !LIVE_TABLES.has(table));
  const keys = await db<{ table: string; name: string; definition: string }[]>`
    select conrelid::regclass::text as table, conname as name, pg_get_constraintdef(oid) as definition from pg_constraint where contype = 'p' and conrelid::regclass::text = any(${tables})`;
  const indexes = await db<{ name: string; definition: string }[]>`
    select indexname as name, indexdef as definition from pg_indexes where tablename = any(${tables}) and indexname <> all(${keys.map(({ name }) => name)}::text[])`;
  for (const { table, name } of keys) await db.unsafe(`alter table ${table} drop constraint ${name}`);
  for (const { name } of indexes) await db.unsafe(`drop index ${name}`);
  return [
    ...keys.map(({ table, name, definition }) => `alter table ${table} add constraint ${name} ${definition}`),
    ...indexes.map(({ definition }) => definition),
  ];
}

async function copyPeople(instance: Instance, size: number): Promise<void> {
  const decode = createDecoder(instance);
  const rowsOf = createRowMaker(instance.privacy, instance.masterKey);
  let next = 0;
  // Two at a time: while PostgreSQL writes one, the next is prepared.
  const lane = async (): Promise<void> => {
    while (next < size) {
      const from = next;
      next = Math.min(size, from + PER_TRANSACTION);
      const rows = rowsOf(Array.from({ length: next - from }, (_, index) => decode(personCall(from + index, Date.now()))));
      await inTransaction(instance.db, (tx) => copyRows(tx, rows));
      if (from > 0 && from % 100_000 === 0) console.log(`  ${from} people`);
    }
  };
  await Promise.all([lane(), lane()]);
}

async function copyRows(tx: Tx, rows: PersonRows): Promise<void> {
  for (const [table, columns] of Object.entries(PERSON_TABLES)) {
    const lines = rows[table as keyof PersonRows];
    if (lines.length === 0) continue;
    const writable = await tx.unsafe(`copy ${table} (${columns}) from stdin`).writable();
    await pipeline(Readable.from([Buffer.from(`${lines.join("\n")}\n`)], { objectMode: false }), writable);
  }
}

function createDecoder({ privacy }: Instance): (call: Record<string, unknown>) => FeedEvent {
  const unused = (): Promise<undefined> => Promise.reject(new Error("nothing is received here"));
  const edge = createCollectEdge({
    privacy,
    nowMs: Date.now,
    findWriteKey: unused,
    accept: unused,
    isMarkedPersonal: () => false,
    log: { debug: () => undefined },
  });
  return (call) => {
    const {
      events: [event],
    } = edge.redecode("segment", JSON.stringify(call), { workspaceId: WORKSPACE, receivedAtMs: Date.now() });
    if (event === undefined) throw new Error("a person was refused");
    return event;
  };
}

/** One of fifty has the common tag, one of five thousand the rare one. */
async function tagPeople({ db }: Instance): Promise<void> {
  const now = new Date();
  for (const [tag, ending] of [
    [TAGS.common, "[05]9$"],
    [TAGS.rare, "[05]999$"],
  ] as const) {
    await db`insert into person_tag (workspace_id, origin_id, tag, owner, created_at) select ${WORKSPACE}, origin_id, ${tag}, 'bench', ${now} from identity where workspace_id = ${WORKSPACE} and kind = 'user_id' and value ~ ${ending}`;
  }
}

async function fillEvents({ warehouse: { client }, privacy }: Instance, size: number): Promise<void> {
  await client.command({ query: "create table if not exists bench_person (number UInt64, origin_id UInt64) engine = Memory" });
  for (let from = 0; from < size; from += PER_INSERT) {
    await client.command({ query: "truncate table bench_person" });
    const rows = Array.from({ length: Math.min(PER_INSERT, size - from) }, (_, index) => {
      const { kind, value } = idOf(from + index);
      return `${from + index}\t${privacy.originId(WORKSPACE, kind, value)}`;
    });
    const { stream } = await client.exec({
      query: "insert into bench_person format TSV",
      values: Readable.from([Buffer.from(`${rows.join("\n")}\n`)], { objectMode: false }),
    });
    stream.resume();
    await finished(stream);
    await client.command({ query: EVENTS_OF_PEOPLE });
  }
  await client.command({ query: "drop table bench_person" });
}

const EVENTS_OF_PEOPLE = `
  insert into events (workspace_id, origin_id, name, time, received_at, message_id, event_id, source, properties, channel, utm_source, page_url, page_path, page_title, device_type, browser, os, locale, library)
  select ${WORKSPACE}, origin_id, ['Product Viewed', 'Product Added', 'Order Completed', '$pageview', 'Login'][(number + k) % 5 + 1] as name,
    now64(3) - toIntervalSecond((number * 104729 + k * 777767) % ${SPAN_DAYS * 86_400}) as time, time, concat('fill-', toString(number), '-', toString(k)), concat('9-', toString(number), '-', toString(k)), 'segment',
    concat('{"order_id":"o-', toString(number), '","product_id":"sku-', toString((number + k) % 997), '","price":', toString(number % 500), '.5,"quantity":', toString(k % 3 + 1), ',"currency":"CNY"}'),
    'social', 'weixin', concat('https://shop.example.test/p/', toString((number + k) % 997)), concat('/p/', toString((number + k) % 997)), 'Jasmine tea', 'mobile', 'Mobile Safari', 'iOS', 'zh-CN', 'bench'
  from bench_person array join range(${EVENTS_PER_PERSON}) as k`;

import { createSegment, deleteSegment } from "@terrace/contract/api/segments";
import type { PersonCondition } from "@terrace/domain/conditions/condition";
import { ch, type Warehouse } from "@terrace/server/platform/storage/clickhouse";
import { everyoneMeetingSql } from "@terrace/server/platform/storage/condition-sql";
import type { Db } from "@terrace/server/platform/storage/postgres";
import { callRoute } from "@terrace/testkit/call-route";
import { makeLiveWorld } from "@terrace/testkit/live-world";
import { setTimeout as sleep } from "node:timers/promises";
import { pipeline } from "node:stream/promises";
import { AGAINST_HAND_HEAD, againstHand, newNoted, requireSame, timed } from "./against-hand.ts";
import { withFilledEngines } from "./filled-engines.ts";
import { fillEvents, ID, NOW_MS, WORKSPACE, ZONE } from "./insight-fill.ts";
import { treeCpu } from "./process-tree.ts";

/** Every person has two ids, and on the average twenty events. */
const EVENTS_PER_ID = 10;

/** Five questions about what people did, of different ages and with properties. */
const CONDITION: PersonCondition = {
  all: [
    { did: { event: "Order Completed" }, count: { op: "gte", value: 2 }, within: { days: 90 } },
    { did: { event: "Product Viewed", where: { property: "price", gte: 50 } }, count: { op: "gte", value: 3 }, within: { days: 30 } },
    { not: { did: { event: "login" }, within: { days: 7 } } },
    {
      any: [
        { did: { event: "search", where: { column: "channel", is: ["wechat"] } }, within: { days: 60 } },
        { did: { event: "Checkout" }, count: { op: "gte", value: 5 } },
      ],
    },
  ],
};

/** Five questions that more than half of all people meet: how much there is to write shows. */
const MANY: PersonCondition = {
  all: [
    { did: { event: "page_view" }, count: { op: "gte", value: 2 }, within: { days: 90 } },
    { did: { event: "Product Viewed", where: { property: "price", gte: 5 } } },
    { not: { did: { event: "login" }, within: { days: 2 } } },
    {
      any: [
        { did: { event: "search", where: { column: "channel", is: ["wechat"] } } },
        { did: { event: "page_view" }, count: { op: "gte", value: 3 } },
      ],
    },
  ],
};

const since = (days: number): string =>
  `time >= toDateTime64(toDate(fromUnixTimestamp64Milli(${NOW_MS}), '${ZONE}') - ${days - 1}, 3, '${ZONE}') and time < toDateTime64(toDate(fromUnixTimestamp64Milli(${NOW_MS}), '${ZONE}') + 1, 3, '${ZONE}')`;
/** A text counts where it is a plain decimal: `1e5`, `inf` and `nan` are no prices. */
const price = (least: number): string =>
  `(properties.price.:Int64 >= ${least} or properties.price.:Float64 >= ${least} or (toFloat64OrNull(properties.price.:String) >= ${least} and match(properties.price.:String, '^-?[0-9]{1,30}(\\.[0-9]{1,30})?$')))`;

/** The same as somebody would write it who knows the tables: counts by id of what is read, then by person. */
function byHand(counts: readonly string[], read: string, having: string): string {
  const names = ["a", "b", "c", "d", "e"];
  return `select toString(person) as id from (
    select dictGetOrDefault('person_of_origin', 'person_id', (toUInt32(${WORKSPACE}), origin_id), origin_id) as person, a, b, c, d, e from (
      select origin_id, ${counts.map((count, index) => `countIf(${count}) as ${names[index]}`).join(", ")}
      from events where workspace_id = ${WORKSPACE} and origin_id != 0 and (${read})
      group by origin_id))
  group by person having ${having}`;
}

const CASES: readonly { readonly name: string; readonly condition: PersonCondition; readonly hand: string }[] = [
  {
    name: "few",
    condition: CONDITION,
    hand: byHand(
      [
        `name = 'Order Completed' and ${since(90)}`,
        `name = 'Product Viewed' and ${price(50)} and ${since(30)}`,
        `name = 'login' and ${since(7)}`,
        `name = 'search' and channel = 'wechat' and ${since(60)}`,
        "name = 'Checkout'",
      ],
      `(name = 'Order Completed' and ${since(90)}) or (name = 'Product Viewed' and ${price(50)} and ${since(30)}) or (name = 'login' and ${since(7)})
        or (name = 'search' and channel = 'wechat' and ${since(60)}) or name = 'Checkout'`,
      "sum(a) >= 2 and sum(b) >= 3 and sum(c) = 0 and (sum(d) >= 1 or sum(e) >= 5)",
    ),
  },
  {
    name: "many",
    condition: MANY,
    hand: byHand(
      [
        `name = 'page_view' and ${since(90)}`,
        `name = 'Product Viewed' and ${price(5)}`,
        `name = 'login' and ${since(2)}`,
        "name = 'search' and channel = 'wechat'",
        "name = 'page_view'",
      ],
      `name = 'page_view' or (name = 'Product Viewed' and ${price(5)}) or (name = 'login' and ${since(2)}) or (name = 'search' and channel = 'wechat')`,
      "sum(a) >= 2 and sum(b) >= 1 and sum(c) = 0 and (sum(d) >= 1 or sum(e) >= 3)",
    ),
  },
];

/** Building segments of five conditions on so many events: the question against the one written by hand, and the whole of it with its members written. */
export async function measureBuild({ size, times, data }: { size: number; times: number; data: string | undefined }): Promise<void> {
  await withFilledEngines({ size, data, name: "segments", fill }, async (engines) => {
    console.log(`\n## Building a segment of five conditions: ${size} events, ${size / EVENTS_PER_ID / 2} people\n`);
    console.log(
      `| members | ${AGAINST_HAND_HEAD} | built ms | PostgreSQL CPU ms | known to analyses ms |\n|---|---|---|---|---|---|---|---|---|---|`,
    );
    for (const each of CASES) console.log(await compare(engines, each, times));
  });
}

async function fill({ db, warehouse }: { readonly db: Db; readonly warehouse: Warehouse }, size: number): Promise<void> {
  const ids = size / EVENTS_PER_ID;
  await fillEvents(warehouse, size, ids);
  await db`insert into workspace (workspace_id, name) overriding system value values (${WORKSPACE}, 'bench') on conflict do nothing`;
  const session = await db.reserve();
  await session`set session_replication_role = replica`;
  const copy = async (table: string, columns: string, select: string): Promise<void> => {
    const { stream } = await warehouse.client.exec({ query: `${select} format TSV` });
    await pipeline(stream, await session.unsafe(`copy ${table} (${columns}) from stdin`).writable());
  };
  const person = ID("number * 2");
  await copy(
    "person",
    "workspace_id, person_id, first_seen_ms, last_seen_ms, joined_at_ms, ids_count, kinds, identified",
    `select ${WORKSPACE}, ${person}, ${NOW_MS}, ${NOW_MS}, ${NOW_MS}, 2, 1, 't' from numbers(${ids / 2})`,
  );
  await copy(
    "identity",
    "workspace_id, origin_id, person_id, first_seen_ms, last_seen_ms, kind, value",
    `select ${WORKSPACE}, ${ID("number")}, ${ID("intDiv(number, 2) * 2")}, ${NOW_MS}, ${NOW_MS}, 'user_id', concat('user-', toString(number)) from numbers(${ids})`,
  );
  session.release();
  await db.unsafe("vacuum analyze person, identity");
}

type Count = { readonly people: number };
/** Both in turn, the best of each; all have to come to the same number of people. */
async function compare(
  engines: { readonly db: Db; readonly warehouse: Warehouse },
  { condition, hand }: (typeof CASES)[number],
  times: number,
): Promise<string> {
  const { warehouse } = engines;
  const [own, other] = [newNoted(), newNoted()];
  let found = 0;
  const built = { ms: Infinity, copiedMs: Infinity, cpuMs: Infinity };
  const people = everyoneMeetingSql(condition, {
    workspaceId: WORKSPACE,
    virtuals: [],
    tokenise: (_class, value) => value,
    nowMs: NOW_MS,
    zone: ZONE,
  });
  for (let time = 0; time < times; time += 1) {
    found = await timed(
      own,
      async () => (await warehouse.rows<Count>(WORKSPACE, "bench", ch`select count() as people from (${people})`))[0]?.people ?? -1,
    );
    const byHand = await timed(other, async () => {
      const answer = await warehouse.client.query({ query: `select count() as people from (${hand})`, format: "JSONEachRow" });
      return (await answer.json<Count>())[0]?.people ?? -1;
    });
    const whole = await buildOnce(engines, condition);
    requireSame("people", found, byHand);
    requireSame("members", whole.people, found);
    built.ms = Math.min(built.ms, whole.ms);
    built.copiedMs = Math.min(built.copiedMs, whole.copiedMs);
    built.cpuMs = Math.min(built.cpuMs, whole.cpuMs);
  }
  return `| ${found} | ${againstHand(own, other)} | ${built.ms.toFixed(0)} | ${built.cpuMs.toFixed(0)} | ${built.copiedMs.toFixed(0)} |`;
}

/** From the making of a segment until its members are there, and until the event engine knows them. */
async function buildOnce(engines: { readonly db: Db; readonly warehouse: Warehouse }, condition: PersonCondition) {
  const { db } = engines;
  const world = Object.assign(makeLiveWorld({ ...engines, stop: () => Promise.resolve() }, NOW_MS), { zone: ZONE });
  const cpuBefore = treeCpu(process.pid).postgres;
  const startedMs = performance.now();
  const { id } = await callRoute(world.segments.routes, WORKSPACE, createSegment, { body: { name: "bench", rule: condition } });
  const building = world.step("segments.build");
  let people = 0;
  while (people === 0) {
    const [row] = await db<{ size: number }[]>`select size from segment where workspace_id = ${WORKSPACE} and segment_id = ${id}`;
    people = row?.size ?? 0;
    if (people === 0) await sleep(10);
  }
  const ms = performance.now() - startedMs;
  const cpuMs = (treeCpu(process.pid).postgres - cpuBefore) * 1_000;
  await building;
  const copiedMs = performance.now() - startedMs;
  await callRoute(world.segments.routes, WORKSPACE, deleteSegment, { params: { segment: id } });
  return { ms, copiedMs, cpuMs, people };
}

// Building a segment against the query written by hand, and live segments under load: node bench/run.mjs segments [--events 2000000,20000000] [--times 5] [--people 20000] [--segments 100] [--rates 500,1000,2000,5000] [--seconds 20] [--only build|live] [--data <folder>]
import type { PersonCondition } from "@terrace/domain/conditions/condition";
import { ch, type Warehouse } from "@terrace/server/platform/storage/clickhouse";
import { peopleMeetingSql } from "@terrace/server/platform/storage/condition-sql";
import { parseArgs } from "node:util";
import { NOW_MS, WORKSPACE, ZONE } from "./insight-fill.ts";
import { withFilledEngines } from "./filled-engines.ts";
import { treeCpu } from "./process-tree.ts";
import { measureLive } from "./segments-live.ts";

const { values } = parseArgs({
  options: {
    events: { type: "string", default: "2000000,20000000" },
    times: { type: "string", default: "5" },
    people: { type: "string", default: "20000" },
    segments: { type: "string", default: "100" },
    rates: { type: "string", default: "500,1000,2000,5000" },
    seconds: { type: "string", default: "20" },
    only: { type: "string", default: "" },
    data: { type: "string" },
  },
});

if (values.only !== "live") for (const size of values.events.split(",").map(Number)) await measureBuild(size);
if (values.only !== "build")
  await measureLive({
    people: Number(values.people),
    segments: Number(values.segments),
    rates: values.rates.split(",").map(Number),
    seconds: Number(values.seconds),
  });

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

/** The same as somebody would write it who knows the tables. */
function byHand(): string {
  const since = (days: number): string =>
    `time >= toDateTime64(toDate(fromUnixTimestamp64Milli(${NOW_MS}), '${ZONE}') - ${days - 1}, 3, '${ZONE}') and time < toDateTime64(toDate(fromUnixTimestamp64Milli(${NOW_MS}), '${ZONE}') + 1, 3, '${ZONE}')`;
  const price = "(properties.price.:Int64 >= 50 or properties.price.:Float64 >= 50 or toFloat64OrNull(properties.price.:String) >= 50)";
  return `select toString(person) as id from (
    select dictGetOrDefault('person_of_origin', 'person_id', (toUInt32(${WORKSPACE}), origin_id), origin_id) as person, a, b, c, d, e from (
      select origin_id,
        countIf(name = 'Order Completed' and ${since(90)}) as a,
        countIf(name = 'Product Viewed' and ${price} and ${since(30)}) as b,
        countIf(name = 'login' and ${since(7)}) as c,
        countIf(name = 'search' and channel = 'wechat' and ${since(60)}) as d,
        countIf(name = 'Checkout') as e
      from events where workspace_id = ${WORKSPACE} and origin_id != 0 and (
        (name = 'Order Completed' and ${since(90)}) or (name = 'Product Viewed' and ${price} and ${since(30)}) or (name = 'login' and ${since(7)})
        or (name = 'search' and channel = 'wechat' and ${since(60)}) or name = 'Checkout')
      group by origin_id))
  group by person having sum(a) >= 2 and sum(b) >= 3 and sum(c) = 0 and (sum(d) >= 1 or sum(e) >= 5)`;
}

async function measureBuild(size: number): Promise<void> {
  await withFilledEngines({ size, data: values.data, name: "segments" }, async ({ warehouse }) => {
    console.log(`\n## Building a segment of five conditions: ${size} events\n`);
    console.log("| people | ms | by hand ms | ratio | CPU ms | by hand CPU ms | ratio |\n|---|---|---|---|---|---|---|");
    console.log(await compare(warehouse));
  });
}

type Best = { ms: number; cpuMs: number; people: number };

/** Both in turn, the best of each; both have to come to the same number of people. */
async function compare(warehouse: Warehouse): Promise<string> {
  const [own, hand]: [Best, Best] = [
    { ms: Infinity, cpuMs: Infinity, people: 0 },
    { ms: Infinity, cpuMs: Infinity, people: 0 },
  ];
  const people = peopleMeetingSql(CONDITION, {
    workspaceId: WORKSPACE,
    virtuals: [],
    tokenise: (_class, value) => value,
    nowMs: NOW_MS,
    zone: ZONE,
  });
  for (let time = 0; time < Number(values.times); time += 1) {
    await timed(own, async () => (await warehouse.rows(WORKSPACE, "bench", ch`select toString(person) as id from (${people})`)).length);
    await timed(hand, async () => (await (await warehouse.client.query({ query: byHand(), format: "JSONEachRow" })).json()).length);
  }
  if (own.people !== hand.people) throw new Error(`${own.people} people are not ${hand.people}`);
  const ratio = (of: "ms" | "cpuMs"): string => (own[of] / hand[of]).toFixed(2);
  return `| ${own.people} | ${own.ms.toFixed(0)} | ${hand.ms.toFixed(0)} | ${ratio("ms")} | ${own.cpuMs.toFixed(0)} | ${hand.cpuMs.toFixed(0)} | ${ratio("cpuMs")} |`;
}

async function timed(best: Best, work: () => Promise<number>): Promise<void> {
  const cpuBefore = treeCpu(process.pid).clickhouse;
  const startedMs = performance.now();
  best.people = await work();
  best.ms = Math.min(best.ms, performance.now() - startedMs);
  best.cpuMs = Math.min(best.cpuMs, (treeCpu(process.pid).clickhouse - cpuBefore) * 1_000);
}

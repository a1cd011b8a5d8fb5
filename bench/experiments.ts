// Results of an experiment with a million exposed people and ten metrics, against a query written by hand: node bench/run.mjs experiments --events 2000000,20000000 [--times 5] [--data <folder to keep the events in>]
import { fieldView, NO_FIELD_RULES } from "@terrace/domain/access/field-view";
import { ANALYSES } from "@terrace/server/modules/insight/analyses";
import { createAnswering, type Answer, type Answering } from "@terrace/server/modules/insight/answering";
import { noOwnMetrics } from "@terrace/server/modules/insight/time/asking-fixture";
import type { Warehouse } from "@terrace/server/platform/storage/clickhouse";
import { setTimeout as delay } from "node:timers/promises";
import { parseArgs } from "node:util";
import { AGAINST_HAND_HEAD, againstHand, newNoted, requireSame, timed } from "./against-hand.ts";
import { withFilledEngines } from "./filled-engines.ts";
import { OF, PERSON } from "./insight-cases.ts";
import { fillEvents, ID, NOW_MS, WORKSPACE, ZONE } from "./insight-fill.ts";

const { values } = parseArgs({
  options: { events: { type: "string", default: "2000000,20000000" }, times: { type: "string", default: "5" }, data: { type: "string" } },
});
const DAY_MS = 86_400_000;
/** Two ids a person. */
const IDS = 2_000_000;
const START_MS = NOW_MS - 60 * DAY_MS;
const WINDOW_MS = 14 * DAY_MS;
const BEFORE_MS = 14 * DAY_MS;

const NAMES = ["page_view", "login", "search", "Product Added", "Order Completed"] as const;
/** Ten metrics: of each of five events how many there are, and how many people have one. */
const METRICS = NAMES.flatMap((event) =>
  (["events", "people"] as const).map((kind) => ({
    of: { unit: "number" as const, definition: { kind: "measure" as const, events: [{ event }], measure: { kind } } },
    windowDays: 14,
  })),
);

for (const size of values.events.split(",").map(Number)) await measureSize(size);

async function measureSize(size: number): Promise<void> {
  const fill = async ({ warehouse }: { readonly warehouse: Warehouse }, events: number) => {
    await fillEvents(warehouse, events, IDS);
    await expose(warehouse);
  };
  await withFilledEngines({ size, data: values.data, name: "experiments", fill }, async ({ db, warehouse }) => {
    const answering = createAnswering(
      {
        db,
        warehouse,
        workspace: () => Promise.resolve({ workspaceId: WORKSPACE, name: "bench", timeZone: ZONE, currency: "CNY", label: "" as const }),
        people: { displayNames: () => Promise.resolve(new Map()) },
        collect: { virtualEvents: { list: () => Promise.resolve([]) } },
        privacy: { tokenise: () => "" },
        denies: () => false,
        nowMs: () => NOW_MS,
        metricGround: noOwnMetrics,
      },
      ANALYSES,
    );
    console.log(
      `\n## ${size} events, ${IDS / 2} exposed people, ${METRICS.length} metrics\n\n| | ${AGAINST_HAND_HEAD} |\n|---|---|---|---|---|---|---|`,
    );
    for (const covariateDays of [null, BEFORE_MS / DAY_MS]) console.log(await compare(answering, warehouse, covariateDays));
    console.log("\n| | ms | CPU ms | MB of the engine |\n|---|---|---|---|");
    for (const days of [7, 14, 28]) console.log(await byDay(answering, warehouse, days));
  });
}

/** Everyone is exposed once, in the thirty days after the start. */
async function expose({ client }: Warehouse): Promise<void> {
  await client.command({
    query: `insert into events (workspace_id, origin_id, name, time, received_at, message_id, event_id, source, properties)
      select ${WORKSPACE}, ${ID("number * 2")}, '$exposure', fromUnixTimestamp64Milli(toInt64(${START_MS} + cityHash64(number, 7) % ${30 * DAY_MS})) as at, at,
        concat('x', toString(number)), concat('1-', toString(number)), 'import', concat('{"experiment":"bench","variant":"', if(cityHash64(number, 8) % 2 = 0, 'old', 'new'), '"}')
      from numbers(${IDS / 2})`,
    clickhouse_settings: { max_partitions_per_insert_block: "0", max_execution_time: 3_600 },
  });
}

/** The effect by day since exposure, by itself: the least times, and what the engine held at most. */
async function byDay(answering: Answering, warehouse: Warehouse, days: number): Promise<string> {
  const asker = { workspaceId: WORKSPACE, fields: fieldView(NO_FIELD_RULES, true), signal: new AbortController().signal };
  const body = {
    exposure: { kind: "assignment" as const, key: "bench" },
    variants: ["old", "new"],
    from: new Date(START_MS).toISOString(),
    metrics: METRICS.map(({ of }) => ({ of, winsorise: null })),
    days,
  };
  const noted = newNoted();
  const held = { bytes: 0 };
  for (let time = 0; time < Number(values.times); time += 1) {
    const asked = timed(noted, () => answering.run("experiment-novelty", body, asker, { fresh: true }));
    await watched(warehouse, held, asked);
  }
  return `| by day, ${days} days | ${noted.ms.toFixed(0)} | ${noted.cpuMs.toFixed(0)} | ${(held.bytes / 1e6).toFixed(0)} |`;
}

/** Looks twenty times a second at what the statements of the engine hold until a piece of work is done. */
async function watched({ client }: Warehouse, held: { bytes: number }, work: Promise<unknown>): Promise<void> {
  const running = { now: true };
  const ended = work.finally(() => (running.now = false));
  while (running.now) {
    const found = await client.query({
      query: "select max(peak_memory_usage) as bytes from system.processes where query not like '%system.processes%'",
      format: "JSONEachRow",
    });
    const [row] = await found.json<{ bytes: string }>();
    held.bytes = Math.max(held.bytes, Number(row?.bytes ?? 0));
    await delay(50);
  }
  await ended;
}

type Told = Answer<"experiment">;

async function compare(answering: Answering, warehouse: Warehouse, covariateDays: number | null): Promise<string> {
  const asker = { workspaceId: WORKSPACE, fields: fieldView(NO_FIELD_RULES, true), signal: new AbortController().signal };
  const body = {
    exposure: { kind: "assignment", key: "bench" },
    variants: ["old", "new"],
    from: new Date(START_MS).toISOString(),
    metrics: METRICS,
    covariateDays,
  } as const;
  const [own, hand] = [newNoted(), newNoted()];
  for (let time = 0; time < Number(values.times); time += 1) {
    const answer = await timed(own, () =>
      answering.run("experiment", { ...body, metrics: [...METRICS], variants: [...body.variants] }, asker, { fresh: true }),
    );
    const rows = await timed(hand, async () =>
      (await warehouse.client.query({ query: byHand(covariateDays !== null), format: "JSONEachRow" })).json<{ told: number[] }>(),
    );
    requireSame(
      "an experiment",
      toldOf(answer),
      rows.map(({ told }) => told),
    );
  }
  return `| ${covariateDays === null ? "without" : "with"} what was before | ${againstHand(own, hand)} |`;
}

/** Of each variant: people, then of each metric who counts, the sum and the sum of squares; with what was before the sum of products. */
function toldOf({ variants, metrics }: Pick<Told, "variants" | "metrics">): readonly (readonly number[])[] {
  return variants.map(({ people }, at) => [
    people,
    ...metrics.flatMap((metric) => {
      const { n = 0, sums = [], products = [] } = metric.variants[at] ?? {};
      return [n, sums[0] ?? 0, products[0]?.[0] ?? 0, ...(products[0]?.[1] === undefined ? [] : [products[0][1]])];
    }),
  ]);
}

/** The best query written by hand: exposures joined from the right to the events of the metrics, added up per person, then per variant. */
function byHand(hasBefore: boolean): string {
  const list = NAMES.map((name) => `'${name}'`).join(", ");
  const sinceMs = START_MS - (hasBefore ? BEFORE_MS : 0);
  const after = NAMES.map((name, at) => `countIf(called = '${name}' and t >= at and t < at + ${WINDOW_MS}) as c${at}`);
  const before = NAMES.map((name, at) => `countIf(called = '${name}' and t < at and t >= at - ${BEFORE_MS}) as b${at}`);
  const told = NAMES.flatMap((_, at) => {
    const ofEvents = [
      `countIf(done)`,
      `sumIf(c${at}, done)`,
      `sumIf(c${at} * c${at}, done)`,
      ...(hasBefore ? [`sumIf(c${at} * b${at}, done)`] : []),
    ];
    const ofPeople = [
      `countIf(done)`,
      `countIf(done and c${at} > 0)`,
      `countIf(done and c${at} > 0)`,
      ...(hasBefore ? [`countIf(done and c${at} > 0 and b${at} > 0)`] : []),
    ];
    return [...ofEvents, ...ofPeople];
  });
  return `select [count(), ${told.join(", ")}] as told from (
      select exposed.person, any(exposed.variant) as variant, any(exposed.at) + ${WINDOW_MS} <= ${NOW_MS} as done, ${[...after, ...(hasBefore ? before : [])].join(", ")} from (
        select ${PERSON} as doer, toUnixTimestamp64Milli(time) as t, name as called from events
        where ${OF} and name in (${list}) and time >= fromUnixTimestamp64Milli(${sinceMs}) and time < fromUnixTimestamp64Milli(${NOW_MS})
      ) as done right join (
        select ${PERSON} as person, argMin(seen, told) as variant, min(told) as at from (
          select origin_id, toUnixTimestamp64Milli(time) as told, properties.variant.:String as seen from events
          where ${OF} and name = '$exposure' and properties.experiment.:String = 'bench' and time >= fromUnixTimestamp64Milli(${START_MS}) and time < fromUnixTimestamp64Milli(${NOW_MS}))
        group by person
      ) as exposed on done.doer = exposed.person group by exposed.person
    ) group by variant order by variant desc settings output_format_json_quote_64bit_integers = 0`;
}

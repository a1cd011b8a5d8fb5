// Each analysis against the best query written by hand for the same answer: node bench/run.mjs insight --events 2000000,20000000,60000000 [--times 5] [--data <folder to keep the events in>] [--only 'funnel|paths']
import { AGAINST_HAND_HEAD, againstHand, newNoted, requireSame, timed, type Noted } from "./against-hand.ts";
import { fieldView, NO_FIELD_RULES } from "@terrace/domain/access/field-view";
import { ANALYSES } from "@terrace/server/modules/insight/analyses";
import { createAnswering, type Answering } from "@terrace/server/modules/insight/answering";
import { noOwnMetrics } from "@terrace/server/modules/insight/time/asking-fixture";
import type { AnalysisDeps } from "@terrace/server/modules/insight/time/asking";
import { FaultError } from "@terrace/server/platform/http/fault-error";
import type { Warehouse } from "@terrace/server/platform/storage/clickhouse";
import type { Db } from "@terrace/server/platform/storage/postgres";
import { parseArgs } from "node:util";
import { CASES, type Case } from "./insight-cases.ts";
import { NOW_MS, WORKSPACE, ZONE } from "./insight-fill.ts";
import { METRIC_CASES } from "./insight-metric-cases.ts";
import { MORE_CASES } from "./insight-more-cases.ts";
import { withFilledEngines } from "./filled-engines.ts";

const { values } = parseArgs({
  options: {
    events: { type: "string", default: "2000000,20000000,60000000" },
    times: { type: "string", default: "5" },
    data: { type: "string" },
    only: { type: "string", default: "" },
  },
});
const times = Number(values.times);
const LOOK_EVERY_MS = 20;

for (const size of values.events.split(",").map(Number)) await measureSize(size);

async function measureSize(size: number): Promise<void> {
  await withFilledEngines({ size, data: values.data, name: "insight" }, async ({ db, warehouse }) => {
    console.log(
      `\n## ${size} events\n\n| analysis | ${AGAINST_HAND_HEAD} | memory MB | by hand MB |\n|---|---|---|---|---|---|---|---|---|`,
    );
    const answering = createAnswering(depsOf(db, warehouse), ANALYSES);
    for (const each of [...CASES, ...MORE_CASES, ...METRIC_CASES])
      if (values.only.split("|").some((part) => each.name.includes(part))) console.log(await compareOrTell(each, answering, warehouse));
  });
}

function depsOf(db: Db, warehouse: Warehouse): AnalysisDeps {
  return {
    db,
    warehouse,
    workspace: () =>
      Promise.resolve({ workspaceId: WORKSPACE, name: "bench", timeZone: ZONE, currency: "CNY", label: "" }) as ReturnType<
        AnalysisDeps["workspace"]
      >,
    people: { displayNames: () => Promise.resolve(new Map()) },
    collect: { virtualEvents: { list: () => Promise.resolve([]) } },
    privacy: { tokenise: () => "" },
    denies: () => false,
    nowMs: () => NOW_MS,
    metricGround: noOwnMetrics,
  };
}

/** What fails is a line of the table, too, and a failure of the whole run at its end. */
async function compareOrTell(each: Case, answering: Answering, warehouse: Warehouse): Promise<string> {
  try {
    return await compare(each, answering, warehouse);
  } catch (error) {
    process.exitCode = 1;
    return `| ${each.name} | failed: ${error instanceof FaultError ? error.code : String(error).slice(0, 300)} |`;
  }
}

/** Both in turn, so that a busy machine is busy for both; the best of each counts. Both have to come to the same. */
async function compare(each: Case, answering: Answering, warehouse: Warehouse): Promise<string> {
  const asker = { workspaceId: WORKSPACE, fields: fieldView(NO_FIELD_RULES, true), signal: new AbortController().signal };
  const [own, hand]: [Watched, Watched] = [
    { ...newNoted(), bytes: 0 },
    { ...newNoted(), bytes: 0 },
  ];
  // Looking at memory costs the engine time: it is done in a run of its own, which counts for nothing else.
  for (let time = 0; time <= times; time += 1) {
    const measure = <T>(noted: Watched, work: () => Promise<T>): Promise<T> =>
      time === 0 ? watched(noted, warehouse, work) : timed(noted, work);
    const answer = await measure(own, () => answering.runKept(each.kind, each.body, asker, { fresh: true }));
    const rows = await measure(hand, async () =>
      (await warehouse.client.query({ query: each.hand, format: "JSONEachRow" })).json<Readonly<Record<string, number>>>(),
    );
    const [told, counted] = [each.told(answer as never), each.counted(rows)];
    requireSame(each.name, told, counted);
  }
  const mb = (bytes: number): string => (bytes / 1e6).toFixed(0);
  return `| ${each.name} | ${againstHand(own, hand)} | ${mb(own.bytes)} | ${mb(hand.bytes)} |`;
}

type Watched = Noted & { bytes: number };

/** Notes the most memory that the engine held for statements at once. */
async function watched<T>(noted: Watched, warehouse: Warehouse, work: () => Promise<T>): Promise<T> {
  let hasEnded = false;
  const watch = async (): Promise<void> => {
    while (!hasEnded) {
      const answer = await warehouse.client.query({
        query: "select max(peak_memory_usage) as bytes from system.processes",
        format: "JSONEachRow",
      });
      noted.bytes = Math.max(noted.bytes, (await answer.json<{ bytes: number }>())[0]?.bytes ?? 0);
      await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
    }
  };
  const watching = watch();
  try {
    return await work();
  } finally {
    hasEnded = true;
    await watching;
  }
}

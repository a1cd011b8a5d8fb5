import { setTimeout as sleep } from "node:timers/promises";
import { startTerrace, type TestTerrace } from "@terrace/testkit/terrace";
import { percentile, runLoad } from "./load.ts";
import { treeCpu, type TreeCpu } from "./process-tree.ts";

export type LiveAsked = { readonly people: number; readonly segments: number; readonly rates: readonly number[]; readonly seconds: number };

const EVENTS_PER_REQUEST = 50;
const NAMES = ["Page Viewed", "Product Viewed", "Product Added", "Checkout Started", "Order Completed", "Searched", "Shared", "Signed In"];
const SETTLED_WITHIN_MS = 600_000;

/** Live segments of three conditions each, while events come at rising rates: how long a change takes, and what it costs. */
export async function measureLive(asked: LiveAsked): Promise<void> {
  const terrace = await startTerrace();
  try {
    await fillPeople(terrace, asked.people);
    const startedMs = performance.now();
    for (let number = 0; number < asked.segments; number += 1)
      await terrace.api("/segments", { body: { name: `Segment ${number}`, rule: ruleOf(number) } });
    await settled(terrace, asked.segments);
    console.log(
      `\n## ${asked.segments} live segments of 3 conditions, ${asked.people} people\n\nLive after ${((performance.now() - startedMs) / 1000).toFixed(1)} s.\n`,
    );
    console.log(
      "| events/s | sent | changes | lag p50 ms | p99 ms | most ms | people evaluated/s | CPU cores | of them PostgreSQL | event engine |\n|---|---|---|---|---|---|---|---|---|---|",
    );
    for (const rate of asked.rates) console.log(await measureRate(terrace, asked, rate));
  } finally {
    await terrace.stop();
  }
}

/** Each asks about other events, other numbers and other times. */
function ruleOf(number: number): object {
  const name = (offset: number): string => NAMES[(number + offset) % NAMES.length] ?? "";
  return {
    all: [
      { did: { event: name(0) }, count: { op: "gte", value: 1 + (number % 4) }, within: { days: 30 } },
      { did: { event: name(1), where: { property: "amount", gte: (number % 10) * 10 } }, within: { days: 7 } },
      { not: { did: { event: name(2) }, count: { op: "gte", value: 3 + (number % 5) }, within: { days: 90 } } },
    ],
  };
}

let sent = 0;

function eventOf(people: number): object {
  sent += 1;
  // Spread like a hash; some people do more than others.
  const draw = (sent * 2_654_435_761) % 4_294_967_296;
  const who = Math.floor((draw / 4_294_967_296) ** 2 * people);
  return {
    type: "track",
    event: NAMES[draw % NAMES.length],
    userId: `person-${who}`,
    messageId: `bench-${sent}`,
    timestamp: new Date().toISOString(),
    properties: { amount: draw % 100 },
  };
}

async function fillPeople(terrace: TestTerrace, people: number): Promise<void> {
  for (let from = 0; from < people; from += 500)
    await terrace.send(
      Array.from({ length: Math.min(500, people - from) }, (_, index) => ({
        type: "track",
        event: "Signed In",
        userId: `person-${from + index}`,
        messageId: `first-${from + index}`,
        timestamp: new Date(Date.now() - 86_400_000).toISOString(),
      })),
    );
}

async function settled(terrace: TestTerrace, segments: number): Promise<void> {
  const until = Date.now() + SETTLED_WITHIN_MS;
  for (;;) {
    const { items } = await terrace.api<{ items: readonly { readonly live: { readonly stage: string } | null }[] }>("/segments?limit=100");
    if (items.length >= Math.min(segments, 100) && items.every(({ live }) => live?.stage === "live")) return;
    if (Date.now() > until) throw new Error("segments did not become live");
    await sleep(250);
  }
}

type Meter = { readonly buckets: ReadonlyMap<number, number>; readonly changes: number; readonly evaluated: number };

/** What /metrics tells of lags and of people evaluated, since the process began. */
async function meter(terrace: TestTerrace): Promise<Meter> {
  const text = await (await fetch(new URL("/metrics", terrace.url))).text();
  const buckets = new Map<number, number>();
  for (const [, edge = "", count = ""] of text.matchAll(/^terrace_segment_lag_seconds_bucket\{le="([^"]+)"\} (\d+)$/gm))
    buckets.set(edge === "+Inf" ? Infinity : Number(edge), Number(count));
  const of = (name: string): number => Number(new RegExp(`^${name} (\\d+)$`, "m").exec(text)?.[1] ?? 0);
  return { buckets, changes: of("terrace_segment_lag_seconds_count"), evaluated: of("terrace_segment_people_evaluated_total") };
}

async function measureRate(terrace: TestTerrace, { people, seconds }: LiveAsked, rate: number): Promise<string> {
  const [before, cpuBefore, startedMs] = [await meter(terrace), treeCpu(terrace.pid), performance.now()];
  const lags: number[] = [];
  const answers = await runLoad({
    url: terrace.url,
    path: "/v1/batch",
    headers: { authorization: `Basic ${btoa(`${terrace.writeKey}:`)}`, "content-type": "application/json" },
    connections: 16,
    requestsPerSecond: rate / EVENTS_PER_REQUEST,
    seconds,
    body: () =>
      JSON.stringify({ batch: Array.from({ length: EVENTS_PER_REQUEST }, () => eventOf(people)), sentAt: new Date().toISOString() }),
  });
  const tookSeconds = (performance.now() - startedMs) / 1000;
  const cpu = treeCpu(terrace.pid);
  await sleep(3_000);
  const after = await meter(terrace);
  const { items } = await terrace.api<{
    items: readonly { readonly live: { readonly lag: { readonly lastMs: number; readonly p99Ms: number } | null } | null }[];
  }>("/segments?limit=100");
  for (const { live } of items) if (live?.lag !== undefined && live.lag !== null) lags.push(live.lag.p99Ms);
  const taken = answers.filter(({ status }) => status === 200).length * EVENTS_PER_REQUEST;
  const cores = (now: number, then: number): string => ((now - then) / tookSeconds).toFixed(2);
  return `| ${rate} | ${taken} | ${after.changes - before.changes} | ${edgeOf(before, after, 0.5)} | ${edgeOf(before, after, 0.99)} | ${percentile(lags, 1)} | ${((after.evaluated - before.evaluated) / tookSeconds).toFixed(0)} | ${cores(totalOf(cpu), totalOf(cpuBefore))} | ${cores(cpu.postgres, cpuBefore.postgres)} | ${cores(cpu.clickhouse, cpuBefore.clickhouse)} |`;
}

/** The edge of the histogram's bucket below which a share of the changes lie, in ms. */
function edgeOf(before: Meter, after: Meter, share: number): string {
  const wanted = (after.changes - before.changes) * share;
  for (const [edge, count] of after.buckets)
    if (count - (before.buckets.get(edge) ?? 0) >= wanted) return edge === Infinity ? "> 10000" : `≤ ${edge * 1000}`;
  return "-";
}

function totalOf(cpu: TreeCpu): number {
  return Object.values(cpu).reduce((sum, seconds) => sum + seconds, 0);
}

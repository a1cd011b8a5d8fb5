import { setTimeout as sleep } from "node:timers/promises";
import { startTerrace, type TestTerrace } from "@terrace/testkit/terrace";
import { percentile, runLoad } from "./load.ts";
import { treeCpu, type TreeCpu } from "./process-tree.ts";

/** `before`: events that people did before there were segments, so that most of them are past the thresholds that they reach early. */
export type LiveAsked = {
  readonly people: number;
  readonly before: number;
  readonly segments: number;
  readonly rates: readonly number[];
  readonly seconds: number;
};

const EVENTS_PER_REQUEST = 50;
const NAMES = ["Page Viewed", "Product Viewed", "Product Added", "Checkout Started", "Order Completed", "Searched", "Shared", "Signed In"];
const SETTLED_WITHIN_MS = 600_000;

/** Live segments of three conditions each, while events come at rising rates: how long a change takes, and what it costs. */
export async function measureLive(asked: LiveAsked): Promise<void> {
  const terrace = await startTerrace();
  try {
    await fillPeople(terrace, asked.people);
    await fillEvents(terrace, asked);
    const startedMs = performance.now();
    await terrace.api("/segments", { body: { name: "Probe", rule: { did: { event: "Probed" } } } });
    for (let number = 1; number < asked.segments; number += 1)
      await terrace.api("/segments", { body: { name: `Segment ${number}`, rule: ruleOf(number) } });
    await settled(terrace, asked.segments);
    console.log(
      `\n## ${asked.segments} live segments of 3 conditions, ${asked.people} people\n\nLive after ${((performance.now() - startedMs) / 1000).toFixed(1)} s.\n`,
    );
    console.log(
      "| people | events/s | sent | changes | lag p50 ms | p99 ms | probes: told p50 / most ms | seen p50 / most ms | drained after s | people evaluated/s | CPU cores | CPU µs/event | Node | PostgreSQL | event engine |\n|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|",
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

async function fillEvents(terrace: TestTerrace, { people, before }: LiveAsked): Promise<void> {
  for (let from = 0; from < before; from += 500)
    await terrace.send(Array.from({ length: Math.min(500, before - from) }, () => eventOf(people)));
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
  const probing = new AbortController();
  const probed = probe(terrace, probing.signal);
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
  const sentSeconds = (performance.now() - startedMs) / 1000;
  probing.abort();
  const probes = await probed;
  await evaluated(terrace);
  const cpu = treeCpu(terrace.pid);
  const drainedSeconds = (performance.now() - startedMs - STILL_MS) / 1000;
  const after = await meter(terrace);
  const taken = answers.filter(({ status }) => status === 200).length * EVENTS_PER_REQUEST;
  const perEvent = (now: number, then: number): string => (((now - then) * 1e6) / taken).toFixed(0);
  const touched = after.evaluated - before.evaluated;
  const cores = (totalOf(cpu) - totalOf(cpuBefore)) / drainedSeconds;
  const told = probes.map(({ toldMs }) => toldMs);
  const seen = probes.map(({ seenMs }) => seenMs);
  return `| ${people} | ${rate} | ${taken} | ${after.changes - before.changes} | ${edgeOf(before, after, 0.5)} | ${edgeOf(before, after, 0.99)} | ${percentile(told, 0.5)} / ${percentile(told, 1)} | ${percentile(seen, 0.5).toFixed(0)} / ${percentile(seen, 1).toFixed(0)} | ${(drainedSeconds - sentSeconds).toFixed(1)} | ${(touched / drainedSeconds).toFixed(0)} | ${cores.toFixed(2)} | ${perEvent(totalOf(cpu), totalOf(cpuBefore))} | ${perEvent(cpu.main + cpu.threads, cpuBefore.main + cpuBefore.threads)} | ${perEvent(cpu.postgres, cpuBefore.postgres)} | ${perEvent(cpu.clickhouse, cpuBefore.clickhouse)} |`;
}

/** Longer than a busy machine lets a batch wait. */
const STILL_MS = 5_000;

/** Waits until nobody has been evaluated for a while. */
async function evaluated(terrace: TestTerrace): Promise<void> {
  const until = Date.now() + SETTLED_WITHIN_MS;
  for (let [last, since] = [-1, Date.now()]; Date.now() - since < STILL_MS; await sleep(250)) {
    const now = (await meter(terrace)).evaluated;
    if (now !== last) [last, since] = [now, Date.now()];
    if (Date.now() > until) throw new Error("touched people are not evaluated");
  }
}

type ProbeSegment = {
  readonly id: string;
  readonly size: number;
  readonly live: { readonly lag: { readonly lastMs: number } | null } | null;
};

/** One person after the other enters a segment of their own: what it tells of the time that took, and what is seen of it from outside, until stopped. */
async function probe(terrace: TestTerrace, stop: AbortSignal): Promise<readonly { readonly toldMs: number; readonly seenMs: number }[]> {
  const { items } = await terrace.api<{ readonly items: readonly (ProbeSegment & { readonly name: string })[] }>("/segments?search=Probe");
  const id = items[0]?.id ?? "";
  const found: { readonly toldMs: number; readonly seenMs: number }[] = [];
  while (!stop.aborted) {
    const { size } = await terrace.api<ProbeSegment>(`/segments/${id}`);
    sent += 1;
    const startedMs = performance.now();
    await terrace.send([{ type: "track", event: "Probed", userId: `probe-${sent}`, messageId: `probe-${sent}` }]);
    for (;;) {
      const now = await terrace.api<ProbeSegment>(`/segments/${id}`);
      if (now.size > size) {
        found.push({ toldMs: now.live?.lag?.lastMs ?? -1, seenMs: performance.now() - startedMs });
        break;
      }
      await sleep(25);
    }
    await sleep(300);
  }
  return found;
}

/** The edge of the histogram's bucket below which a share of the changes lie, in ms. */
function edgeOf(before: Meter, after: Meter, share: number): string {
  const wanted = (after.changes - before.changes) * share;
  for (const [edge, count] of after.buckets)
    if (count - (before.buckets.get(edge) ?? 0) >= wanted) return edge === Infinity ? "> 60000" : `≤ ${edge * 1000}`;
  return "-";
}

function totalOf(cpu: TreeCpu): number {
  return Object.values(cpu).reduce((sum, seconds) => sum + seconds, 0);
}

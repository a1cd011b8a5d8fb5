// The whole pipeline under load: node bench/ingest.ts --rate 20000 --seconds 60 [--batch 50] [--people 100000] [--connections 32]
import { readFileSync, readdirSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { startTerrace, type TestTerrace } from "@terrace/testkit/terrace";
import { trackCall } from "./events.ts";
import { percentile, runLoad, type Answer } from "./load.ts";

const { values } = parseArgs({ options: { rate: { type: "string", default: "20000" }, seconds: { type: "string", default: "60" }, batch: { type: "string", default: "50" }, people: { type: "string", default: "100000" }, connections: { type: "string", default: "32" } } });
const rate = Number(values.rate);
const seconds = Number(values.seconds);
const batch = Number(values.batch);
const people = Number(values.people);

let probeNumber = 0;
const terrace = await startTerrace();
try {
  await measure(terrace);
} finally {
  await terrace.stop();
}

async function measure(subject: TestTerrace): Promise<void> {
  const idleMb = treeMb(subject.pid);
  const run = `bench-${Date.now()}`;
  const memory: number[] = [];
  const visible: number[] = [];
  const cpuBefore = treeCpuSeconds(subject.pid);
  let probing = true;
  const probes = (async () => { while (probing) { memory.push(treeMb(subject.pid)); visible.push(await probe(subject)); await sleep(1000); } })();
  const startedAt = performance.now();
  const single = batch === 1;
  const answers = await runLoad({
    url: subject.url, path: single ? "/v1/track" : "/v1/batch", headers: { authorization: `Basic ${btoa(`${subject.writeKey}:`)}` },
    connections: Number(values.connections), requestsPerSecond: rate === 0 ? Infinity : rate / batch, seconds,
    body: (number) => (single ? JSON.stringify(trackCall(run, number, people)) : JSON.stringify({ batch: Array.from({ length: batch }, (_, index) => trackCall(run, number * batch + index, people)), sentAt: new Date().toISOString() })),
  });
  const loadSeconds = (performance.now() - startedAt) / 1000;
  probing = false;
  await probes;
  const drainSeconds = await drained(subject);
  report({ answers, loadSeconds, drainSeconds, idleMb, memory, visible, cpuSeconds: treeCpuSeconds(subject.pid) - cpuBefore });
  const metrics = await (await fetch(`${subject.url}/metrics`)).text();
  for (const line of metrics.split("\n")) if (/^(nodejs_eventloop_lag_(max|p99)_seconds|terrace_(events_(accepted|settled|stored)_total|settle_seconds_(sum|count)|flush_seconds_(sum|count)))/.test(line)) console.log(`  ${line}`);
}

type Figures = { readonly answers: readonly Answer[]; readonly loadSeconds: number; readonly drainSeconds: number; readonly idleMb: number; readonly memory: readonly number[]; readonly visible: readonly number[]; readonly cpuSeconds: number };

function report({ answers, loadSeconds, drainSeconds, idleMb, memory, visible, cpuSeconds }: Figures): void {
  const good = answers.filter(({ status }) => status === 200);
  const times = good.map(({ tookMs }) => tookMs);
  const events = good.length * batch;
  console.log(`acknowledged ${events} events in ${loadSeconds.toFixed(1)} s = ${Math.round(events / loadSeconds)} events/s, ${Math.round(good.length / loadSeconds)} requests/s; refused ${answers.length - good.length}`);
  console.log(`ack ms p50 ${percentile(times, 0.5).toFixed(1)} p95 ${percentile(times, 0.95).toFixed(1)} p99 ${percentile(times, 0.99).toFixed(1)} max ${percentile(times, 1).toFixed(1)}`);
  console.log(`drained ${drainSeconds.toFixed(1)} s after the load; whole pipeline ${Math.round(events / (loadSeconds + drainSeconds))} events/s`);
  console.log(`ack to visible ms p50 ${percentile(visible, 0.5).toFixed(0)} p99 ${percentile(visible, 0.99).toFixed(0)} (n=${visible.length})`);
  console.log(`process tree MB idle ${idleMb.toFixed(0)} first ${memory[0]?.toFixed(0)} last ${memory.at(-1)?.toFixed(0)} max ${Math.max(...memory).toFixed(0)}; CPU ${cpuSeconds.toFixed(1)} s`);
}

async function probe(subject: TestTerrace): Promise<number> {
  probeNumber += 1;
  const messageId = `probe-${Date.now()}-${probeNumber}`;
  await subject.send([{ type: "track", event: "Probe", userId: "probe", messageId }]);
  const acknowledgedAt = performance.now();
  for (;;) {
    const page = await subject.api<{ items: unknown[] }>(`/events?messageId=${messageId}&limit=1`);
    if (page.items.length > 0) return performance.now() - acknowledgedAt;
    await sleep(50);
  }
}

async function drained(subject: TestTerrace): Promise<number> {
  const from = performance.now();
  for (;;) {
    const { consumers } = await subject.api<{ consumers: { lagEvents: number }[] }>("/feed");
    if (consumers.every(({ lagEvents }) => lagEvents === 0)) return (performance.now() - from) / 1000;
    await sleep(200);
  }
}

/** The process and all its descendants, by parent id in /proc. */
function tree(root: number): readonly number[] {
  const parents = readdirSync("/proc").filter((name) => /^\d+$/.test(name)).map((name) => [Number(name), statOf(Number(name))] as const);
  const found = new Set([root]);
  for (let grew = true; grew;) {
    grew = false;
    for (const [pid, stat] of parents) if (stat !== undefined && !found.has(pid) && found.has(Number(stat[1]))) { found.add(pid); grew = true; }
  }
  return [...found];
}

function statOf(pid: number): readonly string[] | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, "utf8");
    return text.slice(text.lastIndexOf(")") + 2).split(" ");
  } catch {
    return undefined;
  }
}

/** Proportional set size, so that PostgreSQL's shared buffers are counted once. */
function treeMb(root: number): number {
  return tree(root).reduce((sum, pid) => {
    try {
      return sum + Number(/^Pss:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, "utf8"))?.[1] ?? 0) / 1024;
    } catch {
      return sum;
    }
  }, 0);
}

function treeCpuSeconds(root: number): number {
  return tree(root).reduce((sum, pid) => { const stat = statOf(pid); return sum + (Number(stat?.[11] ?? 0) + Number(stat?.[12] ?? 0)) / 100; }, 0);
}

// The whole pipeline under load: node bench/ingest.ts --rate 20000 --seconds 60 [--batch 50] [--people 100000] [--connections 32] [--warmup 5]
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { startTerrace, type TestTerrace } from "@terrace/testkit/terrace";
import { renumberedBodies, trackText } from "./events.ts";
import { percentile, runLoad, type Answer } from "./load.ts";
import { cpuPerEvent, ownCpuSeconds, treeCpu, treeMb } from "./process-tree.ts";
import { drained, metricLines, probeVisible, writeHeaders } from "./watch.ts";

const { values } = parseArgs({
  options: {
    rate: { type: "string", default: "20000" },
    seconds: { type: "string", default: "60" },
    batch: { type: "string", default: "50" },
    people: { type: "string", default: "100000" },
    connections: { type: "string", default: "32" },
    warmup: { type: "string", default: "5" },
  },
});
const rate = Number(values.rate);
const batch = Number(values.batch);
const people = Number(values.people);

const terrace = await startTerrace();
try {
  await measure(terrace);
} finally {
  await terrace.stop();
}

async function measure(subject: TestTerrace): Promise<void> {
  const idleMb = treeMb(subject.pid);
  // Not counted: the first seconds compile the code that the rest runs.
  await load(subject, Number(values.warmup));
  await drained(subject);
  // Reading the metrics starts a new window for the longest block of the event loop.
  await metricLines(subject);
  const memory: number[] = [];
  const visible: number[] = [];
  const cpuBefore = treeCpu(subject.pid);
  const ownBefore = ownCpuSeconds();
  let probing = true;
  const probes = (async () => {
    while (probing) {
      memory.push(treeMb(subject.pid));
      visible.push(await probeVisible(subject));
      await sleep(1000);
    }
  })();
  const startedAt = performance.now();
  const answers = await load(subject, Number(values.seconds));
  const loadSeconds = (performance.now() - startedAt) / 1000;
  probing = false;
  await probes;
  const generatorSeconds = ownCpuSeconds() - ownBefore;
  const drainSeconds = await drained(subject);
  report({ answers, loadSeconds, drainSeconds, idleMb, memory, visible });
  console.log(cpuPerEvent(cpuBefore, treeCpu(subject.pid), generatorSeconds, accepted(answers)));
  for (const line of await metricLines(subject))
    if (
      /^(nodejs_eventloop_lag_(max|p99)_seconds|terrace_(events_(accepted|settled|stored)_total|settle_seconds_(sum|count)|flush_seconds_(sum|count)))/.test(
        line,
      )
    )
      console.log(`  ${line}`);
}

function load(subject: TestTerrace, seconds: number): Promise<readonly Answer[]> {
  const run = `bench-${Date.now()}`;
  const bodyOf = renumberedBodies(run, batch, people);
  return runLoad({
    url: subject.url,
    path: batch === 1 ? "/v1/track" : "/v1/batch",
    headers: writeHeaders(subject),
    connections: Number(values.connections),
    requestsPerSecond: rate === 0 ? Infinity : rate / batch,
    seconds,
    body: (number) => {
      const time = new Date().toISOString();
      return batch === 1 ? trackText(run, number, people, time) : bodyOf(number, time);
    },
  });
}

function accepted(answers: readonly Answer[]): number {
  return answers.filter(({ status }) => status === 200).length * batch;
}

type Figures = {
  readonly answers: readonly Answer[];
  readonly loadSeconds: number;
  readonly drainSeconds: number;
  readonly idleMb: number;
  readonly memory: readonly number[];
  readonly visible: readonly number[];
};

function report({ answers, loadSeconds, drainSeconds, idleMb, memory, visible }: Figures): void {
  const good = answers.filter(({ status }) => status === 200);
  const times = good.map(({ tookMs }) => tookMs);
  const events = accepted(answers);
  console.log(
    `acknowledged ${events} events in ${loadSeconds.toFixed(1)} s = ${Math.round(events / loadSeconds)} events/s, ${Math.round(good.length / loadSeconds)} requests/s; refused ${answers.length - good.length}`,
  );
  console.log(
    `ack ms p50 ${percentile(times, 0.5).toFixed(1)} p95 ${percentile(times, 0.95).toFixed(1)} p99 ${percentile(times, 0.99).toFixed(1)} max ${percentile(times, 1).toFixed(1)}`,
  );
  console.log(
    `drained ${drainSeconds.toFixed(1)} s after the load; whole pipeline ${Math.round(events / (loadSeconds + drainSeconds))} events/s`,
  );
  console.log(
    `ack to visible ms p50 ${percentile(visible, 0.5).toFixed(0)} p99 ${percentile(visible, 0.99).toFixed(0)} (n=${visible.length})`,
  );
  console.log(
    `process tree MB idle ${idleMb.toFixed(0)} first ${memory[0]?.toFixed(0)} last ${memory.at(-1)?.toFixed(0)} max ${Math.max(...memory).toFixed(0)}`,
  );
}

// Mixed load for a while; exits with 1 when an acknowledged event is missing or doubled: npm run soak -- --minutes 20 --rate 10000 [--people 50000] [--data <folder>]
import { mkdir } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { startTerrace, type TestTerrace } from "@terrace/testkit/terrace";
import { batchBody, trackTextOf } from "./events.ts";
import { openInstance } from "./instance.ts";
import { percentile, runLoad, type Answer } from "./load.ts";
import { cpuPerEvent, ownCpuSeconds, treeCpu, treeMb } from "./process-tree.ts";
import { countStored } from "./soak-count.ts";
import { drained, feedLag, loopLagMaxMs, probeVisible, writeHeaders } from "./watch.ts";

const { values } = parseArgs({
  options: {
    minutes: { type: "string", default: "20" },
    rate: { type: "string", default: "10000" },
    people: { type: "string", default: "50000" },
    connections: { type: "string", default: "32" },
    data: { type: "string" },
  },
});
const seconds = Number(values.minutes) * 60;
const rate = Number(values.rate);
const people = Number(values.people);
const BATCH = 50;
const WINDOW_MS = 10_000;
const QUERIES_PER_SECOND = 2;

/** One line of the watch, every ten seconds. */
type Window = { readonly memoryMb: number; readonly visibleMs: number; readonly loopLagMs: number };
type Run = {
  readonly subject: TestTerrace;
  readonly name: string;
  readonly answers: Answer[];
  readonly queryMs: number[];
  readonly failures: string[];
  readonly windows: Window[];
  readonly ending: AbortController;
};

if (values.data !== undefined) await mkdir(values.data, { recursive: true });
const subject = await startTerrace(values.data === undefined ? {} : { data: values.data });
try {
  process.exitCode = (await soak({
    subject,
    name: `soak-${Date.now()}`,
    answers: [],
    queryMs: [],
    failures: [],
    windows: [],
    ending: new AbortController(),
  }))
    ? 0
    : 1;
} finally {
  await subject.stop();
}

/** True when every acknowledged event is stored once. */
async function soak(run: Run): Promise<boolean> {
  const [cpuBefore, ownBefore, startedAt] = [treeCpu(run.subject.pid), ownCpuSeconds(), performance.now()];
  const beside = [watch(run), useConsole(run)];
  await runLoad({
    url: run.subject.url,
    path: "/v1/batch",
    headers: writeHeaders(run.subject),
    connections: Number(values.connections),
    requestsPerSecond: rate / BATCH,
    seconds,
    body: (number) => bodyOf(run.name, number),
    answered: (answer) => {
      run.answers.push(answer);
    },
  });
  const loadSeconds = (performance.now() - startedAt) / 1000;
  const drainSeconds = await drained(run.subject);
  run.ending.abort();
  await Promise.all(beside);
  report(run, loadSeconds, drainSeconds);
  const good = run.answers.filter(({ status }) => status === 200).length * BATCH;
  console.log(cpuPerEvent(cpuBefore, treeCpu(run.subject.pid), ownCpuSeconds() - ownBefore, good));
  return verify(run);
}

/** Of fifty calls two are identifies; one track call of fifty comes from someone new, the others from people who come again and again. */
function bodyOf(name: string, number: number): string {
  const time = new Date().toISOString();
  const calls = Array.from({ length: BATCH }, (_, index) => {
    const call = number * BATCH + index;
    const person = index === 7 ? people + number : (call * 7919) % people;
    return index % 25 === 24 ? identifyText(name, call, person, time) : trackTextOf(name, call, person, time);
  });
  return batchBody(calls, time);
}

function identifyText(name: string, call: number, person: number, time: string): string {
  return `{"type":"identify","userId":"user-${person}","anonymousId":"device-${person}","messageId":"${name}-${call}","timestamp":"${time}","traits":{"name":"王小${person % 10}","phone":"13${String(person).padStart(9, "0")}","city":"杭州","level":"L${call % 5}","visits":${call % 1000}}}`;
}

async function watch(run: Run): Promise<void> {
  const startedAt = performance.now();
  let [seen, beganAt] = [0, startedAt];
  while (!run.ending.signal.aborted) {
    await sleep(WINDOW_MS, undefined, { signal: run.ending.signal }).catch(() => undefined);
    if (run.ending.signal.aborted) return;
    const fresh = run.answers.slice(seen);
    seen += fresh.length;
    const windowSeconds = (performance.now() - beganAt) / 1000;
    beganAt = performance.now();
    const window = {
      memoryMb: treeMb(run.subject.pid),
      visibleMs: await probeVisible(run.subject),
      loopLagMs: await loopLagMaxMs(run.subject),
    };
    run.windows.push(window);
    const good = fresh.filter(({ status }) => status === 200);
    console.log(
      `${((performance.now() - startedAt) / 1000).toFixed(0).padStart(5)} s  ${Math.round((good.length * BATCH) / windowSeconds)} events/s  ack p99 ${percentile(
        good.map(({ tookMs }) => tookMs),
        0.99,
      ).toFixed(
        0,
      )} ms  visible ${window.visibleMs.toFixed(0)} ms  ${window.memoryMb.toFixed(0)} MB  loop max ${window.loopLagMs.toFixed(0)} ms  feed lag ${await feedLag(run.subject)}  refused ${fresh.length - good.length}`,
    );
  }
}

/** An operator who looks at everything in turn, twice a second. */
async function useConsole(run: Run): Promise<void> {
  const looks = [
    "/overview",
    "/people",
    "/people?search=user-17",
    "/live",
    "person",
    "/people?search=%E7%8E%8B&identified=true",
    "/events?limit=50",
    "/people?trait=level:L3",
    "timeline",
    "/event-definitions",
  ];
  for (let count = 0; !run.ending.signal.aborted; count += 1) {
    const look = looks[count % looks.length] ?? "/overview";
    const dueAt = performance.now() + 1000 / QUERIES_PER_SECOND;
    const startedAt = performance.now();
    try {
      await run.subject.api(look.startsWith("/") ? look : await personPath(run.subject, look, count));
      run.queryMs.push(performance.now() - startedAt);
    } catch (error) {
      run.failures.push(error instanceof Error ? error.message.slice(0, 200) : String(error));
    }
    await sleep(Math.max(0, dueAt - performance.now()));
  }
}

async function personPath(terrace: TestTerrace, look: string, count: number): Promise<string> {
  const { items } = await terrace.api<{ items: readonly { id: string }[] }>(
    `/people?limit=1&sort=first_seen&direction=asc&search=user-${count % 100}`,
  );
  const id = items[0]?.id;
  return id === undefined ? "/people" : `/people/${id}${look === "timeline" ? "/timeline" : ""}`;
}

function report({ answers, windows, queryMs, failures }: Run, loadSeconds: number, drainSeconds: number): void {
  const good = answers.filter(({ status }) => status === 200);
  const times = good.map(({ tookMs }) => tookMs);
  const quarter = Math.max(1, Math.floor(windows.length / 4));
  const [first, last] = [mean(windows.slice(0, quarter)), mean(windows.slice(-quarter))];
  const visible = windows.map(({ visibleMs }) => visibleMs);
  console.log(
    `\n${good.length * BATCH} events acknowledged in ${loadSeconds.toFixed(0)} s = ${Math.round((good.length * BATCH) / loadSeconds)} events/s; refused ${(answers.length - good.length) * BATCH}; drained ${drainSeconds.toFixed(1)} s after the load`,
  );
  console.log(
    `ack ms p50 ${percentile(times, 0.5).toFixed(1)} p99 ${percentile(times, 0.99).toFixed(1)} max ${percentile(times, 1).toFixed(0)}; ack to visible ms p50 ${percentile(visible, 0.5).toFixed(0)} p99 ${percentile(visible, 0.99).toFixed(0)} (n=${visible.length}); event loop lag max ${Math.max(0, ...windows.map(({ loopLagMs }) => loopLagMs)).toFixed(0)} ms`,
  );
  console.log(
    `console queries ms p50 ${percentile(queryMs, 0.5).toFixed(0)} p95 ${percentile(queryMs, 0.95).toFixed(0)} p99 ${percentile(queryMs, 0.99).toFixed(0)} max ${percentile(queryMs, 1).toFixed(0)} (n=${queryMs.length}), failed ${failures.length}${failures[0] === undefined ? "" : `, e.g. ${failures[0]}`}`,
  );
  console.log(
    `memory MB first quarter ${first.toFixed(0)} last quarter ${last.toFixed(0)} (${last > first * 1.1 ? "growing" : "flat"}) max ${Math.max(0, ...windows.map(({ memoryMb }) => memoryMb)).toFixed(0)}`,
  );
}

function mean(windows: readonly Window[]): number {
  return windows.reduce((sum, { memoryMb }) => sum + memoryMb, 0) / Math.max(1, windows.length);
}

async function verify({ subject: terrace, name, answers }: Run): Promise<boolean> {
  const instance = await openInstance(terrace.data);
  try {
    const refused = answers
      .filter(({ status }) => status !== 200)
      .flatMap(({ number }) => Array.from({ length: BATCH }, (_, index) => number * BATCH + index));
    const acknowledged = answers.length * BATCH - refused.length;
    const stored = await countStored(instance.warehouse, name, refused);
    const [missing, doubled] = [acknowledged - (stored.different - stored.ofRefused), stored.rows - stored.different];
    console.log(
      `stored ${stored.rows} rows of ${acknowledged} acknowledged events (${stored.ofRefused} more from requests without a good answer): missing ${missing}, doubled ${doubled}`,
    );
    return missing === 0 && doubled === 0;
  } finally {
    await instance.close();
  }
}

// Flags: `node bench/run.mjs flags [--rate 3000] [--seconds 20]`. Decisions in one process by Terrace's own client, and evaluations over HTTP.
import { parseArgs } from "node:util";
import { bucketOf } from "@terrace/domain/assignment/bucket";
import { startTerrace, type TestTerrace } from "@terrace/testkit/terrace";
import { createFlags } from "../packages/sdk/src/flags/flags.ts";
import { percentile, runLoad } from "./load.ts";
import { treeCpu } from "./process-tree.ts";

const { values } = parseArgs({ options: { rate: { type: "string", default: "3000" }, seconds: { type: "string", default: "20" } } });
const RATE = Number(values.rate);
const SECONDS = Number(values.seconds);
const FLAGS = 50;
const PEOPLE = 20_000;
const DECISIONS = 200_000;
const CONNECTIONS = 16;
const WARM_UP_SECONDS = 3;

const always = { from: null, until: null };
const arms = ["control", "a", "b"].map((key, place) => ({ key, value: key, weight: place === 0 ? 3_334 : 3_333 }));

/** Every fifth flag is an experiment; others have a few rules on attributes, and a rollout. */
function rulesOf(place: number): readonly unknown[] {
  const condition = { country: { $in: ["CN", "HK", "SG"] }, version: { $vgte: "2.1.0" } };
  if (place % 5 === 0) return [{ id: "ab", kind: "experiment", experiment: `experiment-${place}`, coverage: 10_000, arms }];
  return [
    { id: "one", kind: "force", value: "one", condition },
    { id: "two", kind: "force", value: "two", condition: { age: { $gte: 60 } }, window: always },
    { id: "grow", kind: "rollout", value: "grown", coverage: 2_500 },
  ];
}

async function makeFlags(terrace: TestTerrace): Promise<void> {
  for (let place = 0; place < FLAGS; place += 1)
    await terrace.api("/flags", {
      body: {
        key: `flag-${place}`,
        name: `Flag ${place}`,
        definition: {
          type: "string",
          defaultValue: "none",
          offValue: "off",
          environments: { production: { on: true, rules: rulesOf(place) } },
        },
      },
    });
}

async function decide(terrace: TestTerrace): Promise<void> {
  const flags = createFlags({ host: terrace.url, writeKey: terrace.writeKey, store: null, stream: false });
  if (!(await flags.ready())) throw new Error("there are no flags");
  const contexts = Array.from({ length: PEOPLE }, (_, at) => ({
    id: `person-${at}`,
    country: at % 2 === 0 ? "CN" : "US",
    version: "2.3.0",
    age: at % 80,
  }));
  const run = (count: number): number => {
    const began = performance.now();
    for (let at = 0; at < count; at += 1) flags.value(`flag-${at % FLAGS}`, "none", contexts[at % PEOPLE]);
    return (performance.now() - began) / count;
  };
  run(DECISIONS / 10);
  const eachMs = run(DECISIONS);
  const began = performance.now();
  for (let at = 0; at < DECISIONS; at += 1) bucketOf("experiment-1", `person-${at}`);
  const hashMs = (performance.now() - began) / DECISIONS;
  flags.close();
  console.log(`\n## Decisions in one process, ${FLAGS} flags\n\n| decisions/s | µs each | of it the hash |\n|---|---|---|`);
  console.log(`| ${Math.round(1_000 / eachMs)} | ${(eachMs * 1_000).toFixed(2)} | ${(hashMs * 1_000).toFixed(2)} |`);
}

async function evaluate(terrace: TestTerrace, path: string, note: string): Promise<void> {
  const load = (seconds: number) =>
    runLoad({
      url: terrace.url,
      path,
      headers: { authorization: `Bearer ${terrace.writeKey}`, "content-type": "application/json" },
      connections: CONNECTIONS,
      requestsPerSecond: RATE,
      seconds,
      body: (number) =>
        JSON.stringify({ context: { targetingKey: `person-${(number * 1_597) % PEOPLE}`, country: "CN", version: "2.3.0", age: 30 } }),
    });
  await load(WARM_UP_SECONDS);
  const cpu = (): number => Object.values(treeCpu(terrace.pid)).reduce((sum, part) => sum + part, 0);
  const before = cpu();
  const answers = await load(SECONDS);
  const cpuMicros = (((cpu() - before) * 1e6) / answers.length).toFixed(0);
  const refused = answers.filter(({ status }) => status !== 200);
  const took = answers.map(({ tookMs }) => tookMs);
  const told = [0.5, 0.99, 1].map((share) => percentile(took, share).toFixed(2)).join(" / ");
  console.log(`| ${note} | ${RATE} | ${Math.round(answers.length / SECONDS)} | ${refused.length} | ${told} | ${cpuMicros} |`);
}

const terrace = await startTerrace();
try {
  await makeFlags(terrace);
  await decide(terrace);
  console.log(
    `\n## Evaluations over HTTP (OFREP), ${PEOPLE} people\n\n| what | asked/s | answered/s | refused | ms p50 / p99 / most | CPU µs a request, engines too |\n|---|---|---|---|---|---|`,
  );
  await evaluate(terrace, "/ofrep/v1/evaluate/flags/flag-1", "rules on attributes, from memory");
  await evaluate(terrace, "/ofrep/v1/evaluate/flags/flag-5", "an experiment that remembers: looked up");
} finally {
  await terrace.stop();
}

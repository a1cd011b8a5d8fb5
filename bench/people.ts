// Person page, list and search on many people, at rest and while collecting: node bench/people.ts --people 10000,100000,1000000 [--requests 200] [--rate 2000] [--data <folder to keep the people in>]
import { existsSync, writeFileSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { startTerrace, type TestTerrace } from "@terrace/testkit/terrace";
import { batchBody, trackText } from "./events.ts";
import { openInstance, type Instance } from "./instance.ts";
import { percentile, runLoad, type Answer } from "./load.ts";
import { fillPeople, TAGS } from "./people-fill.ts";
import { CITIES, emailOf, idOf, isAnonymous, nameOf, phoneOf, WORKSPACE } from "./people-made.ts";
import { checkShape } from "./people-shape.ts";
import { treeMb } from "./process-tree.ts";
import { drained, writeHeaders } from "./watch.ts";

const { values } = parseArgs({
  options: {
    people: { type: "string", default: "10000,100000,1000000" },
    requests: { type: "string", default: "200" },
    rate: { type: "string", default: "2000" },
    data: { type: "string" },
  },
});
const requests = Number(values.requests);
const rate = Number(values.rate);
const AT_ONCE = 4;
const BATCH = 50;
const WARM_UP = 8;

/** One thing to measure: `ask` is called with the count of the request; it throws when the answer is not what it must be. */
type Query = { readonly name: string; readonly bound?: boolean; readonly ask: (count: number) => Promise<void> };
type Timing = {
  readonly name: string;
  readonly bound: boolean;
  readonly times: readonly number[];
  readonly fromMs: number;
  readonly toMs: number;
};
type Place = { readonly subject: TestTerrace; readonly instance: Instance; readonly size: number };

async function measureSize(size: number): Promise<void> {
  console.log(`\n## ${size} people`);
  const data = values.data === undefined ? undefined : join(values.data, String(size));
  if (data !== undefined) await mkdir(data, { recursive: true });
  const subject = await startTerrace(data === undefined ? {} : { data });
  try {
    const instance = await openInstance(subject.data);
    try {
      const mark = join(subject.data, "bench.filled");
      if (!existsSync(mark)) {
        await fillPeople(instance, size);
        await checkShape(subject, instance, size);
        writeFileSync(mark, "");
      }
      await compare({ subject, instance, size });
    } finally {
      await instance.close();
    }
  } finally {
    await subject.stop();
  }
}

async function compare(place: Place): Promise<void> {
  const queries = queriesOf(place);
  const resting = await measureAll(queries);
  const ending = new AbortController();
  const startedAt = performance.now();
  const load = collectUntil(place, ending.signal);
  await sleep(3_000);
  const collecting = await measureAll(queries);
  ending.abort();
  const answers = await load;
  console.log(table(resting, collecting, { answers, startedAt }));
  const times = answers.map(({ tookMs }) => tookMs);
  console.log(
    `\ncollecting: ${Math.round((answers.length * BATCH) / ((performance.now() - startedAt) / 1000))} events/s, ack ms p50 ${percentile(times, 0.5).toFixed(1)} p99 ${percentile(times, 0.99).toFixed(1)} max ${percentile(times, 1).toFixed(1)}, refused ${answers.filter(({ status }) => status !== 200).length}; drained after ${(await drained(place.subject)).toFixed(1)} s; process tree ${treeMb(place.subject.pid).toFixed(0)} MB`,
  );
}

/** Events of the people that are there, at a steady modest rate. */
function collectUntil({ subject, size }: Place, signal: AbortSignal): Promise<readonly Answer[]> {
  const run = `load-${Date.now()}`;
  return runLoad({
    url: subject.url,
    path: "/v1/batch",
    headers: writeHeaders(subject),
    connections: 16,
    requestsPerSecond: rate / BATCH,
    seconds: 3_600,
    signal,
    body: (number) => {
      const time = new Date().toISOString();
      return batchBody(
        Array.from({ length: BATCH }, (_, index) => trackText(run, number * BATCH + index, size, time)),
        time,
      );
    },
  });
}

async function measureAll(queries: readonly Query[]): Promise<readonly Timing[]> {
  const timings: Timing[] = [];
  for (const query of queries) timings.push(await measure(query));
  return timings;
}

async function measure({ name, bound = false, ask }: Query): Promise<Timing> {
  for (let count = 0; count < WARM_UP; count += 1) await ask(count);
  const times: number[] = [];
  let next = 0;
  const fromMs = performance.now();
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      while (next < requests) {
        const count = next;
        next += 1;
        const startedAt = performance.now();
        await ask(count + WARM_UP);
        times.push(performance.now() - startedAt);
      }
    }),
  );
  return { name, bound, times, fromMs, toMs: performance.now() };
}

type List = {
  readonly items: readonly {
    readonly id: string;
    readonly displayName: string;
    readonly tags: readonly string[];
    readonly traits: Readonly<Record<string, unknown>>;
  }[];
  readonly total: number;
};

function queriesOf(place: Place): readonly Query[] {
  return [...boundsOf(place), ...pagesOf(place), ...listsOf(place), ...searchesOf(place)];
}

/** Spread over everyone, the same ones every run. */
function anyOf({ size }: Place, count: number): number {
  return (count * 611_953 + 17) % size;
}

/** A known person with as many digits as any, so that no other user id goes on from this one. */
function knownOf(place: Place, count: number): number {
  let number = anyOf(place, count);
  while (isAnonymous(number) || number < place.size / 10) number = (number + 1) % place.size;
  return number;
}

function personIdOf({ instance }: Place, number: number): string {
  return instance.privacy.originId(WORKSPACE, idOf(number).kind, idOf(number).value);
}

type Holds = (page: List, count: number) => boolean;
type Listed = (name: string, query: (count: number) => Readonly<Record<string, string>>, holds: Holds) => Query;

const full: Holds = (page) => page.items.length > 0;

function listing({ subject }: Place): Listed {
  return (name, query, holds) => ({
    name,
    ask: async (count) => {
      const path = `/people?${new URLSearchParams(query(count)).toString()}`;
      const page = await subject.api<List>(path);
      if (!holds(page, count)) throw new Error(`${name}: GET ${path} answered ${page.items.length} of ${page.total} people`);
    },
  });
}

function boundsOf(place: Place): readonly Query[] {
  const { subject, instance } = place;
  const { db } = instance;
  return [
    {
      name: "bound: GET /healthz",
      bound: true,
      ask: async () => {
        await (await fetch(`${subject.url}/healthz`)).text();
      },
    },
    {
      name: "bound: `select 1`",
      bound: true,
      ask: async () => {
        await db`select 1 /* no workspace_id */`;
      },
    },
    {
      name: "bound: a person by primary key",
      bound: true,
      ask: async (count) => {
        await db`select * from person where workspace_id = ${WORKSPACE} and person_id = ${personIdOf(place, anyOf(place, count))}`;
      },
    },
  ];
}

function pagesOf(place: Place): readonly Query[] {
  const { subject } = place;
  return [
    {
      name: "person page",
      ask: async (count) => {
        const person = await subject.api<{ id: string; eventCount: number }>(`/people/${personIdOf(place, anyOf(place, count))}`);
        if (person.eventCount < 5) throw new Error(`person ${person.id} has ${person.eventCount} events`);
      },
    },
    {
      name: "timeline, first page",
      ask: async (count) => {
        const { items } = await subject.api<{ items: readonly unknown[] }>(`/people/${personIdOf(place, anyOf(place, count))}/timeline`);
        if (items.length < 5) throw new Error(`a timeline of ${items.length} events`);
      },
    },
    {
      name: "person by phone",
      ask: async (count) => {
        await subject.api(`/person?${new URLSearchParams({ kind: "phone", value: phoneOf(knownOf(place, count)) }).toString()}`);
      },
    },
  ];
}

function listsOf(place: Place): readonly Query[] {
  const list = listing(place);
  return [
    list("list", () => ({}), full),
    list("list: known, oldest first", () => ({ identified: "true", sort: "first_seen", direction: "asc" }), full),
    list(
      "list: tag of 1 in 50",
      () => ({ tag: TAGS.common }),
      (page) => page.items.every(({ tags }) => tags.includes(TAGS.common)) && full(page, 0),
    ),
    list("list: tag of 1 in 5,000", () => ({ tag: TAGS.rare }), full),
    list(
      "list: trait city",
      (count) => ({ trait: `city:${CITIES[count % 20] ?? ""}` }),
      (page, count) => page.items.every(({ traits }) => traits["city"] === CITIES[count % 20]),
    ),
    list(
      "list: known, tag, trait level",
      () => ({ identified: "true", tag: TAGS.common, trait: "level:金卡", sort: "first_seen" }),
      () => true,
    ),
    list(
      "list: phone known, a week",
      () => ({ identityKind: "phone", seenAfter: new Date(Date.now() - 7 * 86_400_000).toISOString() }),
      full,
    ),
  ];
}

function searchesOf(place: Place): readonly Query[] {
  const list = listing(place);
  const finds: Holds = (page, count) => page.items.some(({ id }) => id === personIdOf(place, knownOf(place, count)));
  return [
    list("search: user id", (count) => ({ search: `user-${knownOf(place, count)}` }), finds),
    list("search: start of user id", (count) => ({ search: `user-${String(knownOf(place, count)).slice(0, 3)}` }), full),
    list("search: phone", (count) => ({ search: phoneOf(knownOf(place, count)) }), finds),
    list("search: end of phone", (count) => ({ search: phoneOf(knownOf(place, count)).slice(-4) }), full),
    list("search: e-mail", (count) => ({ search: emailOf(knownOf(place, count)) }), finds),
    list("search: surname (1 in 14)", (count) => ({ search: nameOf(knownOf(place, count)).slice(0, 1) }), full),
    list("search: surname and a character", (count) => ({ search: nameOf(knownOf(place, count)).slice(0, 2) }), full),
    list("search: start of a trait (1 in 20)", (count) => ({ search: (CITIES[count % 20] ?? "").slice(0, 1) }), full),
    list(
      "search: nobody",
      (count) => ({ search: `nobody-${count}` }),
      (page) => page.items.length === 0,
    ),
  ];
}

function table(
  resting: readonly Timing[],
  collecting: readonly Timing[],
  { answers, startedAt }: { readonly answers: readonly Answer[]; readonly startedAt: number },
): string {
  const key = resting.find(({ name }) => name.includes("primary key"));
  const base = key === undefined ? 1 : percentile(key.times, 0.95);
  const shown = ({ times }: Timing): string => [0.5, 0.95, 1].map((share) => percentile(times, share).toFixed(1)).join(" / ");
  const rows = resting.map((timing, index) => {
    const busy = collecting[index] ?? timing;
    const acks = answers
      .filter(({ sentAtMs }) => startedAt + sentAtMs >= busy.fromMs && startedAt + sentAtMs < busy.toMs)
      .map(({ tookMs }) => tookMs);
    const p95 = percentile(busy.times, 0.95);
    return `| ${timing.name} | ${shown(timing)} | ${shown(busy)} | ${timing.bound ? "" : `${(p95 / base).toFixed(0)}× `}${!timing.bound && p95 >= 300 ? "**over 300 ms**" : ""} | ${percentile(acks, 0.99).toFixed(0)} |`;
  });
  return [
    "",
    `| query (${requests} each, ${AT_ONCE} at once) | at rest, ms p50 / p95 / max | while collecting ${rate} events/s | p95 to primary key at rest | ack p99 ms meanwhile |`,
    "|---|---|---|---|---|",
    ...rows,
  ].join("\n");
}

// Last: what it calls needs the constants above.
for (const size of values.people.split(",").map(Number)) await measureSize(size);

import { fork } from "node:child_process";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { startTerrace, type TestTerrace } from "@terrace/testkit/terrace";
import { openInstance, type Instance } from "./instance.ts";
import { percentile, runLoad } from "./load.ts";
import { treeCpu } from "./process-tree.ts";

export type PersonAsked = { readonly memberships: readonly number[]; readonly rates: readonly number[]; readonly seconds: number };

/** Of each size of memberships. */
const PEOPLE = 4_000;
const WORKSPACE = 1;
const CONNECTIONS = 16;
const WARM_UP_SECONDS = 3;
const IDLE_SECONDS = 5;
const SETTLED_WITHIN_MS = 600_000;

/** A server that answers requests, and the processes behind it. */
type Side = { readonly url: string; readonly path: string; readonly query: (number: number) => string };

/** What one person is in, asked over HTTP, against `select 1` behind the same server, in turn. */
export async function measurePerson(asked: PersonAsked): Promise<void> {
  const terrace = await startTerrace();
  const instance = await openInstance(terrace.data);
  const bound = fork(fileURLToPath(new URL("select-one.ts", import.meta.url)), [terrace.data]);
  try {
    const [boundUrl] = (await once(bound, "message")) as [string];
    await fill(terrace, instance, asked.memberships);
    console.log(
      `\n## One person over HTTP, ${PEOPLE} people of each size, with a class, 5 tags and 3 of 10 traits\n\n| memberships | requests/s | answered | ms p50 / p99 / most | \`select 1\` p50 / p99 / most | ratio p50 / p99 | CPU µs a request | \`select 1\` | ratio |\n|---|---|---|---|---|---|---|---|---|`,
    );
    const hand: Side = { url: boundUrl, path: "/api/workspaces/current/one", query: () => "" };
    const cpu = (): number =>
      [terrace.pid, bound.pid ?? 0].reduce((sum, pid) => sum + Object.values(treeCpu(pid)).reduce((all, part) => all + part, 0), 0);
    for (const [place, memberships] of asked.memberships.entries())
      for (const rate of asked.rates) {
        const look: Side = { url: terrace.url, path: "/api/workspaces/current/person/now", query: (number) => queryOf(place, number) };
        const run = { rate, seconds: asked.seconds, key: terrace.secretKey, cpu };
        const [lookup, one] = [await measure(look, run), await measure(hand, run)];
        const [mine, bounds] = [lookup, one].map(({ times }) => [0.5, 0.99, 1].map((share) => percentile(times, share)));
        const told = (values: readonly number[] = []): string => values.map((value) => value.toFixed(2)).join(" / ");
        const ratios = [0, 1].map((at) => (mine?.[at] ?? 0) / (bounds?.[at] ?? 1));
        console.log(
          `| ${memberships} | ${rate} | ${lookup.times.length} | ${told(mine)} | ${told(bounds)} | ${told(ratios)} | ${lookup.cpuMicros.toFixed(0)} | ${one.cpuMicros.toFixed(0)} | ${(lookup.cpuMicros / one.cpuMicros).toFixed(2)} |`,
        );
      }
  } finally {
    bound.disconnect();
    await instance.close();
    await terrace.stop();
  }
}

type Run = { readonly rate: number; readonly seconds: number; readonly key: string; readonly cpu: () => number };

async function measure(side: Side, { rate, seconds, key, cpu }: Run) {
  const load = (forSeconds: number) =>
    runLoad({
      ...side,
      headers: { authorization: `Bearer ${key}` },
      connections: CONNECTIONS,
      requestsPerSecond: rate,
      seconds: forSeconds,
    });
  await load(WARM_UP_SECONDS);
  // What the engines do by themselves is not the request's.
  const idleBefore = cpu();
  await sleep(IDLE_SECONDS * 1_000);
  const before = cpu();
  const idle = ((before - idleBefore) / IDLE_SECONDS) * seconds;
  const answers = await load(seconds);
  const refused = answers.filter(({ status }) => status !== 200);
  if (refused.length > 0) throw new Error(`${refused.length} of ${answers.length} were not answered, first with ${refused[0]?.status}`);
  return { times: answers.map(({ tookMs }) => tookMs), cpuMicros: ((cpu() - before - idle) * 1e6) / answers.length };
}

/** Spread over everyone of a size. */
function queryOf(place: number, number: number): string {
  return `?kind=user_id&value=p${place}-${(number * 1_597) % PEOPLE}&traits=t1,t2,t3`;
}

async function fill(terrace: TestTerrace, { db }: Instance, memberships: readonly number[]): Promise<void> {
  const traits = Object.fromEntries(Array.from({ length: 10 }, (_, index) => [`t${index}`, `value ${index}`]));
  for (const place of memberships.keys())
    for (let from = 0; from < PEOPLE; from += 400)
      await terrace.send(Array.from({ length: 400 }, (_, index) => ({ type: "identify", userId: `p${place}-${from + index}`, traits })));
  await terrace.api("/classes/class_bench", {
    method: "PUT",
    body: { name: "Bench", values: [{ value: "yes", name: "Yes", rule: { trait: "t1", isSet: true } }] },
  });
  const until = Date.now() + SETTLED_WITHIN_MS;
  const sorted = async (): Promise<boolean> => {
    const [row] = await db<{ n: number }[]>`
      select count(*)::int as n from person_profile where workspace_id = ${WORKSPACE} and computed ? '$class_bench'`;
    return row?.n === PEOPLE * memberships.length;
  };
  while (!(await sorted())) {
    if (Date.now() > until) throw new Error("people were not sorted");
    await sleep(250);
  }
  // Written as lists are, without asking 2 million ids through the API.
  await db`
    insert into segment (workspace_id, name, kind, created_at, created_by, size)
    select ${WORKSPACE}, 'List ' || n, 'list', now(), 'bench', 0 from generate_series(1, ${Math.max(...memberships)}::int) n`;
  for (const [place, count] of memberships.entries())
    await db`
      insert into segment_member (workspace_id, segment_id, person_id, entered_at, entered_why)
      select ${WORKSPACE}, s.segment_id, i.person_id, date_trunc('milliseconds', now()), 'list'
      from (select segment_id from segment where workspace_id = ${WORKSPACE} and kind = 'list' order by segment_id limit ${count}) s
      cross join (select person_id from identity where workspace_id = ${WORKSPACE} and kind = 'user_id' and value like ${`p${place}-%`}) i`;
  await db`
    insert into person_tag (workspace_id, origin_id, tag, owner, created_at)
    select ${WORKSPACE}, i.origin_id, 'tag ' || n, 'bench', now() from identity i cross join generate_series(1, 5) n
    where i.workspace_id = ${WORKSPACE} and i.kind = 'user_id'`;
  await db`analyze segment_member, person_tag, identity /* no workspace_id */`;
}

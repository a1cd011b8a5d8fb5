import { readFileSync } from "node:fs";
import { eventually, startTerrace, type TestTerrace } from "@terrace/testkit/terrace";
import { afterAll, beforeAll, expect, test } from "vitest";

/** A case with its exact answer, restated from another product's tests (the file says which). */
type Case = {
  readonly id: string;
  readonly kind: string;
  readonly persons: readonly { readonly id: string; readonly distinct_ids: readonly string[] }[];
  readonly events: readonly {
    readonly distinct_id: string;
    readonly event: string;
    readonly timestamp: string;
    readonly properties?: object;
  }[];
  readonly query: Readonly<Record<string, unknown>>;
  readonly expected: Readonly<Record<string, unknown>>;
};
const DAY_MS = 86_400_000;
const DAYS_OF: Readonly<Record<string, number>> = { day: 1, week: 7, month: 30 };
/** Before every event of a case: who is who is said then. */
const BEFORE = "2001-01-01T00:00:00.000Z";

const { cases } = JSON.parse(readFileSync(new URL("../../packages/testkit/cases/product-analytics.json", import.meta.url), "utf8")) as {
  cases: readonly Case[];
};
const of = (kind: string) => cases.filter((each) => each.kind === kind);

let terrace: TestTerrace;
let headers: Readonly<Record<string, string>>;

beforeAll(async () => {
  terrace = await startTerrace();
  const signedIn = await fetch(`${terrace.url}/api/session`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(terrace.owner),
  });
  const { csrfToken } = (await signedIn.json()) as { csrfToken: string };
  headers = {
    "content-type": "application/json",
    cookie: (signedIn.headers.get("set-cookie") ?? "").split(";")[0] ?? "",
    "x-terrace-csrf": csrfToken,
  };
});
afterAll(async () => {
  expect(await terrace.stop()).toBe(0);
});

async function api<T>(path: string, body?: unknown): Promise<T> {
  const answer = await fetch(`${terrace.url}${path}`, {
    headers,
    ...(body === undefined ? {} : { method: "POST", body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${path} answered ${answer.status}: ${text}`);
  return JSON.parse(text) as T;
}

/** Sends the events of a case into a workspace of its own and waits until they are there; answers with its path. */
async function workspaceOf({ id, persons, events, query }: Case): Promise<string> {
  const { id: workspace } = await api<{ id: string }>("/api/workspaces", { name: id, timeZone: query["timezone"] ?? "UTC" });
  const path = `/api/workspaces/${workspace}`;
  const { secret } = await api<{ secret: string }>(`${path}/keys`, { kind: "write", name: "w" });
  const who = (distinct: string): object => {
    const person = persons.find(({ distinct_ids }) => distinct_ids.includes(distinct));
    return person === undefined || person.distinct_ids[0] === distinct ? { userId: distinct } : { anonymousId: distinct };
  };
  const links = persons.flatMap(({ distinct_ids: [first, ...others] }) =>
    others.map((anonymousId) => ({ type: "identify", userId: first, anonymousId, timestamp: BEFORE })),
  );
  const batch = [
    ...links,
    ...events.map(({ distinct_id, event, timestamp, properties }) => ({
      type: "track",
      ...who(distinct_id),
      event,
      timestamp,
      properties,
    })),
  ];
  const answer = await fetch(`${terrace.url}/v1/batch`, {
    method: "POST",
    headers: { authorization: `Basic ${btoa(`${secret}:`)}`, "content-type": "application/json" },
    body: JSON.stringify({ batch }),
  });
  expect(await answer.json()).toMatchObject({ accepted: batch.length });
  await eventually(async () => {
    const { lines } = await api<{ lines: { total: number }[] }>(`${path}/insight/trends`, {
      period: { from: "2000-01-02", to: "2030-01-01" },
      interval: "year",
      series: [{ event: { event: null }, measure: { kind: "events" } }],
    });
    expect(lines[0]?.total).toBe(batch.length);
  });
  return path;
}

const day = (value: unknown, days = 0): string => new Date(Date.parse(String(value)) + days * DAY_MS).toISOString().slice(0, 10);

test.each(of("retention"))("$id", async (one) => {
  const { period, intervals, date_to: last, type, target, returning, cumulative, week_start: weekStart } = one.query;
  const path = await workspaceOf(one);
  const answer = await api<{ cohorts: { label: string; cells: { people: number }[] }[] }>(`${path}/insight/retention`, {
    period: { from: day(last, -(Number(intervals) - 1) * (DAYS_OF[String(period)] ?? 1)), to: day(last, 1) },
    interval: period,
    kind: type,
    start: target,
    return: returning,
    mode: cumulative === true ? "on_or_after" : "exact",
    ...(weekStart === undefined ? {} : { weekStart }),
  });
  expect(answer.cohorts.map(({ cells }) => cells.map(({ people }) => people))).toEqual(one.expected["matrix"]);
  const first = one.expected["first_interval_date"];
  if (first !== undefined) expect(answer.cohorts[0]?.label).toBe(first);
});

test.each(of("lifecycle"))("$id", async (one) => {
  const { period, date_from: from, date_to: to, event } = one.query;
  const path = await workspaceOf(one);
  const { states } = await api<{ states: object }>(`${path}/insight/lifecycle`, {
    period: { from: day(from), to: day(to, 1) },
    interval: period,
    event,
  });
  expect(states).toEqual(one.expected);
});

test.each(of("stickiness"))("$id", async (one) => {
  const { period, date_from: from, date_to: to, event } = one.query;
  const path = await workspaceOf(one);
  const { rows } = await api<{ rows: { activeIntervals: number; people: number }[] }>(`${path}/insight/stickiness`, {
    period: { from: day(from), to: day(to, 1) },
    interval: period,
    weekStart: "sunday",
    event,
  });
  const active = rows.filter(({ people }) => people > 0).map(({ activeIntervals, people }) => [String(activeIntervals), people]);
  expect(Object.fromEntries(active)).toEqual(one.expected["persons_by_active_intervals"]);
});

/** Cases without dates are about all their events. */
const eventsPeriod = ({ query }: Case) => ({
  from: query["date_from"] === undefined ? "2019-01-01" : day(query["date_from"]),
  to: query["date_to"] === undefined ? "2022-01-01" : day(query["date_to"], 1),
});
/** The ids of a case's people. */
async function personIdsOf(path: string, ids: readonly string[]): Promise<readonly string[]> {
  const found = ids.map((id) => api<{ id: string }>(`${path}/person?kind=user_id&value=${encodeURIComponent(id)}`));
  return (await Promise.all(found)).map(({ id }) => id).toSorted();
}

test.each(of("funnel"))("$id", async (one) => {
  const { order, window_seconds: seconds, steps, exclusions } = one.query;
  const excluded = (exclusions ?? []) as readonly { readonly event: string; readonly from_step: number; readonly to_step: number }[];
  const path = await workspaceOf(one);
  const query = {
    period: eventsPeriod(one),
    order: order === "unordered" ? "any" : order,
    window: { value: seconds, unit: "second" },
    steps,
    exclusions: excluded.map(({ event, from_step: from, to_step: to }) => ({ event, fromStep: from + 1, toStep: to + 1 })),
  };
  const answer = await api<{ steps: { people: number; averageSeconds: number | null; medianSeconds: number | null }[] }>(
    `${path}/insight/funnel`,
    query,
  );
  expect(answer.steps.map(({ people }) => people)).toEqual(one.expected["counts"]);
  const { average_conversion_seconds: averages, median_conversion_seconds: medians, persons = {} } = one.expected;
  if (averages !== undefined) expect(answer.steps.map(({ averageSeconds }) => averageSeconds)).toEqual(averages);
  if (medians !== undefined) expect(answer.steps.map(({ medianSeconds }) => medianSeconds)).toEqual(medians);
  for (const [step, people] of Object.entries(persons as Readonly<Record<string, readonly string[]>>)) {
    const cell = { step: Number(step), outcome: "converted" };
    const { items } = await api<{ items: { personId: string }[] }>(`${path}/insight/funnel/people`, { ...query, cell });
    expect(items.map(({ personId }) => personId).toSorted()).toEqual(await personIdsOf(path, people));
  }
});

test.each(of("paths"))("$id", async (one) => {
  const path = await workspaceOf(one);
  const { node, session_gap_seconds: sessionGapSeconds, max_steps: maxSteps } = one.query;
  const answer = await api<{ edges: { step: number; source: string; target: string; sessions: number }[] }>(`${path}/insight/paths`, {
    period: eventsPeriod(one),
    node,
    sessionGapSeconds,
    maxSteps,
  });
  expect(
    answer.edges.map(({ step, source, target, sessions }) => [`${step}_${source}`, `${step + 1}_${target}`, sessions]).toSorted(),
  ).toEqual((one.expected["edges"] as readonly unknown[]).toSorted());
});

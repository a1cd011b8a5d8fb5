import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { eventually, startTerrace, type TestTerrace } from "@terrace/testkit/terrace";
import { afterEach, beforeEach, expect, test } from "vitest";

const PEOPLE = 60;
const ERASED = 40;
const EVENTS_EACH = 12;
const KILLS = 6;
const DAY_MS = 86_400_000;

let data: string;
let terrace: TestTerrace;
beforeEach(async () => {
  data = await mkdtemp(join(tmpdir(), "terrace-crash-erase-"));
  terrace = await startTerrace({ data });
});
afterEach(async () => {
  await terrace.stop();
  await rm(data, { recursive: true, force: true });
});

type Erasure = {
  readonly id: string;
  readonly state: string;
  readonly progress: number;
  readonly removed: readonly { store: string; what: string; count: number }[];
};
type Event = {
  readonly eventId: string;
  readonly personId: string;
  readonly time: string;
  readonly properties: { readonly revenue?: number; readonly note?: string };
};

async function everyEvent(): Promise<readonly Event[]> {
  const events: Event[] = [];
  let cursor = "";
  for (;;) {
    const page = await terrace.api<{ items: Event[]; nextCursor?: string }>(
      `/events?limit=200${cursor === "" ? "" : `&cursor=${encodeURIComponent(cursor)}`}`,
    );
    events.push(...page.items);
    if (page.nextCursor === undefined) return events;
    cursor = page.nextCursor;
  }
}

/** What must not change: how many events there are on each day, of how many people, worth how much. */
function aggregates(events: readonly Event[]) {
  const days = new Map<string, number>();
  for (const { time } of events) days.set(time.slice(0, 10), (days.get(time.slice(0, 10)) ?? 0) + 1);
  return {
    events: events.length,
    people: new Set(events.map(({ personId }) => personId)).size,
    revenue: events.reduce((sum, { properties }) => sum + (properties.revenue ?? 0), 0),
    days: [...days].toSorted(([a], [b]) => (a < b ? -1 : 1)),
  };
}

test("an erasure killed again and again ends as one that was left alone", async () => {
  const now = Date.now();
  for (let user = 0; user < PEOPLE; user += 1)
    await terrace.send(
      Array.from({ length: EVENTS_EACH }, (_, index) => ({
        type: "track",
        userId: `user-${user}`,
        event: "Visited",
        messageId: `${user}-${index}`,
        timestamp: new Date(now - index * 9 * DAY_MS).toISOString(),
        properties: { revenue: user + index, note: `note of user-${user}` },
      })),
    );
  await eventually(async () => expect(await everyEvent()).toHaveLength(PEOPLE * EVENTS_EACH), 60_000);
  const before = aggregates(await everyEvent());

  const identities = Array.from({ length: ERASED }, (_, user) => ({ kind: "user_id", value: `user-${user}` }));
  const { id } = await terrace.api<Erasure>("/erasures", { body: { identities, reason: "killed while it runs", confirm: "erase" } });
  let seen = "";
  for (let kill = 0; kill < KILLS; kill += 1) {
    await sleep(400 + Math.random() * 2_200);
    await terrace.kill();
    terrace = await startTerrace({ data });
    const { state, progress } = await terrace.api<Erasure>(`/erasures/${id}`);
    seen += `${state} ${Math.round(progress * 100)}; `;
    if (state === "done") break;
  }
  const done = await eventually(async () => {
    const erasure = await terrace.api<Erasure>(`/erasures/${id}`);
    expect(erasure.state, JSON.stringify(erasure)).toBe("done");
    return erasure;
  }, 120_000);

  const events = await everyEvent();
  expect(aggregates(events), seen).toEqual(before);
  expect(
    events.filter(({ properties }) => properties.note !== undefined),
    seen,
  ).toHaveLength((PEOPLE - ERASED) * EVENTS_EACH);
  expect(new Set(events.map(({ eventId }) => eventId)).size).toBe(events.length);
  // Counted once, however often the step that counted was begun anew.
  const counted = new Map(done.removed.map(({ store, what, count }) => [`${store} ${what}`, count]));
  expect(counted.get("people identities"), seen).toBe(ERASED);
  expect(counted.get("events events"), seen).toBe(ERASED * EVENTS_EACH);
  expect((await terrace.api<{ statement: { people: number } }>(`/erasures/${id}/certificate`)).statement.people).toBe(ERASED);
}, 400_000);

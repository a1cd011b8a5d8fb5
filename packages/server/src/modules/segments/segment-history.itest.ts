import * as figures from "@terrace/contract/api/segment-figures";
import * as historyApi from "@terrace/contract/api/segment-history";
import * as peopleApi from "@terrace/contract/api/merges";
import * as api from "@terrace/contract/api/segments";
import type { RouteContract } from "@terrace/contract/route";
import { startBothEngines, type TestEngines } from "@terrace/testkit/both-engines";
import { callRoute, type CallInput } from "@terrace/testkit/call-route";
import { drawnId } from "@terrace/testkit/live-draws";
import { freshLiveWorld, membersIn, ownersIn, type LiveWorld } from "@terrace/testkit/live-world";
import { device, eventOf, user } from "@terrace/testkit/people-model";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";

/** Worlds drawn; a longer run is asked for by hand. */
const RUNS = Number(process.env["TERRACE_RUNS"] ?? 6);
const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;
/** A day before the clocks of Berlin go forward. */
const START_MS = Date.UTC(2026, 2, 28, 9);

let engines: TestEngines;
let world: LiveWorld;
let workspaceId = 0;
let messages = 0;
beforeAll(async () => {
  engines = await startBothEngines();
}, 120_000);
afterAll(() => engines.stop());

const segments = <C extends RouteContract>(of: C, input: CallInput<C> = {}) => callRoute(world.segments.routes, workspaceId, of, input);
const people = <C extends RouteContract>(of: C, input: CallInput<C> = {}) => callRoute(world.people.routes, workspaceId, of, input);

type Act =
  | { readonly what: "buy"; readonly who: number }
  | { readonly what: "login"; readonly who: number; readonly device: number }
  | { readonly what: "merge"; readonly who: number; readonly other: number }
  | { readonly what: "unmerge"; readonly which: number }
  | { readonly what: "list"; readonly add: readonly number[]; readonly remove: readonly number[] }
  | { readonly what: "wait"; readonly ms: number }
  | { readonly what: "snapshot" }
  | { readonly what: "drain" };

const who = fc.nat({ max: 5 });
const drawnAct: fc.Arbitrary<Act> = fc.oneof(
  { weight: 5, arbitrary: fc.record({ what: fc.constant("buy" as const), who }) },
  { weight: 2, arbitrary: fc.record({ what: fc.constant("login" as const), who: fc.nat({ max: 2 }), device: fc.nat({ max: 2 }) }) },
  { weight: 3, arbitrary: fc.record({ what: fc.constant("merge" as const), who, other: who }) },
  { weight: 2, arbitrary: fc.record({ what: fc.constant("unmerge" as const), which: fc.nat({ max: 2 }) }) },
  {
    weight: 4,
    arbitrary: fc.record({
      what: fc.constant("list" as const),
      add: fc.array(who, { maxLength: 3 }),
      remove: fc.array(who, { maxLength: 3 }),
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      what: fc.constant("wait" as const),
      ms: fc.oneof(fc.constantFrom(1, HOUR_MS, DAY_MS), fc.integer({ min: 1, max: 2 * DAY_MS })),
    }),
  },
  { weight: 1, arbitrary: fc.constant({ what: "snapshot" as const }) },
  { weight: 6, arbitrary: fc.constant({ what: "drain" as const }) },
);

type World = { readonly list: string; readonly segments: string[]; readonly merges: string[] };

async function begin(): Promise<World> {
  ({ workspaceId, world } = await freshLiveWorld(engines, START_MS));
  await send("u0");
  await world.drain();
  const made = async (body: CallInput<typeof api.createSegment>["body"] & object) => (await segments(api.createSegment, { body })).id;
  const list = await made({ name: "List", list: { identity: "user_id", values: ["u0"] } });
  const buyers = await made({ name: "Buyers", rule: { did: { event: "Bought" }, within: { days: 2 } } });
  const both = await made({ name: "Either", combination: { op: "union", of: [buyers, list] } });
  const rest = await made({ name: "Rest", combination: { op: "except", of: [buyers, list] } });
  return { list, segments: [list, buyers, both, rest], merges: [] };
}

async function send(name: string): Promise<void> {
  messages += 1;
  const at = { workspaceId, messageId: `h-${messages}`, timeMs: world.nowMs, receivedAtMs: world.nowMs };
  await world.append([eventOf({ ...at, ids: [user(name)], name: "Visited" })]);
}

async function perform(act: Act, { list, segments: all, merges }: World): Promise<void> {
  const at = { workspaceId, timeMs: world.nowMs, receivedAtMs: world.nowMs };
  messages += 1;
  const messageId = `h-${messages}`;
  switch (act.what) {
    case "buy":
      return world.append([eventOf({ ...at, messageId, ids: [drawnId(act.who)], name: "Bought" })]);
    case "login":
      return world.append([eventOf({ ...at, messageId, ids: [user(`u${act.who}`), device(`d${act.device}`)], name: "Logged In" })]);
    case "merge": {
      const owners = await ownersIn(engines, workspaceId);
      const [a, b] = [act.who, act.other].map((each) => owners.get(originOf(each)));
      if (a === undefined || b === undefined || a === b) return;
      merges.push((await people(peopleApi.createMerge, { body: { people: [a, b], confirmConflicts: true } })).id);
      return;
    }
    case "unmerge": {
      const [merge] = merges.splice(act.which, 1);
      if (merge !== undefined) await people(peopleApi.takeBackMerge, { params: { merge } });
      return;
    }
    case "list": {
      const ids = (asked: readonly number[]) =>
        asked.length === 0 ? undefined : { identity: "person" as const, values: asked.map(originOf) };
      const [add, remove] = [ids(act.add), ids(act.remove)];
      if (add === undefined && remove === undefined) return;
      await segments(api.changeSegmentPeople, {
        params: { segment: list },
        body: { ...(add === undefined ? {} : { add }), ...(remove === undefined ? {} : { remove }) },
      });
      return;
    }
    case "wait":
      world.nowMs += act.ms;
      return;
    case "snapshot": {
      const values = [...new Set((await ownersIn(engines, workspaceId)).values())].slice(0, 4);
      if (values.length > 0) all.push((await segments(api.createSegment, { body: { name: `At ${world.nowMs}`, people: values } })).id);
      return;
    }
    case "drain":
      return world.drain();
  }
}

function originOf(who: number): string {
  const { kind, value } = drawnId(who);
  return world.privacy.originId(workspaceId, kind, value);
}

type Stay = { readonly person: string; readonly from: number; readonly to: number; readonly why: string; readonly leftWhy: string };

/** Stays as they are stored, each with whoever has its id now; the slow way, one after the other. */
async function storedStays(segment: string): Promise<readonly Stay[]> {
  const owners = await ownersIn(engines, workspaceId);
  const rows = await engines.db<{ id: string; person: string; from: Date; why: string; to: Date | null; left: string | null }[]>`
    select stay_id as id, person_id as person, entered_at as from, entered_why as why, left_at as to, left_why as left from segment_stay
    where workspace_id = ${workspaceId} and segment_id = ${segment} order by entered_at, stay_id`;
  const whole: Stay[] = [];
  for (const row of rows) {
    const person = owners.get(row.person) ?? "";
    const next = { person, from: row.from.getTime(), to: row.to?.getTime() ?? Infinity, why: row.why, leftWhy: row.left ?? "" };
    const index = whole.findIndex((each) => each.person === person && each.to > next.from);
    const before = whole[index];
    if (before === undefined) whole.push(next);
    // Of two that ended at one instant the later row says why.
    else if (next.to >= before.to) whole[index] = { ...before, to: next.to, leftWhy: next.leftWhy };
  }
  return whole;
}

const isIn = ({ from, to }: Stay, ms: number): boolean => from <= ms && ms < to;
const countBy = (whys: readonly string[]): Record<string, number> =>
  Object.fromEntries([...new Set(whys)].map((why) => [why, whys.filter((each) => each === why).length]));

async function checkSizes(segment: string, stays: readonly Stay[]): Promise<void> {
  for (const interval of ["day", "week"] as const) {
    const query = { interval, from: "2026-03-28", to: "2026-04-20" };
    const { intervals } = await segments(historyApi.getSegmentSizes, { params: { segment }, query });
    for (const told of intervals) {
      const [from, to] = [Date.parse(told.fromAt), Date.parse(told.toAt)];
      const within = (ms: number): boolean => from <= ms && ms < to;
      const entered = stays.filter((stay) => within(stay.from));
      const left = stays.filter((stay) => within(stay.to));
      expect({ segment, ...told }).toMatchObject({
        size: stays.filter((stay) => isIn(stay, Math.min(to - 1, world.nowMs))).length,
        entered: entered.length,
        left: left.length,
      });
      expect(told.enteredBy).toEqual(countBy(entered.map(({ why }) => why)));
      expect(told.leftBy).toEqual(countBy(left.map(({ leftWhy }) => leftWhy)));
    }
  }
}

async function checkPeopleAt(segment: string, stays: readonly Stay[], at: number): Promise<void> {
  const found: string[] = [];
  let total = -1;
  for (let cursor: string | undefined = ""; cursor !== undefined;) {
    const page: { items: { personId: string }[]; total: number; nextCursor?: string | undefined } = await segments(
      historyApi.listSegmentPeople,
      {
        params: { segment },
        query: { at: new Date(at).toISOString(), limit: 2, ...(cursor === "" ? {} : { cursor }) },
      },
    );
    found.push(...page.items.map(({ personId }) => personId));
    total = page.total;
    cursor = page.nextCursor;
  }
  const meant = stays.filter((stay) => isIn(stay, at)).map(({ person }) => person);
  expect({ segment, at, found: found.toSorted(), total }).toEqual({ segment, at, found: meant.toSorted(), total: meant.length });
}

async function checkHistory(segment: string, stays: readonly Stay[]): Promise<void> {
  for (const what of ["entered", "left"] as const) {
    const found: unknown[] = [];
    let last = Infinity;
    for (let cursor: string | undefined = ""; cursor !== undefined;) {
      const page: Awaited<ReturnType<typeof historyPage>> = await historyPage(segment, what, cursor);
      for (const { person, enteredAt, leftAt, enteredWhy, leftWhy } of page.items) {
        const at = Date.parse((what === "entered" ? enteredAt : leftAt) ?? "");
        expect(at).toBeLessThanOrEqual(last);
        last = at;
        found.push([person.personId, Date.parse(enteredAt), leftAt === null ? Infinity : Date.parse(leftAt), enteredWhy, leftWhy ?? ""]);
      }
      cursor = page.nextCursor;
    }
    const meant = stays
      .filter(({ to }) => what === "entered" || Number.isFinite(to))
      .map(({ person, from, to, why, leftWhy }) => [person, from, to, why, leftWhy]);
    const inOrder = (rows: readonly unknown[]) => rows.map((row) => JSON.stringify(row)).toSorted();
    expect({ segment, what, found: inOrder(found) }).toEqual({ segment, what, found: inOrder(meant) });
  }
}

const historyPage = (segment: string, what: "entered" | "left", cursor: string) =>
  segments(historyApi.listSegmentHistory, { params: { segment }, query: { what, limit: 2, ...(cursor === "" ? {} : { cursor }) } });

async function checkOverlap(ids: readonly string[]): Promise<void> {
  const members = await Promise.all(ids.map(async (id) => new Set((await membersIn(engines, workspaceId, id)).state)));
  const everyone = [...new Set(members.flatMap((each) => [...each]))];
  const answer = await segments(figures.overlapSegments, { body: { segments: [...ids] } });
  expect(answer.union).toBe(everyone.length);
  expect(answer.segments.map(({ people: size }) => size)).toEqual(members.map(({ size }) => size));
  for (const { in: cell, people: count } of answer.intersections) {
    const meant = everyone.filter((person) => ids.every((id, index) => (members[index]?.has(person) ?? false) === cell.includes(id)));
    expect({ cell, count }).toEqual({ cell, count: meant.length });
    const listed = await segments(figures.listOverlapPeople, { body: { segments: [...ids], cell: { in: cell } } });
    expect(listed.items.map(({ personId }) => personId).toSorted()).toEqual(meant.toSorted());
  }
}

async function checkPersons(all: readonly string[], stays: ReadonlyMap<string, readonly Stay[]>): Promise<void> {
  for (const person of new Set((await ownersIn(engines, workspaceId)).values())) {
    const { items } = await segments(historyApi.listPersonSegmentHistory, { params: { person }, query: { limit: 200 } });
    const meant = all.flatMap((id) => (stays.get(id) ?? []).filter((stay) => stay.person === person).map(({ from }) => `${id} ${from}`));
    expect(items.map(({ segment, enteredAt }) => `${segment.id} ${Date.parse(enteredAt)}`).toSorted()).toEqual(meant.toSorted());
  }
}

test(
  "whatever came, was joined and parted: sizes, who was in when, stays and overlaps are those of the stays read one after the other",
  { timeout: 600_000 },
  async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(drawnAct, { minLength: 10, maxLength: 40 }),
        fc.array(fc.nat({ max: 15 * DAY_MS }), { maxLength: 3 }),
        async (acts, times) => {
          const made = await begin();
          for (const act of acts) await perform(act, made);
          await world.drain();
          const stays = new Map<string, readonly Stay[]>();
          for (const id of made.segments) stays.set(id, await storedStays(id));
          for (const [id, own] of stays) {
            await checkSizes(id, own);
            await checkHistory(id, own);
            const changes = own
              .flatMap(({ from, to }) => [from, to])
              .filter(Number.isFinite)
              .slice(0, 4);
            for (const at of [world.nowMs, ...times.map((ms) => START_MS + ms), ...changes]) await checkPeopleAt(id, own, at);
          }
          await checkOverlap(made.segments.slice(0, 5));
          await checkPersons(made.segments, stays);
        },
      ),
      { numRuns: RUNS },
    );
  },
);

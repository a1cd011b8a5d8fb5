import * as merging from "@terrace/contract/api/merges";
import * as contract from "@terrace/contract/api/people";
import * as remarks from "@terrace/contract/api/person-remarks";
import type { RouteContract } from "@terrace/contract/route";
import type { FeedEvent } from "@terrace/domain/event/feed-event";
import { compareOrigins } from "@terrace/domain/identity/person-order";
import type { PersonLink } from "@terrace/domain/identity/plan-people";
import { startBothEngines, type TestEngines } from "@terrace/testkit/both-engines";
import { callRoute, type CallInput } from "@terrace/testkit/call-route";
import { device, eventOf, member, phone, plannedPicture, settle, storedPicture, user } from "@terrace/testkit/people-model";
import fc from "fast-check";
import { pino } from "pino";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { createPrivacyModule } from "../privacy/module.ts";
import { createMerge, takeBackMerge, valueOrThrow } from "./merge.commands.ts";
import { createPeopleModule, type PeopleDeps, type PeopleModule } from "./module.ts";

const NOW_MS = Date.UTC(2026, 6, 16, 12);
const privacy = createPrivacyModule({ masterKey: new Uint8Array(32).fill(9) });
let engines: TestEngines;
let people: PeopleModule;
let workspaceId = 5000;
let nowMs = NOW_MS;
const audited: Parameters<PeopleDeps["audit"]>[1][] = [];
const audit: PeopleDeps["audit"] = (_tx, entry) => {
  audited.push(entry);
  return Promise.resolve();
};

beforeAll(async () => {
  engines = await startBothEngines();
  people = createPeopleModule({
    db: engines.db,
    warehouse: engines.warehouse,
    privacy,
    nowMs: () => nowMs,
    randomId: () => "r",
    log: pino({ level: "silent" }),
    audit,
    accept: () => Promise.resolve(),
  });
});
afterAll(() => engines.stop());
beforeEach(() => {
  workspaceId += 1;
  nowMs = NOW_MS;
  audited.length = 0;
});

const call = <C extends RouteContract>(of: C, input: CallInput<C> = {}) => callRoute(people.routes, workspaceId, of, input);

const origin = (ref: { readonly kind: Parameters<typeof privacy.originId>[1]; readonly value: string }) =>
  privacy.originId(workspaceId, ref.kind, ref.value);
const said = (...events: readonly (Partial<FeedEvent> & Pick<FeedEvent, "ids" | "timeMs">)[]) =>
  settle(
    engines.db,
    people.resolve,
    events.map((event) => eventOf({ workspaceId, ...event })),
  );
const merge = (a: string, b: string, rest: { readonly confirmConflicts?: boolean; readonly reason?: string } = {}) =>
  call(merging.createMerge, { body: { people: [a, b], ...rest } });
const takeBack = (id: string) => call(merging.takeBackMerge, { params: { merge: id } });
const set = (key: string, value: string | number) => ({ op: "set" as const, key, value });

/** Two customers with a device, a phone and traits each. */
async function twoCustomers(): Promise<readonly [string, string]> {
  await said(
    { ids: [user("u1"), device("a1")], timeMs: 10, traits: [set("city", "上海"), set("level", 1)] },
    { ids: [user("u1"), phone("13812342046")], timeMs: 20 },
    { ids: [user("u2"), device("a2")], timeMs: 30, traits: [set("city", "北京"), { op: "increment", key: "visits", value: 2 }] },
    { ids: [device("a1")], timeMs: 40, traits: [set("level", 5)] },
  );
  return [origin(user("u1")), origin(user("u2"))];
}

describe("a merge by hand", () => {
  test("is shown beforehand: both sides, the traits as they will be, and what a person should have only one of", async () => {
    const [u1, u2] = await twoCustomers();
    const preview = await call(merging.previewMerge, { body: { people: [u2, u1] } });
    expect(preview).toMatchObject({
      allowed: true,
      reason: "",
      survivor: [u1, u2].toSorted(compareOrigins)[0],
      conflicts: [{ kind: "user_id", values: ["u2", "u1"] }],
    });
    expect(preview.sides.map(({ person, identities }) => [person, identities.length])).toEqual([
      [u2, 2],
      [u1, 3],
    ]);
    expect(preview.traits.map(({ key, value }) => [key, value])).toEqual([
      ["city", "北京"],
      ["level", 5],
      ["visits", 2],
    ]);
    expect(JSON.stringify(preview)).not.toContain("13812342046");
    expect(await storedPicture(engines.db, workspaceId)).toHaveProperty(u2);
  });

  test("joins two people once conflicts are confirmed, and says so in the audit log and to the event engine", async () => {
    const [u1, u2] = await twoCustomers();
    await expect(merge(u1, u2)).rejects.toMatchObject({ code: "person.merge_conflict" });
    const made = await merge(u1, u2, { confirmConflicts: true, reason: "called, 13912342046" });
    expect(made).toMatchObject({
      people: [u1, u2].toSorted(compareOrigins),
      by: "ann@example.test",
      reason: "called, 139****2046",
      takenBackAt: null,
    });
    const [person] = Object.entries(await storedPicture(engines.db, workspaceId));
    expect(person?.[0]).toBe(made.survivor);
    expect(person?.[1]).toMatchObject({ idsCount: 5, traits: { city: "北京", level: 5, visits: 2 } });
    expect(audited.map(({ action }) => action)).toEqual(["person.merge"]);
    const changed =
      await engines.db`select origin_id from person_change where workspace_id = ${workspaceId} and person_id = ${made.survivor} order by change_seq`;
    expect(changed.map((row) => String(row["origin_id"]))).toContain(made.survivor === u1 ? u2 : u1);
    expect((await call(merging.listMerges, { query: { person: origin(device("a2")) } })).items.map(({ id }) => id)).toEqual([made.id]);
  });

  test("taken back leaves everyone exactly as if it had never been, with what happened since", async () => {
    const [u1, u2] = await twoCustomers();
    const before = await storedPicture(engines.db, workspaceId);
    const made = await merge(u1, u2, { confirmConflicts: true });
    expect(Object.keys(await storedPicture(engines.db, workspaceId))).toHaveLength(1);
    const taken = await takeBack(made.id);
    expect(taken).toMatchObject({ id: made.id, takenBackBy: "ann@example.test" });
    expect(await storedPicture(engines.db, workspaceId)).toEqual(before);
    await expect(takeBack(made.id)).rejects.toMatchObject({ code: "merge.already_taken_back" });
    await merge(u1, u2, { confirmConflicts: true });
    await said({ ids: [user("u2"), device("a3")], timeMs: 50, traits: [set("city", "广州")] });
    const [again] = (await call(merging.listMerges)).items;
    await takeBack(again?.id ?? "");
    expect((await storedPicture(engines.db, workspaceId))[u2]).toMatchObject({ idsCount: 3, traits: { city: "广州", visits: 2 } });
    expect((await storedPicture(engines.db, workspaceId))[u1]).toEqual(before[u1]);
  });

  test("keeps tags and notes with the side they were put on", async () => {
    const [u1, u2] = await twoCustomers();
    await call(remarks.addTag, { params: { person: u1 }, body: { tag: "vip" } });
    await call(remarks.addNote, { params: { person: u2 }, body: { text: "asked for a refund" } });
    const made = await merge(u1, u2, { confirmConflicts: true });
    const joined = await call(contract.getPerson, { params: { person: u1 } });
    expect([joined.tags.map(({ tag }) => tag), joined.notes.map(({ text }) => text), joined.mergeCount]).toEqual([
      ["vip"],
      ["asked for a refund"],
      1,
    ]);
    await takeBack(made.id);
    expect((await call(contract.getPerson, { params: { person: u1 } })).notes).toEqual([]);
    expect((await call(contract.getPerson, { params: { person: u2 } })).tags).toEqual([]);
  });

  test("is refused for one and the same person, for nobody, and beyond the limit of ids", async () => {
    const [u1, u2] = await twoCustomers();
    await expect(merge(u1, origin(device("a1")))).rejects.toMatchObject({ code: "person.merge_same" });
    await expect(merge(u1, "4711")).rejects.toMatchObject({ code: "person.not_found" });
    await expect(merge(u1, "99999999999999999999")).rejects.toMatchObject({ code: "person.not_found" });
    await expect(takeBack("4711")).rejects.toMatchObject({ code: "merge.not_found" });
    for (const who of ["u1", "u2"])
      await said(...Array.from({ length: 300 }, (_, index) => ({ ids: [user(who), device(`${who}-${index}`)], timeMs: 100 + index })));
    await expect(merge(u1, u2, { confirmConflicts: true })).rejects.toMatchObject({ code: "person.too_many_ids" });
    expect(await call(merging.previewMerge, { body: { people: [u1, u2] } })).toMatchObject({
      allowed: false,
      reason: "person.too_many_ids",
    });
  });
});

describe("the conflict queue", () => {
  /** A device that two customers signed in on. */
  async function sharedDevice(): Promise<string> {
    await said({ ids: [user("u1"), device("a1")], timeMs: 10 }, { ids: [user("u2"), device("a1")], timeMs: 20 });
    const [conflict] = (await call(merging.listConflicts)).items;
    expect(conflict).toMatchObject({ reason: "two_identified", state: "open", seen: 1 });
    expect(conflict?.people.map(({ person }) => person).toSorted(compareOrigins)).toEqual(
      [origin(user("u1")), origin(user("u2"))].toSorted(compareOrigins),
    );
    expect(conflict?.link.map(({ value }) => value).toSorted()).toEqual(["a1", "u2"]);
    return conflict?.id ?? "";
  }
  const decide = (conflict: string, decision: "merge" | "keep_apart") =>
    call(merging.decideConflict, { params: { conflict }, body: { decision } });
  const open = async () => (await call(merging.listConflicts)).items.length;

  test("joins the two on a decision, and asks again when that merge is taken back", async () => {
    const conflict = await sharedDevice();
    expect(await decide(conflict, "merge")).toMatchObject({ state: "merged", decidedBy: "ann@example.test" });
    expect([Object.keys(await storedPicture(engines.db, workspaceId)).length, await open()]).toEqual([1, 0]);
    await expect(decide(conflict, "keep_apart")).rejects.toMatchObject({ code: "request.conflict" });
    const [made] = (await call(merging.listMerges)).items;
    await takeBack(made?.id ?? "");
    expect([Object.keys(await storedPicture(engines.db, workspaceId)).length, await open()]).toEqual([2, 1]);
  });

  test("keeps the two apart on a decision, also when they are seen together again", async () => {
    const conflict = await sharedDevice();
    expect(await decide(conflict, "keep_apart")).toMatchObject({ state: "kept_apart" });
    await said({ ids: [user("u2"), device("a1")], timeMs: 90_000 }, { ids: [user("u2"), device("a1")], timeMs: 5 });
    expect([Object.keys(await storedPicture(engines.db, workspaceId)).length, await open()]).toEqual([2, 0]);
    expect((await storedPicture(engines.db, workspaceId))[origin(user("u1"))]?.origins).toContain(origin(device("a1")));
    await expect(decide("4711", "merge")).rejects.toMatchObject({ code: "conflict.not_found" });
  });

  test("forgets a conflict that an earlier fact resolves", async () => {
    await sharedDevice();
    await said({ ids: [user("u2"), device("a1")], timeMs: 1 });
    const items = (await call(merging.listConflicts)).items;
    expect(items.map(({ link }) => link.map(({ value }) => value).toSorted())).toEqual([["a1", "u1"]]);
    expect((await storedPicture(engines.db, workspaceId))[origin(user("u2"))]?.origins).toContain(origin(device("a1")));
  });
});

test("any mix of events, merges and merges taken back, in any order, gives the people their facts say", async () => {
  const ids = fc.constantFrom(
    [user("u1")],
    [user("u2"), device("a1")],
    [user("u1"), device("a1")],
    [user("u1"), device("a2")],
    [user("u3"), device("a2")],
    [member("m1"), device("a3")],
    [user("u3"), member("m1")],
    [phone("13800000001"), device("a3")],
    [user("u2"), phone("13800000001")],
  );
  const everyone = [user("u1"), user("u2"), user("u3"), device("a1"), device("a2"), device("a3"), member("m1"), phone("13800000001")];
  const step = fc.oneof(
    {
      weight: 3,
      arbitrary: fc.record({
        kind: fc.constant("event" as const),
        ids,
        timeMs: fc.integer({ min: 1, max: 12 }),
        level: fc.nat({ max: 3 }),
      }),
    },
    {
      weight: 2,
      arbitrary: fc.record({
        kind: fc.constant("merge" as const),
        a: fc.constantFrom(...everyone),
        b: fc.constantFrom(...everyone),
        confirmConflicts: fc.boolean(),
        timeMs: fc.integer({ min: 1, max: 14 }),
      }),
    },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant("takeBack" as const), index: fc.nat({ max: 3 }) }) },
  );
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 3, maxLength: 25 }), async (steps) => {
      workspaceId += 1;
      const deps = { db: engines.db, audit, nowMs: () => nowMs };
      const asker = { workspaceId, actor: "ann", ip: "" };
      const events: FeedEvent[] = [];
      const merges = new Map<string, PersonLink>();
      for (const [index, item] of steps.entries()) {
        if (item.kind === "event") {
          const event = eventOf({
            workspaceId,
            ids: item.ids,
            timeMs: item.timeMs,
            messageId: `message-${index}`,
            traits: [{ op: "set", key: "level", value: item.level }],
          });
          events.push(event);
          await settle(engines.db, people.resolve, [event]);
        } else if (item.kind === "merge") {
          nowMs = item.timeMs;
          const pair = [origin(item.a), origin(item.b)] as const;
          const made = await createMerge(deps, asker, { people: pair, reason: "", confirmConflicts: item.confirmConflicts });
          if (made.ok)
            merges.set(made.value.mergeId, {
              low: made.value.low,
              high: made.value.high,
              atMs: item.timeMs,
              waived: item.confirmConflicts,
            });
        } else {
          const id = [...merges.keys()][item.index];
          if (id !== undefined) valueOrThrow(await takeBackMerge(deps, asker, id));
          if (id !== undefined) merges.delete(id);
        }
      }
      expect(await storedPicture(engines.db, workspaceId)).toEqual(
        plannedPicture(workspaceId, events, privacy.originId, [...merges.values()]),
      );
    }),
    { numRuns: 50 },
  );
}, 120_000);

test("merges and events at the same time never wait for each other in a circle", async () => {
  const users = Array.from({ length: 6 }, (_, index) => `u${index}`);
  await said(...users.map((name, index) => ({ ids: [user(name), device(`d${name}`)], timeMs: 10 + index })));
  const events: FeedEvent[] = [];
  const talk = users.map(async (name, index) => {
    for (let round = 0; round < 15; round += 1) {
      const batch = [
        eventOf({
          workspaceId,
          ids: [user(name), device(`d${users[(index + round) % users.length] ?? ""}`)],
          timeMs: 1000 - round * 10 - index,
          messageId: `${name}-${round}`,
        }),
      ];
      events.push(...batch);
      await settle(engines.db, people.resolve, batch);
    }
  });
  const handiwork = users.slice(1).map(async (name) => {
    for (let round = 0; round < 5; round += 1) {
      const made = await merge(origin(user("u0")), origin(user(name)), { confirmConflicts: true }).catch((error: unknown) => {
        if (!isFault(error)) throw error;
      });
      if (made !== undefined)
        await takeBack(made.id).catch((error: unknown) => {
          if (!isFault(error)) throw error;
        });
    }
  });
  await Promise.all([...talk, ...handiwork]);
  const first = users.map((name, index) => eventOf({ workspaceId, ids: [user(name), device(`d${name}`)], timeMs: 10 + index }));
  expect(await storedPicture(engines.db, workspaceId)).toEqual(plannedPicture(workspaceId, [...first, ...events], privacy.originId));
}, 60_000);

function isFault(error: unknown): boolean {
  return error instanceof Error && error.name === "FaultError";
}

import type { FeedEvent, LinkClaim, TraitChange } from "@terrace/domain/event/feed-event";
import { device, eventOf, member, phone, plannedPicture, settle, storedPicture, user } from "@terrace/testkit/people-model";
import { startStateEngine, type TestStateEngine } from "@terrace/testkit/state-engine";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { inTransaction } from "../../platform/storage/postgres.ts";
import { createPrivacyModule } from "../privacy/module.ts";
import { createKnownFacts, type KnownFacts } from "./known-facts.ts";
import { resolveBatch } from "./resolve.ts";

const privacy = createPrivacyModule({ masterKey: new Uint8Array(32).fill(7) });
let engine: TestStateEngine;
let workspace = 100;

beforeAll(async () => {
  engine = await startStateEngine({ connectionsMax: 8 });
});
afterAll(async () => {
  await engine.stop();
});

const resolver =
  (known: KnownFacts = createKnownFacts(1000)) =>
  (tx: Parameters<typeof resolveBatch>[1], events: readonly FeedEvent[]) =>
    resolveBatch({ privacy, known }, tx, events);

const ids = fc.constantFrom(
  [user("u1")],
  [user("u2")],
  [device("a1")],
  [device("a2")],
  [device("a3")],
  [user("u1"), device("a1")],
  [user("u1"), device("a2")],
  [user("u2"), device("a1")],
  [user("u2"), device("a3")],
  [user("u3"), device("a3")],
  [user("u1"), phone("13800000001")],
  [user("u2"), phone("13800000001")],
  [member("m1"), device("a2")],
  [user("u3"), member("m1"), device("a4")],
  [device("a3"), device("a4")],
  [phone("13800000001"), device("a4")],
  [user("u1"), user("u2")],
);
const change: fc.Arbitrary<TraitChange> = fc.oneof(
  fc.record({
    op: fc.constantFrom("set" as const, "set_once" as const),
    key: fc.constantFrom("city", "level"),
    value: fc.constantFrom("上海", "北京", 3),
  }),
  fc.record({ op: fc.constant("increment" as const), key: fc.constant("visits"), value: fc.integer({ min: 1, max: 3 }) }),
  fc.record({ op: fc.constant("unset" as const), key: fc.constantFrom("city", "level") }),
);
const link: fc.Arbitrary<LinkClaim> = fc.constantFrom("observed", "observed", "observed", "asserted", "unbound");
const said = fc
  .array(fc.record({ ids, link, timeMs: fc.integer({ min: 1000, max: 1020 }), traits: fc.array(change, { maxLength: 2 }) }), {
    minLength: 1,
    maxLength: 30,
  })
  .map((list) => list.map((item, index) => eventOf({ ...item, messageId: `message-${index}` })));

const inWorkspace = (events: readonly FeedEvent[], workspaceId: number) => events.map((event) => ({ ...event, workspaceId }));

describe("people are a function of what events said", () => {
  test("in any order, in batches of any size, with and without memory of what is stored", async () => {
    const cases = said.chain((events) =>
      fc.tuple(fc.constant(events), fc.shuffledSubarray(events, { minLength: events.length }), fc.integer({ min: 1, max: 7 })),
    );
    await fc.assert(
      fc.asyncProperty(cases, async ([events, shuffled, size]) => {
        const expected = (at: number) => plannedPicture(at, inWorkspace(events, at), privacy.originId);
        for (const order of [events, shuffled]) {
          workspace += 1;
          const at = workspace;
          const resolve = resolver();
          const batches = inWorkspace(order, at);
          for (let from = 0; from < batches.length; from += size) await settle(engine.db, resolve, batches.slice(from, from + size));
          expect(await storedPicture(engine.db, at)).toEqual(expected(at));
          // A second delivery says nothing new, whether remembered or looked up.
          await settle(engine.db, resolve, batches);
          await settle(engine.db, resolver(), batches);
          expect(await storedPicture(engine.db, at)).toEqual(expected(at));
        }
      }),
      { numRuns: 60 },
    );
  }, 120_000);

  test("from several processes at the same time, without deadlock", async () => {
    await fc.assert(
      fc.asyncProperty(said, async (events) => {
        workspace += 1;
        const at = workspace;
        const own = inWorkspace(events, at);
        const workers = Array.from({ length: 5 }, () => resolver());
        await Promise.all(
          workers.map(async (resolve, worker) => {
            const part = own.filter((_, index) => index % 5 === worker);
            for (let from = 0; from < part.length; from += 2) await settle(engine.db, resolve, part.slice(from, from + 2));
          }),
        );
        expect(await storedPicture(engine.db, at)).toEqual(plannedPicture(at, own, privacy.originId));
      }),
      { numRuns: 50 },
    );
  }, 120_000);

  test("of several workspaces in one batch, each by itself", async () => {
    const [left, right] = [workspace + 1, workspace + 2];
    workspace += 2;
    const events = [left, right].flatMap((at) =>
      inWorkspace([eventOf({ ids: [user("u1"), device(`d${at}`)], timeMs: 5 }), eventOf({ ids: [device("shared")], timeMs: 6 })], at),
    );
    await settle(engine.db, resolver(), events);
    for (const at of [left, right]) expect(await storedPicture(engine.db, at)).toEqual(plannedPicture(at, events, privacy.originId));
  });
});

describe("resolveBatch", () => {
  test("forgets nothing and remembers nothing when the transaction rolls back", async () => {
    workspace += 1;
    const at = workspace;
    const resolve = resolver();
    const events = inWorkspace(
      [eventOf({ ids: [user("u1"), device("a1")], timeMs: 5, traits: [{ op: "set", key: "city", value: "上海" }] })],
      at,
    );
    await inTransaction(engine.db, async (tx) => {
      await resolve(tx, events);
      throw new Error("rolled back");
    }).catch(() => undefined);
    expect(await storedPicture(engine.db, at)).toEqual({});
    await settle(engine.db, resolve, events);
    expect(await storedPicture(engine.db, at)).toEqual(plannedPicture(at, events, privacy.originId));
  });

  test("needs no statement for an event of a known person that says nothing new", async () => {
    workspace += 1;
    const at = workspace;
    const resolve = resolver();
    await settle(engine.db, resolve, inWorkspace([eventOf({ ids: [user("u1"), device("a1")], timeMs: 5 })], at));
    // A stand-in for a transaction that may not be used, so it has nothing of one but what would be called first.
    const unusable = Object.assign(
      () => {
        throw new Error("a statement was sent");
      },
      {
        savepoint: () => {
          throw new Error("a savepoint was set");
        },
      },
    ) as unknown as Parameters<typeof resolveBatch>[1];
    await resolve(unusable, inWorkspace([eventOf({ ids: [user("u1"), device("a1")], timeMs: 59_000 })], at));
    await expect(resolve(unusable, inWorkspace([eventOf({ ids: [user("u1")], timeMs: 61_000 })], at))).rejects.toThrow("savepoint");
  });

  test("queues a refused join once and counts how often it was seen", async () => {
    workspace += 1;
    const at = workspace;
    const events = inWorkspace(
      [
        eventOf({ ids: [user("u1"), device("a1")], timeMs: 5 }),
        eventOf({ ids: [user("u2"), device("a1")], timeMs: 6 }),
        eventOf({ ids: [user("u2"), device("a1")], timeMs: 70_000 }),
      ],
      at,
    );
    const resolve = resolver();
    for (const event of events) await settle(engine.db, resolve, [event]);
    const rows = await engine.db`select reason, seen, state from merge_conflict where workspace_id = ${at}`;
    expect([...rows]).toEqual([{ reason: "two_identified", seen: 2, state: "open" }]);
  });

  test("keeps personal ids and traits out of people's tables and finds them blindly", async () => {
    workspace += 1;
    const at = workspace;
    const token = privacy.tokenise(at, "name", "王小明");
    const events = inWorkspace(
      [
        eventOf({
          ids: [user("13812342046"), phone("13912342046")],
          timeMs: 5,
          traits: [{ op: "set", key: "name", value: token }],
          secrets: { [token]: { class: "name", value: "王小明" } },
        }),
      ],
      at,
    );
    await settle(engine.db, resolver(), events);
    const tables = ["identity", "person", "person_profile", "origin_trait", "person_term", "link"];
    const dumps = await Promise.all(
      tables.map((table) =>
        engine.db.unsafe(`select coalesce(string_agg(t::text, ' '), '') as text from ${table} t where workspace_id = ${at}`),
      ),
    );
    const text = dumps.map((rows) => String(rows[0]?.["text"])).join(" ");
    expect(text).not.toMatch(/13812342046|13912342046|2046|王/);
    const found =
      await engine.db`select 1 from person_term where workspace_id = ${at} and term = any(${[privacy.searchTerm(at, "name 王小"), privacy.searchTerm(at, "phone_tail 2046"), privacy.searchTerm(at, "phone 13912342046")]})`;
    expect(found.length).toBe(4);
    const opened = await privacy.open(engine.db, at, events[0]?.ids.map(({ kind, value }) => privacy.originId(at, kind, value)) ?? []);
    expect([...opened.values()].toSorted()).toEqual(["13812342046", "13912342046", "王小明"]);
  });

  test("notes for the event engine whose an origin is whenever that is not itself", async () => {
    workspace += 1;
    const at = workspace;
    const resolve = resolver();
    const [u, a] = [privacy.originId(at, "user_id", "u1"), privacy.originId(at, "anonymous_id", "a1")];
    await settle(engine.db, resolve, inWorkspace([eventOf({ ids: [device("a1")], timeMs: 5 })], at));
    expect((await engine.db`select 1 from person_change where workspace_id = ${at}`).length).toBe(0);
    await settle(engine.db, resolve, inWorkspace([eventOf({ ids: [user("u1"), device("a1")], timeMs: 6 })], at));
    expect([...(await engine.db`select origin_id, person_id from person_change where workspace_id = ${at}`)]).toEqual([
      { origin_id: a, person_id: u },
    ]);
  });
});

import { createMerge, takeBackMerge } from "@terrace/contract/api/merges";
import { personFactsSchema } from "@terrace/contract/api/exports";
import { fieldView, NO_FIELD_RULES } from "@terrace/domain/access/field-view";
import type { FeedEvent, LinkClaim, TraitChange } from "@terrace/domain/event/feed-event";
import { prepareEvent } from "@terrace/domain/event/prepare-event";
import type { PersonFacts } from "@terrace/domain/exports/person-dump";
import type { IdentityRef } from "@terrace/domain/identity/identity-kinds";
import { callRoute } from "@terrace/testkit/call-route";
import { device, member, phone, settle, user } from "@terrace/testkit/people-model";
import { makeWorkspace, startStateEngine, type TestStateEngine } from "@terrace/testkit/state-engine";
import fc from "fast-check";
import pino from "pino";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openWarehouse } from "../../platform/storage/clickhouse.ts";
import { inTransaction } from "../../platform/storage/postgres.ts";
import { createPrivacyModule } from "../privacy/module.ts";
import { createPeopleModule, WHOLE_PERSON, type ExportedPerson, type PeopleModule } from "./module.ts";

const privacy = createPrivacyModule({ masterKey: new Uint8Array(32).fill(7) });
const WHOLE = fieldView(NO_FIELD_RULES, true).unmasked();
let nowMs = Date.UTC(2026, 6, 16);
let engine: TestStateEngine;
let people: PeopleModule;

beforeAll(async () => {
  engine = await startStateEngine();
  people = createPeopleModule({
    db: engine.db,
    // Never asked: who people are stands in the state engine alone.
    warehouse: openWarehouse({ url: "http://127.0.0.1:9" }),
    privacy,
    audit: () => Promise.resolve(),
    accept: () => Promise.resolve(),
    // No two decisions are made at the same time.
    nowMs: () => (nowMs += 1),
    randomId: () => "r",
    log: pino({ level: "silent" }),
  });
});
afterAll(async () => {
  await engine.stop();
});

type Said = {
  readonly ids: readonly IdentityRef[];
  readonly link: LinkClaim;
  readonly timeMs: number;
  readonly traits: readonly TraitChange[];
};

const ids = fc.constantFrom(
  [user("u1")],
  [user("u2")],
  [device("a1")],
  [user("u1"), device("a1")],
  [user("u2"), device("a1")],
  [user("u1"), phone("13800000001")],
  [user("u2"), phone("13800000001")],
  [user("u3"), member("m1"), device("a4")],
  [member("m1"), device("a2")],
  [device("a3"), device("a4")],
  [user("u1"), user("u2")],
);
const change: fc.Arbitrary<TraitChange> = fc.oneof(
  fc.record({
    op: fc.constantFrom("set" as const, "set_once" as const),
    key: fc.constantFrom("city", "level", "name", "phone", "email", "address", "secret"),
    value: fc.constantFrom("上海", "13900000002", "Li@Example.com", "call 13900000003 please"),
  }),
  fc.record({ op: fc.constant("increment" as const), key: fc.constant("visits"), value: fc.integer({ min: 1, max: 3 }) }),
  fc.record({ op: fc.constant("append" as const), key: fc.constant("seen"), value: fc.constantFrom(["a"], ["b", "c"]) }),
  fc.record({ op: fc.constant("unset" as const), key: fc.constantFrom("city", "phone") }),
  fc.constant({ op: "clear" as const }),
);
/** No two at the same time: who wins a tie is decided by ids that differ between workspaces. */
const said: fc.Arbitrary<readonly Said[]> = fc.uniqueArray(
  fc.record({
    ids,
    link: fc.constantFrom<LinkClaim>("observed", "observed", "observed", "asserted", "unbound"),
    timeMs: fc.integer({ min: 1_000, max: 9_000 }),
    traits: fc.array(change, { maxLength: 3 }),
  }),
  { minLength: 1, maxLength: 25, selector: ({ timeMs }) => timeMs },
);
/** Merges asked for, by two of the people there are; every second one is taken back. */
const decisions = fc.array(fc.tuple(fc.nat(7), fc.nat(7), fc.boolean()), { maxLength: 3 });

function eventsOf(list: readonly Said[], workspaceId: number): readonly FeedEvent[] {
  return list.map((item) => {
    const event = prepareEvent(
      {
        ...item,
        workspaceId,
        messageId: `m-${item.timeMs}`,
        source: "segment",
        name: "Seen",
        receivedAtMs: item.timeMs,
        properties: {},
        context: {},
        sizeMax: 10_000,
      },
      {
        tokenise: (personalClass, value) => privacy.tokenise(workspaceId, personalClass, value),
        isMarkedPersonal: (_, key) => key === "secret",
        parseUserAgent: () => ({ deviceType: "", browser: "", os: "" }),
        derivedId: (text) => text,
      },
    );
    if ("code" in event) throw new Error(event.code);
    return event;
  });
}

async function exported(workspaceId: number): Promise<readonly ExportedPerson[]> {
  const all: ExportedPerson[] = [];
  const opened = await people.openExport({ workspaceId, fields: WHOLE }, {});
  const how = { view: WHOLE, facts: true, parts: WHOLE_PERSON, now: new Date(nowMs) };
  for await (const page of opened.pages(100)) all.push(...(await opened.load(page, how)));
  await opened.close();
  return all;
}

const byText = (a: unknown, b: unknown): number => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1);
const distinct = (list: readonly unknown[]): readonly string[] => [...new Set(list.map((one) => JSON.stringify(one)))].toSorted();
const pair = (link: { readonly low: IdentityRef; readonly high: IdentityRef }) => [link.low, link.high].toSorted(byText);

/** Everything an export says, without what follows from the numbers of ids alone. */
function essence(list: readonly ExportedPerson[]) {
  const facts = list.flatMap((person) => person.facts ?? []);
  return {
    people: list
      .map(({ id: _id, displayName: _name, facts: own, ...person }) => ({
        ...person,
        identities: person.identities.toSorted(byText),
        tags: person.tags.toSorted(),
        facts: own?.identities.toSorted(byText),
      }))
      .toSorted(byText),
    // A tie between two people stands with both.
    links: distinct(facts.flatMap(({ links }) => links.map(({ low, high, ...rest }) => ({ pair: pair({ low, high }), ...rest })))),
    merges: distinct(facts.flatMap(({ merges }) => merges.map(({ low, high, ...rest }) => ({ pair: pair({ low, high }), ...rest })))),
  };
}

async function decide(workspaceId: number, asked: readonly (readonly [number, number, boolean])[]): Promise<void> {
  for (const [left, right, back] of asked) {
    const there = await exported(workspaceId);
    const [a, b] = [there[left % there.length], there[right % there.length]];
    if (a === undefined || b === undefined || a.id === b.id) continue;
    const merge = await callRoute(people.routes, workspaceId, createMerge, {
      body: { people: [a.id, b.id], reason: "same person", confirmConflicts: true },
    });
    if (back) await callRoute(people.routes, workspaceId, takeBackMerge, { params: { merge: merge.id } });
  }
}

async function restore(workspaceId: number, list: readonly ExportedPerson[]): Promise<void> {
  const facts: readonly PersonFacts[] = list.map((person) => personFactsSchema.parse(JSON.parse(JSON.stringify(person.facts))));
  // In two goes, the later people first: what names people of the other half finds them there or makes them.
  const half = Math.ceil(facts.length / 2);
  for (const part of [facts.slice(half), facts.slice(0, half)])
    await inTransaction(engine.db, (tx) => people.restoreFacts(tx, workspaceId, part));
}

test("people taken from an export are the people who were exported: ids, links, merges, traits and their times, tags", async () => {
  await fc.assert(
    fc.asyncProperty(said, decisions, async (list, merges) => {
      const [from, to] = [await makeWorkspace(engine.db), await makeWorkspace(engine.db)];
      await settle(engine.db, people.resolve, eventsOf(list, from));
      await decide(from, merges);
      await engine.db`insert into person_tag (workspace_id, origin_id, tag, owner, created_at) select ${from}, origin_id, 'vip', 'ann', now() from identity where workspace_id = ${from} and kind = 'user_id'`;
      const before = await exported(from);
      await restore(to, before);
      expect(essence(await exported(to))).toEqual(essence(before));
      // A repeat changes nothing.
      await restore(to, before);
      expect(essence(await exported(to))).toEqual(essence(before));
    }),
    { numRuns: 40 },
  );
}, 120_000);

test("a clear value in a file is hidden again before it is stored", async () => {
  const [from, to] = [await makeWorkspace(engine.db), await makeWorkspace(engine.db)];
  const list: readonly Said[] = [
    { ids: [user("u1"), phone("13800000001")], link: "observed", timeMs: 1_000, traits: [{ op: "set", key: "secret", value: "diabetes" }] },
  ];
  await settle(engine.db, people.resolve, eventsOf(list, from));
  await restore(to, await exported(from));
  const rows = await engine.db`
    select (select json_agg(t.state)::text from origin_trait t where workspace_id = ${to}) as traits, (select json_agg(f.traits)::text from person_profile f where workspace_id = ${to}) as profile,
      (select json_agg(i.value)::text from identity i where workspace_id = ${to}) as ids`;
  expect(JSON.stringify(rows)).not.toMatch(/diabetes|13800000001/);
  expect(JSON.stringify(rows)).toMatch(/~marked\./);
});

import { DEFAULT_FIELD_VIEW, fieldView, watchedView } from "@terrace/domain/access/field-view";
import * as contract from "@terrace/contract/api/people";
import { lookUpPerson } from "@terrace/contract/api/person-lookup";
import * as remarks from "@terrace/contract/api/person-remarks";
import type { RouteContract } from "@terrace/contract/route";
import type { FeedEvent, PersonalClass, Secret, TraitChange } from "@terrace/domain/event/feed-event";
import { startBothEngines, type TestEngines } from "@terrace/testkit/both-engines";
import { callRoute, type CallInput } from "@terrace/testkit/call-route";
import { device, eventOf, member, phone, settle, user } from "@terrace/testkit/people-model";
import { pino } from "pino";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { z } from "zod";
import { createPrivacyModule } from "../privacy/module.ts";
import { createPeopleModule, type PeopleDeps, type PeopleModule } from "./module.ts";

const NOW_MS = Date.UTC(2026, 6, 16, 12);
const privacy = createPrivacyModule({ masterKey: new Uint8Array(32).fill(7) });

let engines: TestEngines;
let people: PeopleModule;
let nowMs = NOW_MS;
let workspaceId = 100;
const accepted: FeedEvent[] = [];
const audited: Parameters<PeopleDeps["audit"]>[1][] = [];

beforeAll(async () => {
  engines = await startBothEngines();
  people = createPeopleModule({
    db: engines.db,
    warehouse: engines.warehouse,
    privacy,
    nowMs: () => nowMs,
    randomId: () => `r${accepted.length}`,
    log: pino({ level: "silent" }),
    isMarkedPersonal: (_, __, property) => property === "nickname",
    audit: (_tx, entry) => {
      audited.push(entry);
      return Promise.resolve();
    },
    accept: (events) => {
      accepted.push(...events);
      return Promise.resolve();
    },
  });
});
afterAll(() => engines.stop());
beforeEach(() => {
  workspaceId += 1;
  nowMs = NOW_MS;
  accepted.length = 0;
  audited.length = 0;
});

const call = <C extends RouteContract>(of: C, input: CallInput<C> = {}) => callRoute(people.routes, workspaceId, of, input);

const origin = (ref: { readonly kind: Parameters<typeof privacy.originId>[1]; readonly value: string }) =>
  privacy.originId(workspaceId, ref.kind, ref.value);

/** A trait with a personal value, as the edge sends it on. */
function personal(
  key: string,
  personalClass: PersonalClass,
  value: string,
): { readonly change: TraitChange; readonly secrets: Readonly<Record<string, Secret>> } {
  const token = privacy.tokenise(workspaceId, personalClass, value);
  return { change: { op: "set", key, value: token }, secrets: { [token]: { class: personalClass, value } } };
}

async function said(...events: readonly (Partial<FeedEvent> & Pick<FeedEvent, "ids" | "timeMs">)[]): Promise<void> {
  await settle(
    engines.db,
    people.resolve,
    events.map((event) => eventOf({ workspaceId, ...event })),
  );
}

async function saidWang(): Promise<string> {
  const name = personal("name", "name", "王小明");
  await said({
    ids: [user("Wang-77"), phone("13812342046"), device("dev-a")],
    timeMs: NOW_MS - 5000,
    traits: [name.change, { op: "set", key: "city", value: "上海" }, { op: "set", key: "level", value: 3 }],
    secrets: name.secrets,
  });
  return origin(user("Wang-77"));
}

async function stored(
  rows: readonly {
    readonly origin: string;
    readonly name: string;
    readonly timeMs: number;
    readonly id: string;
    readonly properties?: object;
  }[],
): Promise<void> {
  await engines.warehouse.client.insert({
    table: "events",
    format: "JSONEachRow",
    clickhouse_settings: { distributed_foreground_insert: 1 },
    values: rows.map((row) => ({
      workspace_id: workspaceId,
      origin_id: row.origin,
      name: row.name,
      time: new Date(row.timeMs).toISOString().replace("T", " ").slice(0, 23),
      received_at: "2026-07-16 12:00:00.000",
      message_id: row.id,
      event_id: row.id,
      source: "segment",
      properties: row.properties ?? {},
      browser: "Chrome",
    })),
  });
}

describe("finding people", () => {
  const found = async (search: string) => (await call(contract.listPeople, { query: { search } })).items.map(({ id }) => id);

  test("by any id in full, the start of a user id, a name, a text trait, and the end of a phone number", async () => {
    const wang = await saidWang();
    await said({ ids: [member("M-9001")], timeMs: NOW_MS - 1000, traits: [{ op: "set", key: "city", value: "深圳" }] });
    for (const text of [
      "Wang-77",
      "wang-7",
      "13812342046",
      "+86 138 1234 2046",
      "2046",
      "dev-a",
      "王",
      "王小",
      "王小明",
      "上海",
      "上",
      wang,
    ])
      expect([text, await found(text)]).toEqual([text, [wang]]);
    for (const text of ["dev", "小明", "1381234", "nobody", "%", "', 1)"]) expect([text, await found(text)]).toEqual([text, []]);
    expect(await found("m-9")).toEqual([origin(member("M-9001"))]);
  });

  test("the person whose id is typed in full first, page by page", async () => {
    const at = [9, 1, 2, 3];
    await said(...["u1", "u10", "u11", "u1-b"].map((value, index) => ({ ids: [user(value)], timeMs: NOW_MS - (at[index] ?? 0) * 1000 })));
    for (const [limit, text] of [
      [1, "u1"],
      [2, "U1"],
      [3, "u1"],
      [50, " u1 "],
    ] as const) {
      const seen: string[] = [];
      let cursor: string | undefined;
      do {
        const page = await call(contract.listPeople, { query: { search: text, limit, ...(cursor === undefined ? {} : { cursor }) } });
        expect([page.total, page.totalIsExact]).toEqual([4, true]);
        seen.push(...page.items.map(({ displayName }) => displayName));
        cursor = page.nextCursor;
      } while (cursor !== undefined);
      expect(seen).toEqual(["u1", "u10", "u11", "u1-b"]);
    }
  });

  test("of this workspace only", async () => {
    await saidWang();
    workspaceId += 1;
    expect(await found("Wang-77")).toEqual([]);
    expect((await call(contract.listPeople)).total).toBe(0);
  });

  test("shows personal values masked", async () => {
    await saidWang();
    const [row] = (await call(contract.listPeople)).items;
    expect(row).toMatchObject({
      displayName: "王**",
      identified: true,
      identityCount: 3,
      traits: { name: "王**", city: "上海", level: 3 },
      personalTraits: ["name"],
      identities: [
        { kind: "user_id", value: "Wang-77" },
        { kind: "phone", value: "138****2046" },
        { kind: "anonymous_id", value: "dev-a" },
      ],
    });
  });

  test("page by page in either order, known and anonymous people together", async () => {
    const at = [5, 3, 9, 1, 7, 3];
    await said(
      ...at.map((offset, index) => ({ ids: [index % 2 === 0 ? user(`u${index}`) : device(`d${index}`)], timeMs: NOW_MS - offset * 1000 })),
    );
    for (const sort of contract.PERSON_SORTS) {
      for (const direction of ["asc", "desc"] as const) {
        const seen: string[] = [];
        let cursor: string | undefined;
        do {
          const page = await call(contract.listPeople, {
            query: { sort, direction, limit: 2, ...(cursor === undefined ? {} : { cursor }) },
          });
          expect([page.total, page.totalIsExact]).toEqual([6, true]);
          seen.push(...page.items.map(({ id }) => id));
          cursor = page.nextCursor;
        } while (cursor !== undefined);
        const expected = at
          .map((offset, index) => ({ at: NOW_MS - offset * 1000, id: origin(index % 2 === 0 ? user(`u${index}`) : device(`d${index}`)) }))
          .toSorted((a, b) => (a.at - b.at || Number(BigInt(a.id) - BigInt(b.id))) * (direction === "asc" ? 1 : -1))
          .map(({ id }) => id);
        expect(seen).toEqual(expected);
      }
    }
  });

  test("by conditions, alone and together", async () => {
    const wang = await saidWang();
    await said({ ids: [device("dev-b")], timeMs: NOW_MS - 60_000, traits: [{ op: "append", key: "likes", value: ["tea", "milk"] }] });
    const other = origin(device("dev-b"));
    await call(remarks.addTag, { params: { person: wang }, body: { tag: "VIP" } });
    const ids = async (query: Partial<z.input<typeof contract.listPeople.query>>) =>
      (await call(contract.listPeople, { query })).items.map(({ id }) => id);
    expect(await ids({ identified: "true" })).toEqual([wang]);
    expect(await ids({ identified: "false" })).toEqual([other]);
    expect(await ids({ tag: "VIP" })).toEqual([wang]);
    expect(await ids({ tag: "VI" })).toEqual([]);
    expect(await ids({ identityKind: "phone" })).toEqual([wang]);
    expect(await ids({ trait: "city" })).toEqual([wang]);
    expect(await ids({ trait: "city:上海" })).toEqual([wang]);
    expect(await ids({ trait: "city:上" })).toEqual([]);
    expect(await ids({ trait: "level:3" })).toEqual([wang]);
    expect(await ids({ trait: "name:王小明" })).toEqual([wang]);
    expect(await ids({ trait: "likes:milk" })).toEqual([other]);
    expect(await ids({ seenAfter: new Date(NOW_MS - 60_000).toISOString(), seenBefore: new Date(NOW_MS - 5000).toISOString() })).toEqual([
      other,
    ]);
    expect(await ids({ tag: "VIP", trait: "city:上海", search: "王", identified: "true" })).toEqual([wang]);
    expect(await ids({ tag: "VIP", search: "milk" })).toEqual([]);
  });
});

describe("a person", () => {
  test("is shown whole, and an id that belongs to someone else now leads to them", async () => {
    const wang = await saidWang();
    await stored([
      { origin: wang, name: "Viewed", timeMs: NOW_MS - 5000, id: "e1" },
      { origin: origin(device("dev-a")), name: "Viewed", timeMs: NOW_MS - 6000, id: "e2" },
    ]);
    const person = await call(contract.getPerson, { params: { person: wang } });
    expect(person).toMatchObject({
      id: wang,
      displayName: "王**",
      eventCount: 2,
      mergeCount: 0,
      firstSeenAt: new Date(NOW_MS - 5000).toISOString(),
    });
    expect(person.redirectedFrom).toBeUndefined();
    expect(person.traits).toEqual([
      { key: "city", value: "上海", personal: false, class: "", updatedAt: new Date(NOW_MS - 5000).toISOString() },
      { key: "level", value: 3, personal: false, class: "", updatedAt: new Date(NOW_MS - 5000).toISOString() },
      { key: "name", value: "王**", personal: true, class: "name", updatedAt: new Date(NOW_MS - 5000).toISOString() },
    ]);
    expect(person.identities.map(({ kind, value, personal: hidden }) => [kind, value, hidden])).toEqual([
      ["user_id", "Wang-77", false],
      ["phone", "138****2046", true],
      ["anonymous_id", "dev-a", false],
    ]);
    const from = origin(device("dev-a"));
    expect(await call(contract.getPerson, { params: { person: from } })).toMatchObject({ id: wang, redirectedFrom: from });
    expect(await call(contract.findPerson, { query: { kind: "phone", value: "+86 138-1234-2046" } })).toMatchObject({ id: wang });
    expect((await people.displayNames(workspaceId, [from, wang, "5"], DEFAULT_FIELD_VIEW)).get(from)).toEqual({
      personId: wang,
      displayName: "王**",
    });
  });

  test("is looked up by any id, with the traits asked for as the caller sees them", async () => {
    const wang = await saidWang();
    const now = (query: CallInput<typeof lookUpPerson>["query"], fields = DEFAULT_FIELD_VIEW) =>
      call(lookUpPerson, { ...(query === undefined ? {} : { query }), as: { fields } });
    const traits = "city,name,level,none";
    expect(await now({ kind: "phone", value: "+86 138-1234-2046", traits })).toEqual({
      id: wang,
      segments: [],
      tags: [],
      classes: [],
      traits: { city: "上海", level: 3, name: "王**" },
    });
    expect(await now({ kind: "anonymous_id", value: "dev-a" })).toMatchObject({ id: wang, traits: {} });
    expect(await now({ kind: "person", value: origin(device("dev-a")) })).toMatchObject({ id: wang });
    const rules = fieldView({ classes: { name: "clear" }, traits: { city: "hidden", level: "masked" }, properties: {} }, true);
    const told: string[] = [];
    const clear = watchedView(rules, (where) => void told.push(where));
    expect((await now({ kind: "person", value: wang, traits }, clear)).traits).toEqual({ level: "***", name: "王小明" });
    expect(told).toEqual(["trait:name"]);

    await call(remarks.addTag, { params: { person: wang }, body: { tag: "vip" } });
    await call(remarks.addTag, { params: { person: wang }, body: { tag: "brief", expiresAt: new Date(NOW_MS + 1_000).toISOString() } });
    expect((await now({ kind: "user_id", value: "Wang-77" })).tags).toEqual(["brief", "vip"]);
    nowMs += 1_000;
    expect((await now({ kind: "user_id", value: "Wang-77" })).tags).toEqual(["vip"]);
    for (const nobody of [
      { kind: "user_id", value: "wang" },
      { kind: "user_id", value: "null" },
      { kind: "person", value: "99999999999999999999" },
      { kind: "person", value: "x" },
    ] as const)
      await expect(now(nobody)).rejects.toMatchObject({ code: "person.not_found", fault: { field: "value" } });
    workspaceId += 1;
    await expect(now({ kind: "person", value: wang })).rejects.toMatchObject({ code: "person.not_found" });
  });

  test("that nobody knows is not found", async () => {
    for (const person of ["1", "99999999999999999999", "0"])
      await expect(call(contract.getPerson, { params: { person } })).rejects.toMatchObject({ code: "person.not_found" });
    await expect(call(contract.findPerson, { query: { kind: "user_id", value: "null" } })).rejects.toMatchObject({
      code: "person.not_found",
    });
    await expect(call(remarks.addNote, { params: { person: "1" }, body: { text: "x" } })).rejects.toMatchObject({
      code: "person.not_found",
    });
  });

  test("is shown in clear only with a reason on record", async () => {
    const wang = await saidWang();
    expect(await call(contract.unmaskPerson, { params: { person: wang }, body: { reason: "delivery call" } })).toEqual({
      identities: { [origin(phone("13812342046"))]: "13812342046" },
      traits: { name: "王小明" },
      notes: {},
    });
    expect(audited).toEqual([
      {
        workspaceId,
        actor: "ann@example.test",
        action: "person.unmask",
        target: `person:${wang}`,
        detail: { reason: "delivery call" },
        ip: "127.0.0.1",
      },
    ]);
  });

  test("has everything it did on its timeline, personal values masked", async () => {
    const wang = await saidWang();
    const device1 = origin(device("dev-a"));
    const token = privacy.tokenise(workspaceId, "phone", "13812342046");
    await stored([
      ...Array.from({ length: 5 }, (_, index) => ({
        origin: index % 2 === 0 ? wang : device1,
        name: "Viewed",
        timeMs: NOW_MS - 1000 * Math.floor(index / 2),
        id: `e${index}`,
      })),
      {
        origin: wang,
        name: "Ordered",
        timeMs: NOW_MS - 60_000,
        id: "o1",
        properties: { note: `call ${token}`, lines: [{ sku: "a", count: 2 }] },
      },
      { origin: origin(user("someone else")), name: "Viewed", timeMs: NOW_MS, id: "x" },
    ]);
    const seen: string[] = [];
    let page = await call(contract.getTimeline, { params: { person: device1 }, query: { limit: 4 } });
    expect(page.names).toEqual([
      { name: "Viewed", count: 5 },
      { name: "Ordered", count: 1 },
    ]);
    for (;;) {
      seen.push(...page.items.map(({ eventId }) => eventId));
      if (page.nextCursor === undefined) break;
      page = await call(contract.getTimeline, { params: { person: wang }, query: { limit: 4, cursor: page.nextCursor } });
      expect(page.names).toBeUndefined();
    }
    expect(seen).toEqual(["e1", "e0", "e3", "e2", "e4", "o1"]);
    const orders = await call(contract.getTimeline, { params: { person: wang }, query: { events: "Ordered, Refunded" } });
    expect(orders.items).toEqual([
      expect.objectContaining({
        name: "Ordered",
        originId: wang,
        context: { browser: "Chrome" },
        properties: { note: "call 138****2046", lines: [{ sku: "a", count: 2 }] },
      }),
    ]);
  });
});

describe("what operators say about a person", () => {
  test("tags end, are counted and come off again", async () => {
    const wang = await saidWang();
    await call(remarks.addTag, {
      params: { person: origin(device("dev-a")) },
      body: { tag: " VIP ", expiresAt: new Date(NOW_MS + 60_000).toISOString() },
    });
    await call(remarks.addTag, { params: { person: wang }, body: { tag: "茶友" } });
    expect((await call(contract.getPerson, { params: { person: wang } })).tags.map(({ tag, owner }) => [tag, owner])).toEqual(
      [
        ["VIP", "ann@example.test"],
        ["茶友", "ann@example.test"],
      ].toSorted(),
    );
    expect((await call(remarks.listTags)).items).toEqual([
      { tag: "VIP", people: 1 },
      { tag: "茶友", people: 1 },
    ]);
    nowMs += 60_001;
    expect((await call(remarks.listTags)).items).toEqual([{ tag: "茶友", people: 1 }]);
    for (const job of people.jobs) await job.run();
    expect((await engines.db`select tag from person_tag where workspace_id = ${workspaceId}`).map(({ tag }) => String(tag))).toEqual([
      "茶友",
    ]);
    await call(remarks.removeTag, { params: { person: wang, tag: "茶友" } });
    expect((await call(contract.listPeople)).items[0]?.tags).toEqual([]);
    expect(audited.map(({ action }) => action)).toEqual(["person.tag", "person.tag", "person.untag"]);
    await expect(call(remarks.addTag, { params: { person: wang }, body: { tag: "13812342046" } })).rejects.toMatchObject({
      code: "tag.invalid",
    });
  });

  test("notes are kept encrypted, and phone numbers in them are masked", async () => {
    const wang = await saidWang();
    const note = await call(remarks.addNote, { params: { person: wang }, body: { text: "打 13812342046 找她" } });
    expect((await call(contract.getPerson, { params: { person: wang } })).notes).toEqual([note]);
    expect(note).toMatchObject({ text: "打 138****2046 找她", personal: true });
    const clear = await call(contract.unmaskPerson, { params: { person: wang }, body: { reason: "calling her back" } });
    expect(clear.notes).toEqual({ [note.id]: "打 13812342046 找她" });
    const [row] = await engines.db<{ body: Uint8Array }[]>`select body from person_note where workspace_id = ${workspaceId}`;
    expect(Buffer.from(row?.body ?? []).toString()).not.toContain("13812342046");
    await call(remarks.removeNote, { params: { person: wang, note: note.id } });
    expect((await call(contract.getPerson, { params: { person: wang } })).notes).toEqual([]);
    await expect(call(remarks.removeNote, { params: { person: wang, note: note.id } })).rejects.toMatchObject({ code: "note.not_found" });
    await expect(call(remarks.removeNote, { params: { person: wang, note: "abc" } })).rejects.toMatchObject({ code: "note.not_found" });
  });

  test("traits change by an event whose personal values are hidden as those of clients are", async () => {
    const wang = await saidWang();
    await call(contract.changeTraits, {
      params: { person: wang },
      body: {
        set: { email: "Wang@Example.com", nickname: "小王", city: "北京" },
        increment: { visits: 2 },
        append: { likes: ["tea"] },
        unset: ["level"],
      },
    });
    expect(accepted).toHaveLength(1);
    const [event] = accepted;
    expect(event).toMatchObject({
      source: "console",
      name: "$set",
      workspaceId,
      timeMs: NOW_MS,
      ids: [{ kind: "user_id", value: "Wang-77" }],
      link: "observed",
    });
    expect(JSON.stringify(event?.traits)).not.toMatch(/wang@example|小王/i);
    await settle(engines.db, people.resolve, accepted);
    const [row] = (await call(contract.listPeople)).items;
    expect(row?.traits).toMatchObject({
      email: "w***@example.com",
      $email_domain: "example.com",
      nickname: "***",
      city: "北京",
      visits: 2,
      likes: ["tea"],
    });
    expect(row?.traits).not.toHaveProperty("level");
    expect(audited.at(-1)).toMatchObject({ action: "person.traits", target: `person:${wang}` });
    await expect(call(contract.changeTraits, { params: { person: wang }, body: {} })).rejects.toMatchObject({ code: "trait.invalid" });
    await expect(call(contract.changeTraits, { params: { person: wang }, body: { increment: { visits: Number.NaN } } })).rejects.toThrow();
  });

  test("traits of someone known by a phone number only", async () => {
    await said({ ids: [phone("13912342046")], timeMs: NOW_MS - 10 });
    await call(contract.changeTraits, { params: { person: origin(phone("13912342046")) }, body: { set: { city: "北京" } } });
    expect(accepted[0]?.ids).toEqual([{ kind: "phone", value: "13912342046" }]);
  });
});

test("changes of whose an origin is wait until they are confirmed", async () => {
  await people.confirmChanges(await people.pendingChanges(100_000));
  const wang = await saidWang();
  const changes = await people.pendingChanges(100);
  expect(changes.map(({ originId, personId }) => [originId, personId]).toSorted()).toEqual(
    [
      [origin(device("dev-a")), wang],
      [origin(phone("13812342046")), wang],
    ].toSorted(),
  );
  await people.confirmChanges(changes.slice(0, 1));
  expect(await people.pendingChanges(100)).toEqual(changes.slice(1));
});

test("people whose traits changed wait with their traits until they are confirmed", async () => {
  await people.confirmTraits(await people.pendingTraits(100_000));
  const wang = await saidWang();
  const [first, ...others] = await people.pendingTraits(100);
  expect(others).toEqual([]);
  expect(first).toMatchObject({ workspaceId, personId: wang });
  expect(first?.traits).toEqual(
    (await engines.db`select traits from person_profile where workspace_id = ${workspaceId} and person_id = ${wang}`)[0]?.["traits"],
  );
  await people.confirmTraits(await people.pendingTraits(100));
  await engines.db`delete from person_profile where workspace_id = ${workspaceId} and person_id = ${wang}`;
  const [gone] = await people.pendingTraits(100);
  expect(gone).toMatchObject({ personId: wang, traits: null });
  expect(BigInt(gone?.changeSeq ?? "0")).toBeGreaterThan(BigInt(first?.changeSeq ?? "0"));
});

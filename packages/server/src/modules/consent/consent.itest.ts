import * as contract from "@terrace/contract/api/consent";
import { createMerge, takeBackMerge } from "@terrace/contract/api/merges";
import type { RouteContract } from "@terrace/contract/route";
import { consentClaims } from "@terrace/domain/consent/consent-claims";
import { decodeItem } from "@terrace/domain/event/decode-item";
import type { FeedEvent } from "@terrace/domain/event/feed-event";
import type { IdentityRef } from "@terrace/domain/identity/identity-kinds";
import { startBothEngines, type TestEngines } from "@terrace/testkit/both-engines";
import { callRoute, type CallInput } from "@terrace/testkit/call-route";
import { decodeContextFixture, RECEIVED_AT_MS } from "@terrace/testkit/decode-context";
import { device, eventOf, settle, storedPicture, user } from "@terrace/testkit/people-model";
import { makeWorkspace } from "@terrace/testkit/state-engine";
import fc from "fast-check";
import { pino } from "pino";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { inTransaction } from "../../platform/storage/postgres.ts";
import { createCollect, type Collect } from "../collect/module.ts";
import { createPeopleModule, type PeopleModule } from "../people/module.ts";
import { createPrivacyModule } from "../privacy/module.ts";
import { eraseFacts } from "./consent.store.ts";
import { createConsent, type ConsentModule } from "./module.ts";

const NOW_MS = RECEIVED_AT_MS;
const HOUR = 3_600_000;
const privacy = createPrivacyModule({ masterKey: new Uint8Array(32).fill(7) });

let engines: TestEngines;
let people: PeopleModule;
let collect: Collect;
let consent: ConsentModule;
let workspaceId = 0;
let nowMs = NOW_MS;
const accepted: FeedEvent[] = [];
const audited: { readonly action: string; readonly target: string }[] = [];

beforeAll(async () => {
  engines = await startBothEngines();
  const { db, warehouse } = engines;
  const audit = (_tx: unknown, entry: (typeof audited)[number]) => {
    audited.push(entry);
    return Promise.resolve();
  };
  const accept = (events: readonly FeedEvent[]) => {
    accepted.push(...events);
    return Promise.resolve();
  };
  const log = pino({ level: "silent" });
  const clock = () => nowMs;
  let ids = 0;
  const randomId = () => `r${(ids += 1)}`;
  people = createPeopleModule({ db, warehouse, privacy, audit, accept, nowMs: clock, randomId, log });
  collect = createCollect({
    db,
    warehouse,
    privacy,
    audit,
    accept,
    nowMs: clock,
    log,
    findWriteKey: () => Promise.resolve(null),
    workspace: () => Promise.resolve({ workspaceId, name: "Shop", timeZone: "Asia/Shanghai", currency: "CNY", label: "" }),
  });
  consent = createConsent({
    db,
    warehouse,
    purgeQuarantine: collect.quarantine.purge,
    recount: () => Promise.resolve(),
    timeZone: () => Promise.resolve("Asia/Shanghai"),
    workspace: () => Promise.resolve({ workspaceId, name: "Shop", timeZone: "Asia/Shanghai", currency: "CNY", label: "" }),
    classification: collect.classification,
    eventSpan: collect.definitions.eventSpan,
    privacy,
    audit,
    accept,
    prepare: collect.edge.prepare,
    personOf: people.personOf,
    people,
    nowMs: clock,
    randomId,
  });
});
afterAll(() => engines.stop());
beforeEach(async () => {
  workspaceId = await makeWorkspace(engines.db);
  nowMs = NOW_MS;
  accepted.length = 0;
  audited.length = 0;
});

const call = <C extends RouteContract>(of: C, input: CallInput<C> = {}) => callRoute(consent.routes, workspaceId, of, input);
const originOf = ({ kind, value }: IdentityRef) => privacy.originId(workspaceId, kind, value);
const may = async (id: IdentityRef, channel = "", atMs = nowMs) =>
  (await consent.may(workspaceId, originOf(id), "marketing", { channel, atMs })).reason;

/** What the pipeline does with a batch. */
async function arrives(events: readonly FeedEvent[]): Promise<void> {
  await settle(engines.db, people.resolve, events);
  await settle(engines.db, consent.observe, events);
}

function word(state: "Given" | "Withdrawn", ids: readonly IdentityRef[], atMs: number, properties: object = {}): FeedEvent {
  return eventOf({
    workspaceId,
    name: `Consent ${state}`,
    ids,
    timeMs: atMs,
    messageId: `${state}-${atMs}-${ids[0]?.value}-${JSON.stringify(properties)}`,
    properties: { purpose: "marketing", ...properties },
  });
}

describe("the ledger", () => {
  test("takes the word of events, of the switch carried on other events, and of the API; the latest counts over all ids of a person", async () => {
    const carried = decodeItem(
      "segment",
      {
        type: "track",
        event: "Product Viewed",
        anonymousId: "phone-1",
        context: { $consent: { at: NOW_MS - 2 * HOUR, purposes: { marketing: true, "marketing:email": false } } },
      },
      decodeContextFixture({ workspaceId }),
    );
    if (!("accepted" in carried)) throw new Error("the event was refused");
    await arrives([carried.accepted, word("Withdrawn", [user("u-1")], NOW_MS - HOUR, { channel: "sms" })]);
    expect([await may(device("phone-1")), await may(device("phone-1"), "email"), await may(device("phone-1"), "sms")]).toEqual([
      "given",
      "withdrawn",
      "given",
    ]);
    await arrives([eventOf({ workspaceId, ids: [user("u-1"), device("phone-1")], timeMs: NOW_MS })]);
    expect([await may(user("u-1")), await may(user("u-1"), "sms"), await may(device("phone-1"), "sms")]).toEqual([
      "given",
      "withdrawn",
      "withdrawn",
    ]);
    expect(await may(user("u-1"), "sms", NOW_MS - HOUR - 1)).toBe("given");
    const at = new Date(NOW_MS - HOUR / 2).toISOString();
    const item = {
      kind: "user_id",
      value: " u-1 ",
      purpose: "marketing",
      channel: "sms",
      state: "given",
      at,
      evidence: { form: "13812342046" },
    } as const;
    expect(await call(contract.recordConsents, { body: { items: [item] } })).toEqual({ recorded: 1, known: 0 });
    expect(await call(contract.recordConsents, { body: { items: [item] } })).toEqual({ recorded: 0, known: 1 });
    // The event of the record says the same word again: one fact all the same, and personal evidence is nowhere in clear.
    await arrives(accepted);
    expect(JSON.stringify(accepted)).not.toContain("13812342046");
    const { history } = await call(contract.getPersonConsent, { params: { person: originOf(user("u-1")) } });
    expect(history.map(({ state, channel, source }) => `${state} ${channel} ${source}`)).toEqual([
      "given sms server",
      "withdrawn sms web",
      "withdrawn email web",
      "given  web",
    ]);
    expect(history[0]?.evidence).toEqual({ form: "138****2046" });
    expect(await may(user("u-1"), "sms")).toBe("given");
  });

  test("is what a slow reference says, in whatever order words and joins arrive, before a merge, in it and after it is taken back", async () => {
    const id = fc.constantFrom(user("u-1"), user("u-2"), device("d-1"), device("d-2"));
    const event = fc.oneof(
      fc.tuple(id, fc.constantFrom("Given" as const, "Withdrawn" as const), fc.integer({ min: 1, max: 8 }), fc.constantFrom("", "sms")).map(
        ([who, state, at, channel]) =>
          () =>
            word(state, [who], NOW_MS - at * 1000, channel === "" ? {} : { channel }),
      ),
      fc
        .tuple(fc.constantFrom(user("u-1"), user("u-2")), fc.constantFrom(device("d-1"), device("d-2")), fc.integer({ min: 1, max: 8 }))
        .map(
          ([who, other, at]) =>
            () =>
              eventOf({ workspaceId, ids: [who, other], timeMs: NOW_MS - at * 1000 }),
        ),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(event, { minLength: 2, maxLength: 10 }), fc.integer({ min: 1, max: 3 }), async (makers, size) => {
        workspaceId = await makeWorkspace(engines.db);
        const events = [
          eventOf({ workspaceId, ids: [user("u-1")], timeMs: 1 }),
          eventOf({ workspaceId, ids: [user("u-2")], timeMs: 1 }),
          ...makers.map((make) => make()),
        ];
        for (let from = 0; from < events.length; from += size) await arrives(events.slice(from, from + size));
        const before = await decisions(events);
        const [a, b] = [originOf(user("u-1")), originOf(user("u-2"))];
        const merge = await callRoute(people.routes, workspaceId, createMerge, { body: { people: [a, b], confirmConflicts: true } });
        await decisions(events);
        await callRoute(people.routes, workspaceId, takeBackMerge, { params: { merge: merge.id } });
        expect(await decisions(events)).toEqual(before);
      }),
      { numRuns: 12 },
    );
  });

  test("cannot be changed or emptied, except by forgetting somebody", async () => {
    await arrives([word("Given", [user("u-1")], NOW_MS - 1)]);
    const { db } = engines;
    for (const attempt of [
      () => db`update consent_fact set state = 'withdrawn' where workspace_id = ${workspaceId}`,
      () => db`delete from consent_fact where workspace_id = ${workspaceId}`,
      () => db`truncate consent_fact`,
    ])
      await expect(attempt()).rejects.toThrow("append-only");
    expect(await may(user("u-1"))).toBe("given");
    expect(await inTransaction(db, (tx) => eraseFacts(tx, workspaceId, [originOf(user("u-1"))]))).toBe(1);
    expect(await may(user("u-1"))).toBe("silent");
  });
});

/** Compares the door, and the one for lists, with the latest word by time over the ids that the people module says a person has. */
async function decisions(events: readonly FeedEvent[]): Promise<Readonly<Record<string, string>>> {
  const found: Record<string, string> = {};
  for (const [person, { origins }] of Object.entries(await storedPicture(engines.db, workspaceId))) {
    for (const channel of ["", "sms"]) {
      const words = events
        .filter(({ ids: [first] }) => first !== undefined && origins.includes(originOf(first)))
        .flatMap((event) => consentClaims(event))
        .filter((claim) => claim.channel === "" || claim.channel === channel)
        .toSorted((x, y) => x.atMs - y.atMs || (x.state === "given" ? -1 : 1) - (y.state === "given" ? -1 : 1));
      const expected = words.at(-1)?.state ?? "silent";
      for (const origin of origins) {
        const { reason } = await consent.may(workspaceId, origin, "marketing", { channel });
        expect(reason).toBe(expected);
        found[`${origin} ${channel}`] = reason;
      }
      const allowed = await consent.allowedAmong(workspaceId, [person], "marketing", { channel });
      expect(allowed.has(person)).toBe(expected === "given");
    }
  }
  return found;
}

describe("operators", () => {
  test("record and take back consent of a person, with a reason in the audit log; a withdrawal outlives parting the person's ids", async () => {
    await arrives([
      eventOf({ workspaceId, ids: [user("u-1")], timeMs: NOW_MS - HOUR }),
      eventOf({ workspaceId, ids: [user("u-2")], timeMs: NOW_MS - HOUR }),
      word("Given", [user("u-2")], NOW_MS - HOUR),
    ]);
    const [a, b] = [originOf(user("u-1")), originOf(user("u-2"))];
    const merge = await callRoute(people.routes, workspaceId, createMerge, { body: { people: [a, b], confirmConflicts: true } });
    const said = { purpose: "marketing", reason: "电话里要求不再打扰" } as const;
    await call(contract.recordPersonConsent, { params: { person: b }, body: { ...said, state: "withdrawn" } });
    expect(audited.map(({ action }) => action)).toContain("consent.withdrawn");
    expect(accepted.map(({ name, source }) => `${source} ${name}`)).toEqual(["console Consent Withdrawn"]);
    await callRoute(people.routes, workspaceId, takeBackMerge, { params: { merge: merge.id } });
    expect([await may(user("u-1")), await may(user("u-2"))]).toEqual(["withdrawn", "withdrawn"]);
    nowMs += 1;
    await call(contract.recordPersonConsent, { params: { person: a }, body: { ...said, state: "given", channel: "sms" } });
    expect([await may(user("u-1"), "sms"), await may(user("u-1")), await may(user("u-2"), "sms")]).toEqual([
      "given",
      "withdrawn",
      "withdrawn",
    ]);
  });

  test("edit purposes and texts; texts are versions, bases decide what silence means, and refusing automated decisions always counts", async () => {
    const { items } = await call(contract.listPurposes);
    expect(items.map(({ key }) => key)).toEqual(["service", "marketing", "analytics", "profiling", "third_party"]);
    const [, , , profiling] = items;
    if (profiling === undefined) throw new Error("no purpose");
    const { key, given: _given, withdrawn: _withdrawn, ...fields } = profiling;
    await call(contract.savePurpose, { params: { purpose: key }, body: { ...fields, basis: "contract" } });
    await arrives([
      word("Withdrawn", [user("u-1")], NOW_MS - 1, { purpose: "profiling" }),
      eventOf({ workspaceId, ids: [user("u-2")], timeMs: 1 }),
    ]);
    const asked = async (id: IdentityRef) => [
      await consent.may(workspaceId, originOf(id), "profiling"),
      await consent.mayDecideAutomatically(workspaceId, originOf(id)),
    ];
    expect(await asked(user("u-1"))).toEqual([{ allowed: true, reason: "basis" }, false]);
    expect(await asked(user("u-2"))).toEqual([{ allowed: true, reason: "basis" }, true]);
    expect((await call(contract.listPurposes)).items[3]).toMatchObject({ basis: "contract", given: 0, withdrawn: 1 });
    // Who agreed for one channel has agreed; a word about the whole purpose overrules earlier ones about a channel.
    const abroad = { purpose: "third_party" };
    await arrives([
      word("Given", [user("u-3")], NOW_MS - HOUR, { ...abroad, channel: "sms" }),
      word("Given", [user("u-4")], NOW_MS - HOUR, abroad),
      word("Withdrawn", [user("u-4")], NOW_MS - 1, { ...abroad, channel: "sms" }),
      word("Given", [user("u-5")], NOW_MS - HOUR, { ...abroad, channel: "sms" }),
      word("Withdrawn", [user("u-5")], NOW_MS - 1, abroad),
      word("Withdrawn", [user("u-6")], NOW_MS - 1, { ...abroad, channel: "sms" }),
    ]);
    expect((await call(contract.listPurposes)).items[4]).toMatchObject({ key: "third_party", given: 2, withdrawn: 2 });
    const text = { key: "privacy", titleZh: "隐私政策", titleEn: "Privacy policy", bodyZh: "一", bodyEn: "one" };
    expect((await call(contract.addConsentText, { body: text })).version).toBe(1);
    expect((await call(contract.addConsentText, { body: { ...text, bodyEn: "two" } })).version).toBe(2);
    expect((await call(contract.listConsentTexts)).items.map(({ bodyEn, version }) => [version, bodyEn])).toContainEqual([1, "one"]);
  });

  test("are told which item is wrong, and that a purpose does not exist", async () => {
    const item = { kind: "user_id", value: "u-1", purpose: "marketing", state: "given" } as const;
    const record = (change: object) => call(contract.recordConsents, { body: { items: [item, { ...item, ...change }] } });
    await expect(record({ value: "null" })).rejects.toMatchObject({ code: "consent.invalid", fault: { field: "items.1.value" } });
    await expect(record({ purpose: "spam" })).rejects.toMatchObject({
      code: "consent.purpose_unknown",
      fault: { field: "items.1.purpose" },
    });
    await expect(record({ at: new Date(NOW_MS + HOUR).toISOString() })).rejects.toMatchObject({ fault: { field: "items.1.at" } });
    expect(await may(user("u-1"))).toBe("silent");
  });
});

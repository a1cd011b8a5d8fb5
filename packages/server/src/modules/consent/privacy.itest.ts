import * as contract from "@terrace/contract/api/privacy";
import type { RouteContract } from "@terrace/contract/route";
import { decodeItem } from "@terrace/domain/event/decode-item";
import type { FeedEvent } from "@terrace/domain/event/feed-event";
import { planRetention, windowOf, type RetentionRule } from "@terrace/domain/retention/plan-retention";
import { isoInstant } from "@terrace/domain/time/zoned-time";
import { startBothEngines, type TestEngines } from "@terrace/testkit/both-engines";
import { callRoute, type CallInput } from "@terrace/testkit/call-route";
import { decodeContextFixture } from "@terrace/testkit/decode-context";
import { eventOf, settle, user } from "@terrace/testkit/people-model";
import { makeWorkspace } from "@terrace/testkit/state-engine";
import { eventually } from "@terrace/testkit/terrace";
import fc from "fast-check";
import { pino } from "pino";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { inTransaction } from "../../platform/storage/postgres.ts";
import { createCollect, rejectEvent, type Collect } from "../collect/module.ts";
import { createPeopleModule, type PeopleModule } from "../people/module.ts";
import { createPrivacyModule } from "../privacy/module.ts";
import { createConsent, type ConsentModule } from "./module.ts";
import { digestOf } from "./retention.ts";

const DAY = 86_400_000;
const NOW_MS = Date.UTC(2026, 6, 16, 12);
const privacy = createPrivacyModule({ masterKey: new Uint8Array(32).fill(7) });

let engines: TestEngines;
let people: PeopleModule;
let collect: Collect;
let consent: ConsentModule;
let workspaceId = 0;
let nowMs = NOW_MS;
let zone = "Asia/Shanghai";
const audited: string[] = [];

beforeAll(async () => {
  engines = await startBothEngines();
  const { db, warehouse } = engines;
  const common = {
    db,
    warehouse,
    privacy,
    nowMs: () => nowMs,
    log: pino({ level: "silent" }),
    accept: () => Promise.resolve(),
    randomId: () => "r",
    audit: (_tx: unknown, entry: { readonly action: string }) => {
      audited.push(entry.action);
      return Promise.resolve();
    },
  };
  collect = createCollect({
    ...common,
    findWriteKey: () => Promise.resolve(null),
    workspace: () => Promise.resolve({ workspaceId, name: "Shop", timeZone: zone, currency: "CNY", label: "" }),
  });
  people = createPeopleModule({ ...common, isMarkedPersonal: collect.definitions.isMarkedPersonal });
  consent = createConsent({
    ...common,
    prepare: collect.edge.prepare,
    personOf: people.personOf,
    people,
    purgeQuarantine: collect.quarantine.purge,
    recount: () => Promise.resolve(),
    timeZone: () => Promise.resolve(zone),
    workspace: () => Promise.resolve({ workspaceId, name: "Shop", timeZone: "Asia/Shanghai", currency: "CNY", label: "" }),
    classification: collect.classification,
    eventSpan: collect.definitions.eventSpan,
  });
});
afterAll(() => engines.stop());
beforeEach(async () => {
  // The job looks after every workspace; those of the tests before would take their turn first.
  await engines.db`delete from retention_rule`;
  await engines.db`update retention_run set finished_at = now() where finished_at is null`;
  await emptyEngine();
  workspaceId = await makeWorkspace(engines.db);
  nowMs = NOW_MS;
  zone = "Asia/Shanghai";
  audited.length = 0;
});

const call = <C extends RouteContract>(of: C, input: CallInput<C> = {}) =>
  callRoute([...consent.routes, ...collect.routes], workspaceId, of, input);

type Row = { readonly name: string; readonly timeMs: number };

async function stored(rows: readonly Row[], of = workspaceId): Promise<void> {
  if (rows.length === 0) return;
  await engines.warehouse.client.insert({
    table: "events",
    format: "JSONEachRow",
    clickhouse_settings: { distributed_foreground_insert: 1 },
    values: rows.map(({ name, timeMs }, index) => ({
      workspace_id: of,
      origin_id: "7",
      name,
      time: new Date(timeMs).toISOString().replace("T", " ").slice(0, 23),
      received_at: "2026-07-16 12:00:00.000",
      message_id: `m${index}`,
      event_id: `e${index}`,
      source: "segment",
      properties: { index },
    })),
  });
}

/** A deletion looks at every part there is: few keep the tests quick. */
async function emptyEngine(): Promise<void> {
  for (const node of engines.warehouse.nodes)
    await node.command({ query: `truncate table ${engines.warehouse.cluster === undefined ? "events" : "events_local"}` });
}

async function left(of = workspaceId): Promise<readonly string[]> {
  const answer = await engines.warehouse.client.query({
    query: "select name, toUnixTimestamp64Milli(time) as ms from events where workspace_id = {ws:UInt32} order by name, ms",
    query_params: { ws: of },
    format: "JSONEachRow",
  });
  return (await answer.json<{ name: string; ms: number }>()).map(({ name, ms }) => `${name} ${ms}`);
}

/** Runs the job until the purge of the workspace is over. */
async function purge(): Promise<void> {
  await eventually(async () => {
    for (const job of consent.jobs) await job.run();
    const { runningSince, checkedAt } = await call(contract.getRetention);
    expect({ runningSince, checked: checkedAt !== null }).toEqual({ runningSince: null, checked: true });
  });
}

const save = (rules: readonly RetentionRule[]) => call(contract.saveRetention, { body: { rules: [...rules] } });
const proofs = async () => (await call(contract.listRetentionProofs)).items;

describe("retention", () => {
  test("deletes what lies before the half-open window in the workspace's zone, nothing else, and proves it", async () => {
    const zones = fc.constantFrom("Asia/Shanghai", "America/New_York", "UTC");
    const row = fc.record({
      name: fc.constantFrom("Viewed", "Ordered", "Clicked"),
      // Around the cutoffs to the millisecond, and months back.
      back: fc.tuple(fc.constantFrom(3, 40), fc.constantFrom(-1, 0, 1, 7_200_000)),
    });
    const rules: readonly RetentionRule[] = [
      { event: "", days: 40 },
      { event: "Clicked", days: 3 },
      { event: "Ordered", days: null },
    ];
    await fc.assert(
      fc.asyncProperty(zones, fc.array(row, { minLength: 5, maxLength: 40 }), async (chosen, drafts) => {
        zone = chosen;
        await emptyEngine();
        workspaceId = await makeWorkspace(engines.db);
        const windows = planRetention(rules, NOW_MS, zone);
        const midnight = windows[0] === undefined ? 0 : windows[0].cutoffMs + 40 * DAY;
        const rows = drafts.map(({ name, back: [days, ms] }) => ({ name, timeMs: midnight - days * DAY + ms }));
        const neighbour = await makeWorkspace(engines.db);
        await stored(rows);
        await stored(rows, neighbour);
        const expired = ({ name, timeMs }: Row) => timeMs < (windowOf(windows, name)?.cutoffMs ?? -Infinity);
        const preview = await call(contract.previewRetention, { body: { rules: [...rules] } });
        expect(preview.items.reduce((sum, { events }) => sum + events, 0)).toBe(rows.filter(expired).length);
        await save(rules);
        await purge();
        const keep = (of: readonly Row[]) => of.map(({ name, timeMs }) => `${name} ${timeMs}`).toSorted();
        expect([...(await left())].toSorted()).toEqual(keep(rows.filter((one) => !expired(one))));
        expect([...(await left(neighbour))].toSorted()).toEqual(keep(rows));
        const told = await proofs();
        expect(Object.fromEntries(told.map(({ event, deleted }) => [event, deleted]))).toEqual(
          Object.fromEntries([...Map.groupBy(rows.filter(expired), ({ name }) => name)].map(([name, of]) => [name, of.length])),
        );
        for (const { before, deleted, after, oldest, cutoff } of told) {
          expect({ before, after }).toEqual({ before: deleted, after: 0 });
          expect((oldest ?? "") < cutoff).toBe(true);
        }
      }),
      { numRuns: 3 },
    );
  });

  test("goes on where it was broken off, each day anew, and proofs are a chain that nobody can change", async () => {
    await stored([
      { name: "Viewed", timeMs: NOW_MS - 20 * DAY },
      { name: "Viewed", timeMs: NOW_MS - 100 * DAY },
      { name: "Viewed", timeMs: NOW_MS - 9 * DAY },
    ]);
    await save([{ event: "", days: 10 }]);
    for (const job of consent.jobs) await job.run();
    for (const job of consent.jobs) await job.run();
    // A process that died here left a run and a month half done; another one takes both up.
    await purge();
    expect(await left()).toEqual([`Viewed ${NOW_MS - 9 * DAY}`]);
    nowMs = NOW_MS + 2 * DAY;
    await purge();
    expect(await left()).toEqual([]);
    const [second, first] = await proofs();
    if (first === undefined || second === undefined) throw new Error("proofs are missing");
    expect([first.deleted, second.deleted, second.previous]).toEqual([2, 1, first.digest]);
    const { id: _id, digest, ...proof } = second;
    expect(digestOf(workspaceId, proof)).toBe(digest);
    await expect(engines.db`update retention_proof set digest = '' where workspace_id = ${workspaceId}`).rejects.toThrow("append-only");
  });

  test("stops when the rules are loosened, and takes quarantine along", async () => {
    await stored([{ name: "Viewed", timeMs: NOW_MS - 100 * DAY }]);
    const bad = eventOf({ workspaceId, messageId: "q", name: "Viewed", ids: [user("u-1")], timeMs: NOW_MS - 5 * DAY });
    await inTransaction(engines.db, (tx) =>
      collect.quarantine.add(tx, [rejectEvent(bad, { code: "event.schema_mismatch", field: "x", detail: "y" })]),
    );
    await save([{ event: "", days: 10 }]);
    for (const job of consent.jobs) await job.run();
    await save([{ event: "Viewed", days: 200 }]);
    await purge();
    expect(await left()).toHaveLength(1);
    await save([{ event: "Viewed", days: 3 }]);
    await purge();
    expect(await left()).toEqual([]);
    expect((await proofs())[0]).toMatchObject({
      event: "Viewed",
      deleted: 1,
      quarantined: 1,
      cutoff: isoInstant(Date.UTC(2026, 6, 12, 16)),
    });
    await expect(
      save([
        { event: "A", days: 1 },
        { event: "A", days: 2 },
      ]),
    ).rejects.toMatchObject({ code: "retention.rule_twice" });
    expect(audited.filter((action) => action === "privacy.retention")).toHaveLength(3);
  });
});

describe("reports", () => {
  test("say what is configured and was seen; kept versions stay as they were", async () => {
    const facts = {
      controller: "叠翠茶铺有限公司",
      contact: "",
      storagePlace: "上海",
      crossBorder: false,
      crossBorderNote: "",
      recipients: "",
      measures: "",
    };
    await call(contract.savePrivacyFacts, { body: facts });
    await save([{ event: "$pageview", days: 30 }]);
    const current = async (kind: "records" | "impact") =>
      (await call(contract.getPrivacyReport, { query: { kind, language: "zh" } })).markdown;
    expect(await current("records")).toContain("叠翠茶铺有限公司");
    expect(await current("records")).toMatch(/\| \$pageview \| 30 天 \|/);
    const kept = await call(contract.keepPrivacyReport, { body: { kind: "impact", note: "目的明确，范围最小" } });
    expect(await call(contract.keepPrivacyReport, { body: { kind: "impact" } })).toMatchObject({ version: 2, madeBy: "ann@example.test" });
    await call(contract.savePrivacyFacts, { body: { ...facts, storagePlace: "新加坡", crossBorder: true, crossBorderNote: "新加坡机房" } });
    expect(await current("impact")).toContain("新加坡机房");
    const old = await call(contract.getKeptReport, { params: { report: kept.id }, query: { language: "zh" } });
    expect(old.markdown).toContain("目的明确，范围最小");
    expect(old.markdown).not.toContain("新加坡");
    expect((await call(contract.listPrivacyReports)).items.map(({ version }) => version)).toEqual([2, 1]);
    await expect(call(contract.getKeptReport, { params: { report: "x" }, query: { language: "en" } })).rejects.toMatchObject({
      code: "privacy_report.not_found",
    });
    await expect(engines.db`delete from privacy_report where workspace_id = ${workspaceId}`).rejects.toThrow("append-only");
  });
});

describe("classification", () => {
  async function sends(item: object): Promise<FeedEvent> {
    const decoded = decodeItem(
      "segment",
      { userId: "u-1", timestamp: new Date(NOW_MS).toISOString(), ...item },
      decodeContextFixture({
        workspaceId,
        receivedAtMs: NOW_MS,
        isMarkedPersonal: (event, property) => collect.definitions.isMarkedPersonal(workspaceId, event, property),
      }),
    );
    if (!("accepted" in decoded)) throw new Error("the event was refused");
    const observed = await inTransaction(engines.db, (tx) => collect.definitions.observe(tx, [decoded.accepted]));
    observed.afterCommit();
    await settle(engines.db, people.resolve, [decoded.accepted]);
    return decoded.accepted;
  }
  const listed = async (scope: string, name: string) => {
    const { items } = await call(contract.listClassification);
    return items.find((item) => item.scope === scope && item.name === name);
  };
  const classify = (scope: "property" | "trait", name: string, chosen: "none" | "sensitive" | "phone") =>
    call(contract.classifyProperty, { body: { scope, name, class: chosen } });

  test("lists what was seen and recognised; a class set by an operator hides new values in every event, at once, and can be taken back", async () => {
    const order = { type: "track", event: "Order Completed", properties: { health_note: "花粉过敏", receiver_phone: "13912345678" } };
    await sends(order);
    expect(await listed("property", "health_note")).toMatchObject({ class: "none", setBy: "", hidden: false, events: ["Order Completed"] });
    expect(await listed("property", "receiver_phone")).toMatchObject({ class: "phone", detected: "phone", hidden: true });
    await classify("property", "health_note", "sensitive");
    for (const event of ["Order Completed", "Product Viewed"]) {
      const { properties, secrets } = await sends({ ...order, event });
      expect(JSON.stringify(properties)).not.toContain("过敏");
      expect(Object.values(secrets).map(({ class: kind }) => kind)).toContain("marked");
    }
    expect(await listed("property", "health_note")).toMatchObject({
      class: "sensitive",
      setBy: "ann@example.test",
      hidden: true,
      eventCount: 2,
    });
    await classify("property", "health_note", "none");
    expect(await listed("property", "health_note")).toMatchObject({ class: "none", hidden: false });
    expect((await sends(order)).properties["health_note"]).toBe("花粉过敏");
    // What is recognised stays hidden under a token of its own kind, so that people are still found by it.
    await classify("property", "receiver_phone", "sensitive");
    expect((await sends(order)).properties["receiver_phone"]).toMatch(/^~phone\./);
    await expect(classify("property", "receiver_phone", "none")).rejects.toMatchObject({ code: "classification.detected" });
  });

  test("knows traits apart from properties of the same name", async () => {
    await sends({ type: "identify", traits: { name: "林晓", birthday: "1990-02-03" } });
    expect(await listed("trait", "name")).toMatchObject({ class: "name", hidden: true });
    await classify("trait", "birthday", "sensitive");
    const identified = await sends({ type: "identify", traits: { birthday: "1990-02-03" } });
    expect(JSON.stringify(identified.traits)).not.toContain("1990");
    const tracked = await sends({ type: "track", event: "Cake Ordered", properties: { birthday: "1990-02-03" } });
    expect(tracked.properties["birthday"]).toBe("1990-02-03");
    expect(await listed("trait", "birthday")).toMatchObject({ class: "sensitive", detected: "none" });
    expect(await listed("property", "birthday")).toMatchObject({ class: "none" });
  });
});

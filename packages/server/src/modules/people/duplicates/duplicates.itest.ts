import * as api from "@terrace/contract/api/duplicates";
import { listConflicts, listMerges, takeBackMerge } from "@terrace/contract/api/merges";
import type { RouteContract } from "@terrace/contract/route";
import type { FeedEvent } from "@terrace/domain/event/feed-event";
import { NO_RULES } from "@terrace/domain/identity/duplicate-rules";
import { startBothEngines, type TestEngines } from "@terrace/testkit/both-engines";
import { callRoute, type CallInput } from "@terrace/testkit/call-route";
import { device, eventOf, settle, user } from "@terrace/testkit/people-model";
import { pino } from "pino";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { createPrivacyModule } from "../../privacy/module.ts";
import { createPeopleModule, type PeopleModule } from "../module.ts";

const NOW_MS = Date.UTC(2026, 6, 16, 12);
const privacy = createPrivacyModule({ masterKey: new Uint8Array(32).fill(9) });
let engines: TestEngines;
let people: PeopleModule;
let workspaceId = 0;

beforeAll(async () => {
  engines = await startBothEngines();
  people = createPeopleModule({
    db: engines.db,
    warehouse: engines.warehouse,
    privacy,
    nowMs: () => NOW_MS,
    randomId: () => "r",
    log: pino({ level: "silent" }),
    audit: () => Promise.resolve(),
    accept: () => Promise.resolve(),
  });
});
afterAll(() => engines.stop());
beforeEach(async () => {
  const [made] = await engines.db<{ id: number }[]>`insert into workspace (name) values ('test') returning workspace_id as id`;
  workspaceId = made?.id ?? 0;
});

const call = <C extends RouteContract>(of: C, input: CallInput<C> = {}) => callRoute(people.routes, workspaceId, of, input);
type Said = Partial<FeedEvent> & Pick<FeedEvent, "ids" | "timeMs">;
const said = (...events: readonly Said[]) =>
  settle(
    engines.db,
    people.resolve,
    events.map((event) => eventOf({ workspaceId, ...event })),
  );

/** A user who told their phone. */
function withPhone(name: string, phone: string): Said {
  const token = privacy.tokenise(workspaceId, "phone", phone);
  return {
    ids: [user(name)],
    timeMs: NOW_MS,
    traits: [{ op: "set", key: "phone", value: token }],
    secrets: { [token]: { class: "phone", value: phone } },
  };
}
const groups = async () => (await call(api.listDuplicates, { query: { sign: "phone" } })).groups;
const runRules = async () => {
  for (const { name, run } of people.jobs) if (name === "people.merge_by_rules") await run();
};

describe("people with the same phone", () => {
  test("are reported together, masked, and those without company are not", async () => {
    await said(withPhone("a", "13800138000"), withPhone("b", "13800138000"), withPhone("c", "13900139000"));
    const [group, ...others] = await groups();
    expect(others).toEqual([]);
    expect(group?.people).toHaveLength(2);
    expect(group?.value).toMatch(/^138\*+8000$/);
  });

  test("are merged by a rule only when there are two; the merge can be taken back and is then left alone", async () => {
    await said(withPhone("a", "13800138000"), withPhone("b", "13800138000"));
    await said(withPhone("x", "13900139000"), withPhone("y", "13900139000"), withPhone("z", "13900139000"));
    await runRules();
    expect((await call(listMerges)).items).toEqual([]);
    await call(api.saveMergeRules, { body: { ...NO_RULES, phone: "merge" } });
    await runRules();
    const [merge, ...others] = (await call(listMerges)).items;
    expect(others).toEqual([]);
    expect(merge).toMatchObject({ by: "rule: same phone" });
    expect(await groups()).toHaveLength(1);
    await call(takeBackMerge, { params: { merge: merge?.id ?? "" } });
    await runRules();
    expect((await call(listMerges)).items.filter(({ takenBackAt }) => takenBackAt === null)).toEqual([]);
    expect((await groups()).find(({ people: members }) => members.length === 2)).toMatchObject({ keptApart: true });
  });

  test("stay two when somebody says so", async () => {
    await said(withPhone("a", "13800138000"), withPhone("b", "13800138000"));
    const [group] = await groups();
    await call(api.keepPeopleApart, { body: { people: group?.people.map(({ person }) => person) ?? [] } });
    await call(api.saveMergeRules, { body: { ...NO_RULES, phone: "merge" } });
    await runRules();
    expect((await call(listMerges)).items).toEqual([]);
    expect((await groups())[0]).toMatchObject({ keptApart: true });
  });
});

test("many conflicts are decided alike, and one that cannot be stops no other", async () => {
  for (const [one, two, shared] of [
    ["a", "b", "d1"],
    ["c", "d", "d2"],
  ] as const)
    await said({ ids: [user(one), device(shared)], timeMs: NOW_MS }, { ids: [user(two), device(shared)], timeMs: NOW_MS + 1 });
  const open = (await call(listConflicts)).items.map(({ id }) => id);
  expect(open).toHaveLength(2);
  expect(await call(api.decideConflicts, { body: { conflicts: [...open, "999999"], decision: "keep_apart" } })).toEqual({
    decided: 2,
    refused: [{ conflict: "999999", code: "conflict.not_found" }],
  });
  expect((await call(listConflicts)).items).toEqual([]);
});

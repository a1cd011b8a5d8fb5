import * as api from "@terrace/contract/api/experiments";
import { listExperimentRules } from "@terrace/contract/api/flag-reports";
import * as changeApi from "@terrace/contract/api/flag-changes";
import { putFlagEnvironment } from "@terrace/contract/api/flag-environments";
import { archiveFlag, createFlag, getFlag, unarchiveFlag, updateFlag } from "@terrace/contract/api/flags";
import type { RouteContract } from "@terrace/contract/route";
import { evaluateFlag } from "@terrace/domain/flags/evaluate-flag";
import { callRoute, type CallInput } from "@terrace/testkit/call-route";
import { makeWorkspace, startStateEngine, type TestStateEngine } from "@terrace/testkit/state-engine";
import pino from "pino";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { experimentsFor, flagsFor } from "../../composition/flags-and-experiments.ts";
import { decodePayload } from "../../platform/feed/feed-codec.ts";
import { readFeedRange } from "../../platform/feed/feed.store.ts";
import { LANE_COUNT } from "../../platform/feed/lanes.ts";
import { sealText } from "../../platform/sealed-text.ts";
import type { RouteContext } from "../../platform/http/handler.ts";
import { inTransaction } from "../../platform/storage/postgres.ts";
import type { FlagDeps } from "../flags/flag-deps.ts";
import { evaluatorFor } from "../flags/live/evaluate-for.ts";
import { createLiveFeatures } from "../flags/live/live-features.ts";
import { createPersonFacts } from "../flags/live/person-facts.ts";
import { createWrittenBehind } from "../flags/live/written-behind.ts";
import { createFlags } from "../flags/module.ts";
import { createPrivacyModule } from "../privacy/module.ts";
import { insertExperiment, loadExperiments } from "./experiment.store.ts";
import { createExperiments, type ExperimentDeps } from "./module.ts";

const START_MS = Date.parse("2026-11-23T04:00:00Z");
const KEY = "new-home";
const privacy = createPrivacyModule({ masterKey: new Uint8Array(32).fill(7) });

let engine: TestStateEngine;
let workspaceId = 0;
let audited: string[] = [];

beforeAll(async () => {
  engine = await startStateEngine();
}, 120_000);
afterAll(() => engine.stop());
beforeEach(async () => {
  workspaceId = await makeWorkspace(engine.db);
  audited = [];
});

const ground = () => ({
  db: engine.db,
  privacy,
  audit: (_: unknown, { action, actor }: { readonly action: string; readonly actor: string }) =>
    Promise.resolve(void audited.push(`${action} ${actor}`)),
  workspace: () => Promise.resolve(null),
  nowMs: () => START_MS,
  log: pino({ level: "silent" }),
});
const deps = (): ExperimentDeps => ({
  ...ground(),
  insight: { run: () => Promise.reject(new Error("nothing is read here")) },
  flags: flagsFor(ground()),
});
const call = <C extends RouteContract>(contract: C, input: CallInput<C> = {}) =>
  callRoute(createExperiments(deps()).routes, workspaceId, contract, input);

/** A draft of two variants, half each. */
async function draft(tellsGiven = false, key = KEY, allocation?: api.ExperimentBody["definition"]["allocation"]): Promise<string> {
  const definition: api.ExperimentDefinition = api.experimentDefinitionSchema.parse({
    variants: ["control", "new"].map((variant) => ({ key: variant, name: variant, weight: 1 })),
    metrics: [{ of: { metric: "buyers" }, role: "primary" }],
    allocation,
  });
  const set = { key, name: key, hypothesis: "", tellsGiven, definition: sealText(privacy, JSON.stringify(definition)) };
  const made = await inTransaction(engine.db, async (tx) => {
    await deps().flags.changed(tx, workspaceId);
    return insertExperiment(tx, workspaceId, set, { by: "ann", at: new Date(START_MS) });
  });
  if (typeof made === "string") throw new Error(made);
  return made.id;
}

const flagDeps = (): FlagDeps => ({
  ...ground(),
  findWriteKey: () => Promise.resolve(null),
  segmentNames: () => Promise.resolve(new Map()),
  denies: () => false,
  ...experimentsFor(ground()),
});
const callFlags = <C extends RouteContract>(contract: C, input: CallInput<C> = {}) =>
  callRoute(createFlags(flagDeps()).routes, workspaceId, contract, input);
type FlagBody = NonNullable<CallInput<typeof createFlag>["body"]>;
type Rule = FlagBody["definition"]["environments"][string]["rules"][number];
const armsOf = (...weights: readonly number[]) =>
  weights.map((weight, at) => ({ key: ["control", "new"][at] ?? "more", value: `${at}`, weight }));
const RULE = { id: "ab", kind: "experiment", experiment: KEY, coverage: 10_000, arms: armsOf(5_000, 5_000) } satisfies Rule;
const flagOf = (rule: Rule, environment = "production"): FlagBody["definition"] => ({
  type: "string",
  defaultValue: "none",
  offValue: "off",
  environments: { [environment]: { on: true, rules: [rule] } },
});
const makeFlag = (key: string, rule: Rule, environment?: string) =>
  callFlags(createFlag, { body: { key, name: key, definition: flagOf(rule, environment) } });
const refusal = async (work: Promise<unknown>) =>
  work.then(
    () => "taken",
    (error: unknown) => {
      const { code, field, details } = (error as { fault: { code: string; field?: string; details?: Readonly<Record<string, unknown>> } })
        .fault;
      return { code, field, ...details };
    },
  );

test("what flags give is compared with the variants at the start, and stays while it is under way", async () => {
  const id = await draft();
  const move = (action: "start" | "pause" | "resume") =>
    refusal(call(api.moveExperiment, { params: { experiment: id }, body: { action } }));
  await makeFlag("home", RULE);
  await makeFlag("staff", { ...RULE, qaOnly: true, arms: armsOf(1_000, 9_000) });
  const change = async (key: string, rule: Rule, environment?: string) => {
    const { version } = await callFlags(getFlag, { params: { flag: key } });
    const body = { name: key, baseVersion: version, definition: flagOf(rule, environment) };
    return refusal(callFlags(updateFlag, { params: { flag: key }, body }));
  };
  await change("home", { ...RULE, arms: armsOf(3_000, 3_000, 4_000) }, "development");
  expect(await move("start")).toMatchObject({ code: "experiment.arms_differ", flag: "home", environment: "development" });
  await change("home", { ...RULE, arms: armsOf(6_000, 4_000) });
  expect(await move("start")).toMatchObject({
    code: "experiment.weights_differ",
    given: "control 6000, new 4000",
    wanted: "control 1, new 1",
  });
  await change("home", RULE);
  await makeFlag("menu", { ...RULE, version: 1 });
  expect(await move("start")).toMatchObject({
    code: "experiment.versions_differ",
    flag: "home",
    version: 0,
    other: "menu",
    otherVersion: 1,
  });
  await change("menu", RULE);
  expect(await move("start")).toBe("taken");
  const ARMS = "definition.environments.production.rules[0].arms";
  const running = { code: "flag.experiment_running", experiment: KEY };
  expect(await change("home", { ...RULE, arms: armsOf(6_000, 4_000) })).toMatchObject({ ...running, field: ARMS });
  await move("pause");
  expect(await change("home", { ...RULE, version: 1 })).toMatchObject({ ...running, part: "version" });
  await move("resume");
  // A rule that comes to name it, or begins to take in others than testers, gives what the experiment has.
  expect(await refusal(makeFlag("late", { ...RULE, arms: armsOf(6_000, 4_000) }))).toMatchObject({
    code: "experiment.weights_differ",
    flag: "late",
  });
  expect(await change("staff", { ...RULE, arms: armsOf(1_000, 9_000) })).toMatchObject({ code: "experiment.weights_differ", field: ARMS });
  expect(await refusal(makeFlag("late", { ...RULE, version: 1 }))).toMatchObject({ code: "experiment.versions_differ" });
  expect(await change("home", { ...RULE, coverage: 5_000 })).toBe("taken");
  expect(await change("home", { ...RULE, on: false })).toBe("taken");
  await call(api.stopExperiment, { params: { experiment: id }, body: {} });
  expect(await change("home", { ...RULE, version: 1, arms: armsOf(6_000, 4_000) })).toBe("taken");
});

test("of a start and a change of weights at the same time one is refused, and a stop goes through whatever is changed meanwhile", async () => {
  for (let round = 0; round < 8; round += 1) {
    const key = `race-${round}`;
    const experiment = await draft(false, key);
    const rule = { ...RULE, experiment: key };
    await makeFlag(key, rule);
    const reweigh = async () => {
      const { version } = await callFlags(getFlag, { params: { flag: key } });
      const body = { name: key, baseVersion: version, definition: flagOf({ ...rule, arms: armsOf(6_000, 4_000) }) };
      return refusal(callFlags(updateFlag, { params: { flag: key }, body }));
    };
    const start = () => refusal(call(api.moveExperiment, { params: { experiment }, body: { action: "start" } }));
    const outcomes = await Promise.all(round % 2 === 0 ? [start(), reweigh()] : [reweigh(), start()]);
    const [started, changed] = round % 2 === 0 ? outcomes : outcomes.toReversed();
    if (started === "taken") expect(changed).toMatchObject({ code: "flag.experiment_running", part: "arms" });
    else expect([changed, started]).toMatchObject(["taken", { code: "experiment.weights_differ", flag: key }]);
    if (started !== "taken") continue;
    const stop = () => refusal(call(api.stopExperiment, { params: { experiment }, body: {} }));
    const [stopped, late] = await Promise.all([stop(), reweigh()]);
    expect(stopped).toBe("taken");
    if (late !== "taken") expect([late, await reweigh()]).toMatchObject([{ code: "flag.experiment_running" }, "taken"]);
  }
});

test("a rule of a bandit remembers what it gave: its shares change", async () => {
  const id = await draft(false, KEY, { kind: "bandit" });
  const start = () => refusal(call(api.moveExperiment, { params: { experiment: id }, body: { action: "start" } }));
  const put = async (baseVersion: number, rule: Rule) =>
    refusal(callFlags(updateFlag, { params: { flag: "home" }, body: { name: "home", baseVersion, definition: flagOf(rule) } }));
  const forgets = {
    code: "experiment.forgets",
    field: "definition.environments.production.rules[0].sticky",
    flag: "home",
    environment: "production",
  };
  await makeFlag("home", { ...RULE, sticky: false });
  await makeFlag("staff", { ...RULE, sticky: false, qaOnly: true });
  expect(await start()).toMatchObject(forgets);
  await put(1, { ...RULE, unit: "group" });
  expect(await start()).toMatchObject({ ...forgets, field: "definition.environments.production.rules[0].unit" });
  await put(2, { ...RULE, sticky: false, on: false });
  expect(await start()).toBe("taken");
  // A rule that comes to split people when it runs already.
  expect(await put(3, { ...RULE, sticky: false })).toMatchObject(forgets);
  expect(await put(3, RULE)).toBe("taken");
});

test("how people are split is kept from the start, or from the first rule, through another id, a rule switched off, and an archived flag", async () => {
  const [id, late] = [await draft(), await draft(false, "late")];
  await makeFlag("home", RULE);
  await makeFlag("menu", { ...RULE, arms: RULE.arms.toReversed() });
  const start = (experiment: string) => refusal(call(api.moveExperiment, { params: { experiment }, body: { action: "start" } }));
  const change = async (key: string, rule: Rule) => {
    const { version } = await callFlags(getFlag, { params: { flag: key } });
    return refusal(callFlags(updateFlag, { params: { flag: key }, body: { name: key, baseVersion: version, definition: flagOf(rule) } }));
  };
  expect(await start(id)).toMatchObject({ code: "experiment.rules_differ", flag: "menu", part: "arms", other: "home" });
  await change("menu", { ...RULE, minVersion: 0, unit: "session" });
  expect(await start(id)).toMatchObject({ code: "experiment.rules_differ", part: "unit" });
  await callFlags(archiveFlag, { params: { flag: "menu" } });
  expect([await start(id), await start(late)]).toEqual(["taken", "taken"]);
  const running = { code: "flag.experiment_running", experiment: KEY };
  expect(await change("home", { ...RULE, arms: RULE.arms.toReversed() })).toMatchObject({ ...running, part: "arms" });
  expect(await change("home", { ...RULE, id: "ab2", version: 1 })).toMatchObject({ ...running, part: "version" });
  expect(await change("home", { ...RULE, id: "ab2", unit: "session" })).toMatchObject({ ...running, part: "unit" });
  expect(await change("home", { ...RULE, sticky: false })).toMatchObject({ ...running, part: "sticky" });
  expect(await change("home", { ...RULE, id: "ab2", sticky: false })).toMatchObject({ ...running, part: "sticky" });
  expect(await change("home", { ...RULE, on: false, version: 1 })).toBe("taken");
  expect(await change("home", { ...RULE, version: 1 })).toMatchObject({ ...running, part: "version" });
  expect(await refusal(callFlags(unarchiveFlag, { params: { flag: "menu" } }))).toMatchObject({ ...running, part: "unit" });
  // No rule named this one at its start: the first that does says how.
  const other = { ...RULE, experiment: "late" };
  await makeFlag("first", { ...other, version: 3 });
  await change("first", { ...other, version: 3, on: false });
  expect(await refusal(makeFlag("second", other))).toMatchObject({ code: "flag.experiment_running", part: "version" });
  expect(await refusal(makeFlag("second", { ...other, version: 3 }))).toBe("taken");
});

test("two experiments that exclude each other have no share of their namespace in common", async () => {
  const share = (experiment: string, from: number, to: number): Rule => ({
    ...RULE,
    experiment,
    namespace: { key: "home", range: { from, to } },
  });
  await makeFlag("one", share("one", 0, 6_000));
  expect(await refusal(makeFlag("two", share("two", 5_000, 10_000)))).toMatchObject({
    code: "flag.namespace_taken",
    field: "definition.environments.production.rules[0].namespace",
    flag: "one",
    experiment: "one",
    free: "6000–10000",
  });
  expect(await refusal(makeFlag("dev", share("two", 5_000, 10_000), "development"))).toBe("taken");
  expect(await refusal(makeFlag("same", share("one", 0, 10_000)))).toBe("taken");
  // A draft holds nothing until it is started.
  const id = await draft();
  expect(await refusal(makeFlag("draft", share(KEY, 5_000, 10_000)))).toBe("taken");
  expect(await refusal(call(api.moveExperiment, { params: { experiment: id }, body: { action: "start" } }))).toMatchObject({
    code: "flag.namespace_taken",
    free: "",
  });
  const { items } = await callFlags(listExperimentRules);
  expect(items.map(({ flag, kept, namespace }) => [flag, kept, namespace?.from, namespace?.to, namespace?.held])).toEqual([
    ["dev", null, 5_000, 10_000, true],
    ["draft", { id, state: "draft" }, 5_000, 10_000, false],
    ["one", null, 0, 6_000, true],
    ["same", null, 0, 10_000, true],
  ]);
});

test("a flag whose rule names an experiment hears of where it stands, and gives what that asks for", async () => {
  await makeFlag("home", RULE);
  const live = createLiveFeatures(flagDeps());
  let told = 0;
  live.onChange({ listens: () => true, told: () => (told += 1) });
  const given = async () => {
    await live.look();
    const { features, needs } = await live.payload(workspaceId, "production");
    const values = Array.from({ length: 40 }, (_, at) => evaluateFlag(features, "home", { attributes: { id: `v${at}` } }).value);
    return { values: [...new Set(values)].toSorted(), asks: needs.experiments };
  };
  const BOTH = { values: ["0", "1"], asks: [KEY] };
  expect(await given()).toEqual(BOTH);
  const params = { experiment: await draft() };
  expect(await given()).toEqual({ values: ["none"], asks: [] });
  await call(api.moveExperiment, { params, body: { action: "start" } });
  expect(await given()).toEqual(BOTH);
  await call(api.moveExperiment, { params, body: { action: "pause" } });
  expect(await given()).toEqual({ values: ["none"], asks: [KEY] });
  await call(api.stopExperiment, { params, body: {} });
  expect(await given()).toEqual({ values: ["none"], asks: [] });
  const heard = told;
  await call(api.decideExperiment, { params, body: { decision: "take", variant: "new" } });
  expect(await given()).toEqual({ values: ["1"], asks: [] });
  expect(told).toBe(heard + 1);
});

test("flags are read anew for a draft whose key a rule names, and for no other", async () => {
  await makeFlag("home", RULE);
  const insight = { run: () => Promise.resolve({ metrics: [] }) } as never;
  const revision = async () => {
    const [row] = await engine.db<{ revision: string }[]>`select revision from flag_revision where workspace_id = ${workspaceId}`;
    return Number(row?.revision ?? 0);
  };
  const variants = ["control", "new"].map((key) => ({ key, name: key, weight: 1 }));
  const body = { key: "other", name: "n", definition: { variants, metrics: [{ of: { metric: "buyers" }, role: "primary" as const }] } };
  const routes = createExperiments({ ...deps(), insight }).routes;
  const before = await revision();
  const made = await callRoute(routes, workspaceId, api.createExperiment, { body });
  await callRoute(routes, workspaceId, api.updateExperiment, { params: { experiment: made.id }, body: { ...body, name: "another" } });
  expect(await revision()).toBe(before);
  await callRoute(routes, workspaceId, api.updateExperiment, { params: { experiment: made.id }, body: { ...body, key: KEY } });
  expect(await revision()).toBe(before + 1);
});

test("a draft that rules name is not deleted: they would split people at once", async () => {
  const params = { experiment: await draft() };
  await makeFlag("home", RULE);
  await makeFlag("staff", { ...RULE, qaOnly: true });
  expect(await refusal(call(api.deleteExperiment, { params }))).toMatchObject({ code: "experiment.in_flags", flags: "home" });
  await callFlags(updateFlag, {
    params: { flag: "home" },
    body: { name: "home", baseVersion: 1, definition: flagOf({ ...RULE, on: false }) },
  });
  expect(await refusal(call(api.deleteExperiment, { params }))).toBe("taken");
});

test("a variant is not taken where its rule would hide that of another experiment that may still give arms", async () => {
  const [one, two] = [await draft(false, "one"), await draft(false, "two")];
  const definition = flagOf({ ...RULE, experiment: "one" });
  definition.environments["production"]?.rules.push({ ...RULE, id: "behind", experiment: "two" });
  await callFlags(createFlag, { body: { key: "home", name: "home", definition } });
  for (const experiment of [one, two]) await call(api.moveExperiment, { params: { experiment }, body: { action: "start" } });
  const stop = (experiment: string) =>
    refusal(call(api.stopExperiment, { params: { experiment }, body: { decision: "take", variant: "new" } }));
  expect(await stop(one)).toMatchObject({ code: "experiment.take_hides", flag: "home", environment: "production", other: "two" });
  expect(await stop(two)).toBe("taken");
  expect(await stop(one)).toBe("taken");
});

const by = (name: string): Partial<RouteContext> => ({
  actor: name,
  caller: { kind: "operator", operatorId: name, email: name, role: "admin", sessionId: "s" },
});
const aKey: Partial<RouteContext> = { caller: { kind: "key", keyId: "3", name: "k", scopes: [] } };
const TAKE = { decision: "take", variant: "new" } as const;

/** A draft that a rule names in an environment that asks for a review, and ways to move it and to decide what was asked. */
async function reviewed() {
  const params = { experiment: await draft() };
  await makeFlag("home", RULE);
  await callFlags(putFlagEnvironment, { params: { environment: "production" }, body: { name: "Production", review: true } });
  const decideOn = (change: string | null, who: string) =>
    refusal(callFlags(changeApi.approveFlagChange, { params: { change: change ?? "" }, body: {}, as: by(who) }));
  return {
    params,
    move: (action: "start" | "pause" | "resume" | "archive", as = by("ann")) =>
      call(api.moveExperiment, { params, body: { action, note: "now" }, as }),
    stop: (body: CallInput<typeof api.stopExperiment>["body"], as = by("ann")) =>
      call(api.stopExperiment, { params, body: body ?? {}, as }),
    decide: (body: NonNullable<CallInput<typeof api.decideExperiment>["body"]>, as = by("ann")) =>
      call(api.decideExperiment, { params, body, as }),
    decideOn,
    get: () => call(api.getExperiment, { params }),
  };
}

test("where changes are reviewed, whatever gives people something else waits for somebody else; pausing and stopping without taking do not", async () => {
  const { move, stop, decide, decideOn, get, params } = await reviewed();
  const asked = await move("start");
  expect(asked).toMatchObject({ state: "draft", startedAt: null });
  const { items } = await callFlags(changeApi.listFlagChanges, { query: { experiment: params.experiment } });
  expect(items).toMatchObject([
    {
      id: asked.openChange,
      flag: null,
      definition: null,
      experiment: { id: params.experiment, key: KEY, action: "start", decision: null },
      environments: ["production"],
      note: "now",
      askedBy: "ann",
      state: "open",
    },
  ]);
  expect(await refusal(move("start", by("bob")))).toMatchObject({ code: "experiment.change_open" });
  expect(await decideOn(asked.openChange, "ann")).toMatchObject({ code: "flag_change.own" });
  expect(await decideOn(asked.openChange, "bob")).toBe("taken");
  expect(await get()).toMatchObject({ state: "running", startedAt: new Date(START_MS).toISOString(), openChange: null });
  expect(await move("pause")).toMatchObject({ state: "paused", openChange: null });
  await decideOn((await move("resume")).openChange, "bob");
  expect(await get()).toMatchObject({ state: "running" });
  const taking = await stop({ ...TAKE, learning: "It pays" });
  expect(taking).toMatchObject({ state: "running", decision: null, learning: "" });
  await decideOn(taking.openChange, "bob");
  expect(await get()).toMatchObject({ state: "stopped", decision: "take", decidedVariant: "new", learning: "It pays" });
  // Another learning gives nobody anything else; another variant, or none, does.
  expect(await decide({ ...TAKE, learning: "It pays twice" })).toMatchObject({ learning: "It pays twice", openChange: null });
  const none = await decide({ decision: "keep" });
  expect(none).toMatchObject({ decidedVariant: "new" });
  await decideOn(none.openChange, "bob");
  expect(await get()).toMatchObject({ decision: "keep", decidedVariant: null });
  expect(audited.filter((entry) => entry.startsWith("experiment."))).toEqual([
    "experiment.ask ann",
    "experiment.start bob",
    "experiment.approve bob",
    "experiment.pause ann",
    "experiment.ask ann",
    "experiment.resume bob",
    "experiment.approve bob",
    "experiment.ask ann",
    "experiment.stop bob",
    "experiment.approve bob",
    "experiment.decide ann",
    "experiment.ask ann",
    "experiment.decide bob",
    "experiment.approve bob",
  ]);
});

test("what was asked of an experiment is not done once something else was, and a draft whose start waits stays as it is", async () => {
  const { move, stop, decideOn, get, params } = await reviewed();
  const { openChange } = await move("start");
  const { key, name, definition } = await get();
  const insight = { run: () => Promise.resolve({ metrics: [] }) } as never;
  const edited = callRoute(createExperiments({ ...deps(), insight }).routes, workspaceId, api.updateExperiment, {
    params,
    body: { key, name: `${name} 2`, definition },
  });
  expect(await refusal(edited)).toMatchObject({ code: "experiment.change_open" });
  await decideOn(openChange, "bob");
  const taking = await stop(TAKE);
  await move("pause");
  expect(await decideOn(taking.openChange, "bob")).toMatchObject({ code: "experiment.state_changed", field: "change" });
  expect(await stop({})).toMatchObject({ state: "stopped", decidedVariant: null, openChange: taking.openChange });
  await callFlags(changeApi.withdrawFlagChange, { params: { change: taking.openChange ?? "" }, as: by("ann") });
  expect(await get()).toMatchObject({ state: "stopped", openChange: null });
});

test("rules that name an experiment say whether its moves wait, and whether anybody keeps an arm while it is paused", async () => {
  await reviewed();
  await makeFlag("menu", { ...RULE, sticky: false }, "development");
  await callFlags(createFlag, { body: { key: "staff", name: "staff", definition: flagOf({ ...RULE, qaOnly: true }, "development") } });
  const { items } = await callFlags(listExperimentRules);
  expect(items.map(({ flag, splits, reviewed: waits, remembers }) => [flag, splits, waits, remembers])).toEqual([
    ["home", true, true, true],
    ["menu", true, false, false],
    ["staff", false, false, true],
  ]);
});

test("a draft that goes takes what was asked of it along", async () => {
  const { move, params } = await reviewed();
  await move("start");
  await engine.db`update flag_environment set review = false where workspace_id = ${workspaceId}`;
  const { version } = await callFlags(getFlag, { params: { flag: "home" } });
  const body = { name: "home", baseVersion: version, definition: flagOf({ ...RULE, on: false }) };
  await callFlags(updateFlag, { params: { flag: "home" }, body });
  await call(api.deleteExperiment, { params });
  expect((await callFlags(changeApi.listFlagChanges)).items).toEqual([]);
});

test("where changes are reviewed no key starts, resumes or takes a variant; it may pause and stop", async () => {
  const { move, stop, decide, decideOn } = await reviewed();
  const code = "flag_change.person_needed";
  expect(await refusal(move("start", aKey))).toMatchObject({ code, flag: "home", environment: "production" });
  await decideOn((await move("start")).openChange, "bob");
  expect(await move("pause", aKey)).toMatchObject({ state: "paused" });
  expect(await refusal(move("resume", aKey))).toMatchObject({ code });
  expect(await refusal(stop(TAKE, aKey))).toMatchObject({ code });
  expect(await stop({}, aKey)).toMatchObject({ state: "stopped" });
  expect(await refusal(decide(TAKE, aKey))).toMatchObject({ code });
  await decideOn((await decide(TAKE)).openChange, "bob");
  expect(await decide({ ...TAKE, learning: "It pays" }, aKey)).toMatchObject({ learning: "It pays" });
  expect(await refusal(decide({ decision: "none" }, aKey))).toMatchObject({ code });
});

test("who decides and who makes an experiment never wait for each other in a circle", async () => {
  const params = { experiment: await draft() };
  await call(api.moveExperiment, { params, body: { action: "start" } });
  await call(api.stopExperiment, { params, body: {} });
  for (let round = 0; round < 20; round += 1)
    await Promise.all([
      call(api.decideExperiment, { params, body: { decision: round % 2 === 0 ? "keep" : "repeat" } }),
      draft(false, `other-${round}`),
    ]);
  expect((await call(api.getExperiment, { params })).steps.filter(({ action }) => action === "decide")).toHaveLength(20);
});

test("archived experiments take no place, and flags know where all of them stand", async () => {
  await engine.db`
    insert into experiment (workspace_id, key, name, hypothesis, state, definition, created_by, created_at)
    select ${workspaceId}, 'old-' || n, '', '', 'archived', '', 'ann', now() from generate_series(1, 1000) n`;
  await draft();
  expect((await flagDeps().standings(engine.db, workspaceId)).size).toBe(1_001);
});

/** A process that evaluates flags. */
function evaluating() {
  const all = flagDeps();
  return { ...all, live: createLiveFeatures(all), facts: createPersonFacts(all), behind: createWrittenBehind(all) };
}

/** What was told as events, in no order: whose lane an event is in hangs on the id. */
async function events() {
  const lanes = Array.from({ length: LANE_COUNT }, (_, lane) => lane);
  const rows = await Promise.all(lanes.map((lane) => readFeedRange(engine.db, lane, "0", "1000000")));
  const told = rows.flat().flatMap(({ payload }) => decodePayload(privacy, payload).map(({ event }) => event));
  return told.filter((event) => event.workspaceId === workspaceId);
}

test("where being given a variant is the exposure, the server tells it once of each id, whichever process gives it", async () => {
  const id = await draft(true);
  await makeFlag("home", { ...RULE, sticky: false });
  await makeFlag("other", { ...RULE, experiment: "nobody-keeps" });
  const [one, other] = [evaluating(), evaluating()];
  const give = async (by: typeof one, who: string) => {
    await by.live.look();
    const { evaluate } = await evaluatorFor(by, { workspaceId, environment: "production", attributes: { id: who } });
    return [evaluate("home").given?.arm, evaluate("other").given?.arm];
  };
  // A draft gives nothing, and tells nothing.
  expect((await give(one, "mei"))[0]).toBeUndefined();
  await one.behind.flush();
  await call(api.moveExperiment, { params: { experiment: id }, body: { action: "start" } });
  const [arm] = await give(one, "mei");
  expect((await give(other, "mei"))[0]).toBe(arm);
  await Promise.all([one.behind.flush(), other.behind.flush()]);
  await give(one, "mei");
  await give(one, "lan");
  await one.behind.flush();
  const told = await events();
  // In no order: whose lane an event is in hangs on the id.
  expect(told.map(({ name, ids }) => `${name} ${ids[0]?.value}`).toSorted()).toEqual(["$exposure lan", "$exposure mei"]);
  expect(told.find(({ ids }) => ids[0]?.value === "mei")).toMatchObject({
    ids: [{ kind: "anonymous_id", value: "mei" }],
    timeMs: START_MS,
    properties: { experiment: KEY, variant: arm, flag: "home", unit: "person", hash_version: 2, version: 0 },
  });
});

test("an arm of a bandit is remembered and told with the shares that it was drawn by, whichever are in force later", async () => {
  const id = await draft(true, KEY, { kind: "bandit" });
  await makeFlag("home", { ...RULE, arms: armsOf(9_000, 1_000) });
  await call(api.moveExperiment, { params: { experiment: id }, body: { action: "start" } });
  const one = evaluating();
  const give = async (who: string) => {
    await one.live.look();
    const { evaluate } = await evaluatorFor(one, { workspaceId, environment: "production", attributes: { id: who } });
    const { period, remembered } = evaluate("home").given ?? {};
    await one.behind.flush();
    return { period, remembered };
  };
  expect(await give("mei")).toEqual({ period: 0, remembered: false });
  await inTransaction(engine.db, async (tx) => {
    await tx`
      insert into experiment_period (workspace_id, experiment_id, period, from_at, variants, parts, moved)
      values (${workspaceId}, ${id}, 1, ${new Date(START_MS + 1)}, ${["control", "new"]}, ${[500, 9_500]}, 4500)`;
    await deps().flags.changed(tx, workspaceId);
  });
  expect(await give("mei")).toEqual({ period: 0, remembered: true });
  expect(await give("lan")).toEqual({ period: 1, remembered: false });
  const told = (await events()).map(({ ids, properties }) => [ids[0]?.value, properties["period"]]);
  expect(told.toSorted()).toEqual([
    ["lan", 1],
    ["mei", 0],
  ]);
});

test("an arm that whole buckets would put off its weight is refused, and the coverages that gave arms are kept with the experiment", async () => {
  const id = await draft();
  const uneven = { ...RULE, experiment: "rare", coverage: 100, arms: armsOf(9_950, 50) };
  expect(await refusal(makeFlag("rare", uneven))).toEqual({
    code: "flag.coverage_uneven",
    field: "definition.environments.production.rules[0].coverage",
    arm: "new",
    coverage: 1,
    said: 0.5,
    real: 0.99,
    enough: 1.99,
  });
  const growing = { ...uneven, coverage: 200, ramp: [{ at: "2026-12-01T00:00:00.000Z", coverage: 250 }] };
  expect(await refusal(makeFlag("rare", growing))).toMatchObject({
    field: "definition.environments.production.rules[0].ramp",
    coverage: 2.5,
  });
  await makeFlag("rare", { ...uneven, coverage: 200 });
  const kept = async () => (await loadExperiments(engine.db, workspaceId, { id, limit: 1 }))[0]?.coverages;
  await makeFlag("home", { ...RULE, coverage: 501, ramp: [{ at: "2026-12-01T00:00:00.000Z", coverage: 5_000 }] });
  expect(await kept()).toEqual([]);
  await call(api.moveExperiment, { params: { experiment: id }, body: { action: "start" } });
  expect(await kept()).toEqual([501, 5_000]);
  await callFlags(updateFlag, {
    params: { flag: "home" },
    body: { name: "home", baseVersion: 1, definition: flagOf({ ...RULE, coverage: 10_000 }) },
  });
  expect(await kept()).toEqual([501, 5_000, 10_000]);
});

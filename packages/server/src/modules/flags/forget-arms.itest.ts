import * as api from "@terrace/contract/api/flags";
import type { ExperimentState } from "@terrace/domain/experiments/experiment";
import { callRoute } from "@terrace/testkit/call-route";
import { makeWorkspace, startStateEngine, type TestStateEngine } from "@terrace/testkit/state-engine";
import pino from "pino";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { createPrivacyModule } from "../privacy/module.ts";
import type { FlagDeps } from "./flag-deps.ts";
import { createForgettingArms } from "./forget-arms.ts";
import { createFlags } from "./module.ts";

const START_MS = Date.UTC(2026, 10, 23, 4);
const DAY_MS = 86_400_000;
const privacy = createPrivacyModule({ masterKey: new Uint8Array(32).fill(7) });

let engine: TestStateEngine;
let workspaceId = 0;
let nowMs = START_MS;
let states: Record<string, ExperimentState> = {};
let broken = -1;

beforeAll(async () => {
  engine = await startStateEngine();
}, 120_000);
afterAll(() => engine.stop());
beforeEach(async () => {
  workspaceId = await makeWorkspace(engine.db);
  [nowMs, states, broken] = [START_MS, {}, -1];
});

function deps(): FlagDeps {
  return {
    db: engine.db,
    privacy,
    audit: () => Promise.resolve(),
    findWriteKey: () => Promise.resolve(null),
    segmentNames: () => Promise.resolve(new Map()),
    standings: async (_sql, workspace) => {
      if (workspace === broken) throw new Error("experiments cannot be read");
      return Promise.resolve(new Map(Object.entries(states).map(([key, state]) => [key, { id: key, state }])));
    },
    variantsOf: () => Promise.resolve(new Map()),
    holdSplit: () => Promise.resolve(),
    moves: () => Promise.resolve(() => Promise.reject(new Error("no experiment is moved here"))),
    denies: () => false,
    nowMs: () => nowMs,
    log: pino({ level: "silent" }),
  };
}

const call = <C extends Parameters<typeof callRoute>[2]>(contract: C, input: Parameters<typeof callRoute<C>>[3]) =>
  callRoute(createFlags(deps()).routes, workspaceId, contract, input);

async function makeFlag(experiment: string): Promise<void> {
  const arms = ["control", "new"].map((key) => ({ key, value: key === "new", weight: 5_000 }));
  const rule = { id: "ab", kind: "experiment" as const, experiment, coverage: 10_000, arms };
  const definition = {
    type: "boolean" as const,
    defaultValue: false,
    offValue: false,
    environments: { development: { on: false, rules: [rule] } },
  };
  await call(api.createFlag, { body: { key: experiment, name: experiment, definition } });
}

async function give(experiment: string, people: number, workspace = workspaceId): Promise<void> {
  await engine.db`
    insert into assignment (workspace_id, origin_id, experiment, version, arm, at)
    select ${workspace}, n, ${experiment}, n % 2, 'new', ${new Date(START_MS)} from generate_series(1, ${people}::integer) n`;
}

/** What is left a number of days after the start; pages are of two, so that there are many. */
async function leftAfter(days: number): Promise<Record<string, number>> {
  nowMs = START_MS + days * DAY_MS;
  await createForgettingArms(deps(), { workspaces: 2, experiments: 2, rows: 2 })();
  return remembered(workspaceId);
}

async function remembered(workspace: number): Promise<Record<string, number>> {
  const rows = await engine.db<{ experiment: string; count: number }[]>`
    select experiment, count(*)::int as count from assignment where workspace_id = ${workspace} group by experiment`;
  return Object.fromEntries(rows.map(({ experiment, count }) => [experiment, count]));
}

test("arms of an experiment that nothing names are forgotten 30 days after that was noticed, page after page", async () => {
  await makeFlag("named");
  states = { running: "running", paused: "paused", draft: "draft", stopped: "stopped", archived: "archived" };
  const all = ["named", ...Object.keys(states), "nobody"];
  for (const experiment of all) await give(experiment, 5);
  const whole = Object.fromEntries(all.map((experiment) => [experiment, 5]));
  expect(await leftAfter(0)).toEqual(whole);
  expect(await leftAfter(30 - 1 / DAY_MS)).toEqual(whole);
  expect(await leftAfter(30)).toEqual({ named: 5, running: 5, paused: 5, draft: 5 });
  // Nothing is known any more of what nothing is remembered of.
  await leftAfter(30);
  expect(await engine.db`select from assignment_unnamed where workspace_id = ${workspaceId}`).toHaveLength(0);
  states = { ...states, running: "stopped" };
  await leftAfter(40);
  expect(await leftAfter(69)).toMatchObject({ running: 5 });
  expect(await leftAfter(70)).toEqual({ named: 5, paused: 5, draft: 5 });
});

test("a flag that is put away and comes back within the time keeps its arms, and the time begins anew", async () => {
  await makeFlag("prices");
  await give("prices", 3);
  const params = { flag: "prices" };
  await call(api.archiveFlag, { params });
  await leftAfter(1);
  await leftAfter(20);
  await call(api.unarchiveFlag, { params });
  expect(await leftAfter(25)).toEqual({ prices: 3 });
  await call(api.archiveFlag, { params });
  expect(await leftAfter(40)).toEqual({ prices: 3 });
  expect(await leftAfter(69)).toEqual({ prices: 3 });
  expect(await leftAfter(70)).toEqual({});
});

test("what came back since it was noticed is kept, though nobody looked in between", async () => {
  await makeFlag("prices");
  await give("prices", 3);
  await call(api.archiveFlag, { params: { flag: "prices" } });
  await leftAfter(0);
  await call(api.unarchiveFlag, { params: { flag: "prices" } });
  expect(await leftAfter(365)).toEqual({ prices: 3 });
});

test("a workspace whose experiments cannot be read keeps all it has, and holds up no other", async () => {
  broken = workspaceId;
  const others = [await makeWorkspace(engine.db), await makeWorkspace(engine.db)];
  for (const workspace of [broken, ...others]) await give("gone", 3, workspace);
  await leftAfter(0);
  expect(await leftAfter(30)).toEqual({ gone: 3 });
  for (const other of others) expect(await remembered(other)).toEqual({});
  broken = -1;
  await leftAfter(31);
  expect(await leftAfter(60)).toEqual({ gone: 3 });
  expect(await leftAfter(61)).toEqual({});
});

import * as rfmApi from "@terrace/contract/api/rfm-traits";
import * as api from "@terrace/contract/api/segments";
import type { RouteContract } from "@terrace/contract/route";
import type { PersonCondition } from "@terrace/domain/conditions/condition";
import { startBothEngines, type TestEngines } from "@terrace/testkit/both-engines";
import { callRoute, type CallInput } from "@terrace/testkit/call-route";
import { makeLiveWorld, membersIn } from "@terrace/testkit/live-world";
import { eventOf, user } from "@terrace/testkit/people-model";
import { makeWorkspace, refuseWrites } from "@terrace/testkit/state-engine";
import { eventually } from "@terrace/testkit/terrace";
import { createServer } from "node:http";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openWarehouse } from "../../../platform/storage/clickhouse.ts";
import { inTransaction } from "../../../platform/storage/postgres.ts";
import { beginEvaluating, shareEngines } from "./engine.store.ts";

let engines: TestEngines;
beforeAll(async () => {
  engines = await startBothEngines();
}, 120_000);
afterAll(() => engines.stop());

const atLeast = (value: number) => ({ did: { event: "Bought" }, count: { op: "gte", value } }) as const;

test("what lastingly fails in one workspace stops nothing in those after it", async () => {
  const world = Object.assign(makeLiveWorld(engines, Date.UTC(2026, 2, 28, 9)), { outlivesFailures: true });
  const workspaces = [await makeWorkspace(engines.db), await makeWorkspace(engines.db)];
  const call = <C extends RouteContract>(workspaceId: number, of: C, input: CallInput<C>) =>
    callRoute(world.segments.routes, workspaceId, of, input);
  const made: { readonly workspaceId: number; readonly segment: string }[] = [];
  for (const workspaceId of workspaces) {
    const event = { workspaceId, messageId: `m-${workspaceId}`, ids: [user("ann")], name: "Bought", timeMs: world.nowMs };
    await world.append([eventOf(event)]);
    for (const rule of [
      atLeast(1),
      { population: { did: { event: "Bought" }, daysSince: "last" }, stands: { top: { people: 1 } } } as const,
    ])
      made.push({ workspaceId, segment: (await call(workspaceId, api.createSegment, { body: { name: "Buyers", rule } })).id });
    await call(workspaceId, rfmApi.putRfmTraits, { body: { lookbackDays: 30, scores: 3 } });
  }
  const mend = await refuseWrites(engines.db, ["segment_engine", "segment_rule", "segment_standing", "rfm_scoring"], workspaces[0] ?? 0);
  await world.drain();
  const found = await Promise.all(
    made.map(async ({ workspaceId, segment }) => (await membersIn(engines, workspaceId, segment)).state.length),
  );
  expect(found).toEqual([0, 0, 1, 1]);
  const scored = await engines.db<{ id: number }[]>`
    select workspace_id as id from rfm_scoring where workspace_id = any(${workspaces}) and as_of is not null`;
  expect(scored).toEqual([{ id: workspaces[1] }]);
  await mend();
});

test("an event engine that breaks off while it is asked has refused: that is said, and it is asked again after a while", async () => {
  const workspaceId = await makeWorkspace(engines.db);
  const breaking = createServer((request) => request.destroy());
  await new Promise<void>((resolve) => breaking.listen(0, "127.0.0.1", resolve));
  const address = breaking.address();
  const port = typeof address === "object" ? (address?.port ?? 0) : 0;
  const warehouse = openWarehouse({ url: `http://127.0.0.1:${port}` });
  const world = makeLiveWorld({ ...engines, warehouse }, Date.UTC(2026, 2, 28, 9));
  const make = async (rule: PersonCondition) =>
    (await callRoute(world.segments.routes, workspaceId, api.createSegment, { body: { name: "Buyers", rule } })).id;
  const [stands, bought] = [
    await make({ population: { did: { event: "Bought" }, daysSince: "last" }, stands: { top: { people: 1 } } }),
    await make(atLeast(1)),
  ];
  await callRoute(world.segments.routes, workspaceId, rfmApi.putRfmTraits, { body: { lookbackDays: 30, scores: 3 } });
  expect(await world.step("segments.standings")).toBe(true);
  expect(await world.step("segments.standings")).toBe(true);
  expect(await world.step("segments.standings")).toBe(false);
  const refused = new Date(world.nowMs).toISOString();
  const liveOf = async (segment: string) =>
    (await callRoute(world.segments.routes, workspaceId, api.getSegment, { params: { segment } })).live;
  expect((await liveOf(stands))?.scheduled?.failedAt).toBe(refused);
  expect((await callRoute(world.segments.routes, workspaceId, rfmApi.getRfmTraits, {})).scheduled?.failedAt).toBe(refused);
  // Without an engine that can tell, its members come in as everyone is evaluated.
  world.outlivesFailures = true;
  await world.step("segments.build");
  expect((await liveOf(bought))?.stage).toBe("filling");
  world.nowMs += 5 * 60_000;
  await makeLiveWorld(engines, world.nowMs).drain();
  expect(await liveOf(stands)).toMatchObject({ stage: "live", scheduled: { failedAt: null } });
  await warehouse.close();
  await new Promise((resolve) => breaking.close(resolve));
});

test.each(["create", "change", "delete"] as const)(
  "whoever evaluates people is waited for before segments are written: to %s one stands in nobody's way",
  async (act) => {
    const workspaceId = await makeWorkspace(engines.db);
    const { segments } = makeLiveWorld(engines, Date.UTC(2026, 2, 28, 9));
    const make = async (value: number) =>
      (await callRoute(segments.routes, workspaceId, api.createSegment, { body: { name: `At least ${value}`, rule: atLeast(value) } })).id;
    const segment = await make(1);
    const acts = {
      create: () => make(2),
      change: () =>
        callRoute(segments.routes, workspaceId, api.updateSegment, { params: { segment }, body: { name: "Other", rule: atLeast(3) } }),
      delete: () => callRoute(segments.routes, workspaceId, api.deleteSegment, { params: { segment } }),
    };
    const acted = await inTransaction(engines.db, async (tx) => {
      expect(await beginEvaluating(tx, workspaceId)).toBe(true);
      await shareEngines(tx, [workspaceId]);
      const acting = { done: acts[act]() };
      await eventually(async () => {
        const waiting = await engines.db`/* all workspaces: locks have none */ select from pg_locks where not granted`;
        expect(waiting.length).toBeGreaterThan(0);
      });
      // What an evaluation writes last.
      await tx`update segment set size = size where workspace_id = ${workspaceId} and segment_id = ${segment}`;
      return acting;
    });
    await expect(acted.done).resolves.toBeDefined();
  },
);

import * as api from "@terrace/contract/api/segments";
import { startBothEngines, type TestEngines } from "@terrace/testkit/both-engines";
import { callRoute } from "@terrace/testkit/call-route";
import { makeLiveWorld } from "@terrace/testkit/live-world";
import { makeWorkspace } from "@terrace/testkit/state-engine";
import { eventually } from "@terrace/testkit/terrace";
import { afterAll, beforeAll, expect, test } from "vitest";
import { inTransaction } from "../../../platform/storage/postgres.ts";
import { beginEvaluating, shareEngines } from "./engine.store.ts";

let engines: TestEngines;
beforeAll(async () => {
  engines = await startBothEngines();
}, 120_000);
afterAll(() => engines.stop());

const atLeast = (value: number) => ({ did: { event: "Bought" }, count: { op: "gte", value } }) as const;

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

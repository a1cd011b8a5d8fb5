import type { FeedEvent } from "@terrace/domain/event/feed-event";
import type { Json } from "@terrace/domain/json";
import { startBothEngines, type TestEngines } from "@terrace/testkit/both-engines";
import { makeWorkspace } from "@terrace/testkit/state-engine";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { expectSampleFigures } from "../insight/commerce/sample.suite.ts";
import { createPrivacyModule } from "../privacy/module.ts";
import { createImportCommands } from "./import.commands.ts";
import { prepareFor, runFile } from "./imports.suite.ts";

const SAMPLE = fileURLToPath(new URL("../../../../../examples/sample/online_retail", import.meta.url));
let engine: TestEngines;
beforeAll(async () => {
  engine = await startBothEngines();
}, 120_000);
afterAll(() => engine.stop());

test("the bundled sample: every order, every refund, every pound", async () => {
  const workspaceId = await makeWorkspace(engine.db);
  const accepted: FeedEvent[] = [];
  const commands = createImportCommands({
    db: engine.db,
    privacy: createPrivacyModule({ masterKey: new Uint8Array(32).fill(7) }),
    audit: () => Promise.resolve(),
    prepare: (draft) => prepareFor(workspaceId, draft),
    nowMs: () => 0,
    remember: () => Promise.resolve(),
    stored: () => Promise.resolve(new Set()),
    accept: (events) => {
      accepted.push(...events);
      return Promise.resolve();
    },
  });
  const mapping = JSON.parse(await readFile(`${SAMPLE}.mapping.json`, "utf8")) as Json;
  const started = performance.now();
  const outcome = await runFile(commands, workspaceId, { path: `${SAMPLE}.csv.gz`, source: mapping });
  const seconds = (performance.now() - started) / 1000;
  process.stdout.write(`sample without people and feed: ${Math.round(541_909 / seconds).toLocaleString("en")} rows/s\n`);
  expect(outcome).toMatchObject({ state: "done", rowsRead: 541_909, rowsAccepted: 541_906, rowsRejected: 3, eventsMade: 25_897 });
  const orders = accepted.filter(({ name }) => name === "Order Completed");
  expect([orders.length, accepted.length - orders.length]).toEqual([22_061, 3_836]);
  const pence = (events: readonly FeedEvent[]): number =>
    events.reduce((sum, { properties }) => sum + Math.round(Number(properties["revenue"]) * 100), 0);
  const refunds = accepted.filter(({ name }) => name === "Order Refunded");
  // Σ Quantity × UnitPrice over the whole file is 9,747,747.93; the A… invoices are −11,062.06.
  expect(Math.abs(pence(orders) - pence(refunds) - 975_880_999)).toBeLessThan(200);
  expect(new Set(accepted.flatMap(({ ids }) => ids.filter(({ kind }) => kind === "user_id").map(({ value }) => value))).size).toBe(4_372);
  expect(accepted.filter(({ ids }) => ids[0]?.kind === "anonymous_id")).toHaveLength(3_707);
  expect(seconds).toBeLessThan(541_909 / 10_000);
  await expectSampleFigures(engine, workspaceId, { csv: `${SAMPLE}.csv.gz`, events: accepted });
}, 120_000);

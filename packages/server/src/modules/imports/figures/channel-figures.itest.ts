import { makeWorkspace, startStateEngine, type TestStateEngine } from "@terrace/testkit/state-engine";
import { afterAll, beforeAll, expect, test } from "vitest";
import { payloadCipher } from "@terrace/testkit/payload-cipher";
import { eraseFrom, erasureOf } from "@terrace/testkit/personal-data";
import { createBlobs, storeBlob } from "../../../platform/blobs/blobs.ts";
import { inTransaction } from "../../../platform/storage/postgres.ts";
import { importHolder } from "../import-holder.ts";
import { askImport, insertImportJob } from "../import-job.store.ts";
import { addChannelFigures, deleteChannelFigures } from "./channel-figure.store.ts";
import { listFigures, totalFigures } from "./channel-figure.views.ts";
import { insertImport } from "../import.store.ts";

let engine: TestStateEngine;
beforeAll(async () => {
  engine = await startStateEngine();
}, 120_000);
afterAll(() => engine.stop());

test("an erasure removes the workspace's files, and waits for one that is being read", async () => {
  const workspaceId = await makeWorkspace(engine.db);
  const blobs = createBlobs({ db: engine.db, cipher: payloadCipher(7) });
  const stored = (name: string) =>
    storeBlob({ db: engine.db, blobs }, workspaceId, { purpose: "import.upload", name, bytes: Buffer.from("13800138000") });
  const [idle, read] = [await stored("idle"), await stored("read")];
  const row = await inTransaction(engine.db, (tx) =>
    insertImportJob(tx, workspaceId, { fileName: "read", mapping: {}, mappingHash: "m", kind: "people", uploadId: read, actor: "" }),
  );
  const holder = importHolder({ forgetKeptOf: () => Promise.resolve() });
  const erase = () => eraseFrom(engine.db, holder, erasureOf(workspaceId, [{ personId: "1", originIds: ["1"] }]));
  expect(await erase()).toMatchObject({ done: false, removed: { files: 1 } });
  expect([await blobs.find(workspaceId, idle), await blobs.find(workspaceId, read)]).toMatchObject([undefined, { id: read }]);
  await inTransaction(engine.db, (tx) => askImport(tx, workspaceId, row.id, "cancel"));
  await engine.db`update import set state = 'cancelled' where import_id = ${row.id}`;
  expect(await erase()).toMatchObject({ done: true, removed: { files: 1 } });
  expect(await blobs.find(workspaceId, read)).toBeUndefined();
});

test("rows of one day are summed within an import, the newest import counts, and taking it back brings the one before", async () => {
  const workspaceId = await makeWorkspace(engine.db);
  const figure = { day: "2026-07-01", channel: "巨量", campaign: "A", exposures: 1000, clicks: 10, cost: 5.25, currency: "CNY" };
  const importOf = async (fileHash: string, figures: readonly (typeof figure)[]): Promise<string> =>
    inTransaction(engine.db, async (tx) => {
      const row = await insertImport(tx, workspaceId, {
        fileName: "a",
        fileHash,
        mappingHash: "m",
        mapping: {},
        kind: "channels",
        recheckAlways: false,
        generation: 0,
        actor: "",
      });
      await addChannelFigures(tx, workspaceId, row?.id ?? "", figures);
      return row?.id ?? "";
    });
  await importOf("one", [figure, figure, { ...figure, campaign: "B" }]);
  const second = await importOf("two", [{ ...figure, cost: 9 }]);
  const figures = () => listFigures(engine.db, workspaceId, { from: "2026-07-01", to: "2026-07-01" }, { after: undefined, limit: 10 });
  expect(await figures()).toEqual([
    { ...figure, cost: 9 },
    { ...figure, campaign: "B" },
  ]);
  expect(await inTransaction(engine.db, (tx) => deleteChannelFigures(tx, workspaceId, second))).toBe(1);
  expect(await figures()).toEqual([
    { ...figure, exposures: 2000, clicks: 20, cost: 10.5 },
    { ...figure, campaign: "B" },
  ]);
  expect(await listFigures(engine.db, workspaceId, { from: "2026-07-02" }, { after: undefined, limit: 10 })).toEqual([]);
  expect(await totalFigures(engine.db, workspaceId, "day", { to: "2026-07-01", limit: 10 })).toMatchObject([{ key: "2026-07-01" }]);
});

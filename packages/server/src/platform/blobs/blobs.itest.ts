import { payloadCipher } from "@terrace/testkit/payload-cipher";
import { makeWorkspace, startStateEngine, type TestStateEngine } from "@terrace/testkit/state-engine";
import { randomBytes } from "node:crypto";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { inTransaction } from "../storage/postgres.ts";
import { createBlobs, storeBlob, type BlobRef, type Blobs } from "./blobs.ts";

let engine: TestStateEngine;
let blobs: Blobs;
let workspaceId = 0;
beforeAll(async () => {
  engine = await startStateEngine();
  blobs = createBlobs({ db: engine.db, cipher: payloadCipher(7) });
}, 120_000);
afterAll(() => engine.stop());
beforeEach(async () => {
  workspaceId = await makeWorkspace(engine.db);
});

async function append(id: string, atByte: number, bytes: Uint8Array): Promise<boolean> {
  const sealed = await blobs.seal(bytes);
  return inTransaction(engine.db, (tx) => blobs.append(tx, { workspaceId, id }, atByte, sealed));
}

async function read(ref: BlobRef, range?: { readonly from?: number; readonly to?: number }): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  for await (const piece of blobs.read(ref, range)) pieces.push(piece);
  return Buffer.concat(pieces);
}

test("what was appended in any pieces is read back, whole and in ranges across pieces", async () => {
  const bytes = randomBytes(2_700_000);
  const id = await storeBlob({ db: engine.db, blobs }, workspaceId, { purpose: "test", name: "a", bytes: bytes.subarray(0, 1_500_000) });
  expect(await append(id, 1_500_000, bytes.subarray(1_500_000))).toBe(true);
  const ref = { workspaceId, id };
  expect((await read(ref)).equals(bytes)).toBe(true);
  for (const [from, to] of [
    [0, 1],
    [1_048_570, 1_048_590],
    [1_499_999, 1_500_001],
    [2_699_999, 2_800_000],
    [2_700_000, 2_700_001],
  ] as const)
    expect((await read(ref, { from, to })).equals(bytes.subarray(from, to))).toBe(true);
});

test("bytes are taken once, where the blob ends, and only in its own workspace", async () => {
  const id = await storeBlob({ db: engine.db, blobs }, workspaceId, { purpose: "test", name: "a", bytes: Buffer.from("one") });
  const two = Buffer.from("two");
  const taken = await Promise.all([append(id, 3, two), append(id, 3, two)]);
  expect(taken.toSorted()).toEqual([false, true]);
  expect(await append(id, 3, two)).toBe(false);
  expect((await read({ workspaceId, id })).toString()).toBe("onetwo");
  const elsewhere = await makeWorkspace(engine.db);
  expect(await blobs.find(elsewhere, id)).toBeUndefined();
  expect((await read({ workspaceId: elsewhere, id })).length).toBe(0);
});

test("nothing of a blob stands in clear, and erasing it leaves no piece", async () => {
  const secret = "13800138000".repeat(1000);
  const id = await storeBlob({ db: engine.db, blobs }, workspaceId, { purpose: "test", name: "a", bytes: Buffer.from(secret) });
  const [row] = await engine.db<{ payload: Buffer }[]>`select payload from blob_piece where blob_id = ${id}`;
  expect(row?.payload.includes("13800138000")).toBe(false);
  expect(row?.payload.length).toBeLessThan(1000);
  expect(await inTransaction(engine.db, (tx) => blobs.erase(tx, { workspaceId, id }))).toBe(true);
  expect(await engine.db`select from blob_piece where blob_id = ${id}`).toHaveLength(0);
});

test("a sweep erases what was left lying, of its purpose only", async () => {
  const [old, other] = await Promise.all(
    ["swept", "kept"].map((purpose) => storeBlob({ db: engine.db, blobs }, workspaceId, { purpose, name: "a", bytes: Buffer.from("x") })),
  );
  await blobs.sweep("swept", new Date(Date.now() - 60_000));
  expect(await blobs.find(workspaceId, old ?? "")).toBeDefined();
  await blobs.sweep("swept", new Date(Date.now() + 60_000));
  expect(await blobs.find(workspaceId, old ?? "")).toBeUndefined();
  expect(await blobs.find(workspaceId, other ?? "")).toBeDefined();
});

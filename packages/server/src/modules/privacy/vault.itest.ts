import { startStateEngine, type TestStateEngine } from "@terrace/testkit/state-engine";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { inTransaction } from "../../platform/storage/postgres.ts";
import { createPrivacyModule, type VaultEntry } from "./module.ts";

const masterKey = Buffer.alloc(32, 7);
const privacy = createPrivacyModule({ masterKey });
let engine: TestStateEngine;
let workspaceId = 0;

beforeAll(async () => {
  engine = await startStateEngine();
});
afterAll(() => engine.stop());

/** A fresh workspace number per case: the vault needs no workspace row. */
function nextWorkspace(): number {
  workspaceId += 1;
  return workspaceId;
}

function entryOf(workspace: number, user: string, phone: string): VaultEntry {
  return {
    originId: privacy.originId(workspace, "user_id", user),
    token: privacy.tokenise(workspace, "phone", phone),
    class: "phone",
    value: phone,
  };
}

async function seal(workspace: number, entries: readonly VaultEntry[]): Promise<void> {
  await inTransaction(engine.db, (tx) => privacy.seal(tx, workspace, entries));
}

describe("the vault", () => {
  test("opens what was sealed, by token", async () => {
    const workspace = nextWorkspace();
    const [a, b] = [entryOf(workspace, "a", "13800138000"), entryOf(workspace, "b", "13900139000")];
    await seal(workspace, [a, b]);
    expect(await privacy.open(engine.db, workspace, [a.originId, b.originId])).toEqual(
      new Map([
        [a.token, a.value],
        [b.token, b.value],
      ]),
    );
    expect(await privacy.open(engine.db, workspace, [a.originId, b.originId], [b.token])).toEqual(new Map([[b.token, b.value]]));
    expect(await privacy.open(engine.db, workspace, [a.originId], [b.token])).toEqual(new Map());
  });

  test("holds nothing in clear", async () => {
    const workspace = nextWorkspace();
    await seal(workspace, [entryOf(workspace, "a", "13811112222")]);
    const rows = await engine.db<
      { ciphertext: Buffer; token: string; wrapped: Buffer }[]
    >`select ciphertext, token, (select wrapped_key from person_key k where k.workspace_id = v.workspace_id and k.origin_id = v.origin_id) as wrapped from vault_value v where workspace_id = ${workspace}`;
    expect(rows).toHaveLength(1);
    for (const row of rows) {
      expect(row.ciphertext.includes("13811112222")).toBe(false);
      expect(row.token).not.toContain("13811112222");
      expect(row.wrapped).toHaveLength(1 + 12 + 32 + 16);
    }
  });

  test("values are unreadable once the keys of their origins are destroyed", async () => {
    const workspace = nextWorkspace();
    const [gone, stays] = [entryOf(workspace, "gone", "13800138000"), entryOf(workspace, "stays", "13900139000")];
    await seal(workspace, [gone, stays]);
    const [kept] = await engine.db<
      { ciphertext: Buffer }[]
    >`select ciphertext from vault_value where workspace_id = ${workspace} and token = ${gone.token}`;
    expect(await inTransaction(engine.db, (tx) => privacy.eraseKeys(tx, workspace, [gone.originId]))).toEqual({ keys: 1, values: 1 });
    expect(await privacy.open(engine.db, workspace, [gone.originId, stays.originId])).toEqual(new Map([[stays.token, stays.value]]));
    // Someone who kept a copy of the row gains nothing: the next key of the same origin is another one.
    await engine.db`insert into vault_value (workspace_id, origin_id, token, class, ciphertext) values (${workspace}, ${gone.originId}, ${gone.token}, 'phone', ${kept?.ciphertext ?? null})`;
    expect(await privacy.open(engine.db, workspace, [gone.originId])).toEqual(new Map());
    const later = entryOf(workspace, "gone", "13700137000");
    await seal(workspace, [later]);
    await expect(privacy.open(engine.db, workspace, [gone.originId], [gone.token])).rejects.toThrow();
  });

  test("repeating a seal changes nothing, and a rolled-back one leaves nothing", async () => {
    const workspace = nextWorkspace();
    const entry = entryOf(workspace, "a", "13800138000");
    await seal(workspace, [entry, entry]);
    await seal(workspace, [entry]);
    const rolledBack = inTransaction(engine.db, async (tx) => {
      await privacy.seal(tx, workspace, [entryOf(workspace, "b", "13900139000")]);
      throw new Error("undo");
    });
    await expect(rolledBack).rejects.toThrow("undo");
    const [count] = await engine.db<
      { values: number; keys: number }[]
    >`select (select count(*)::int from vault_value where workspace_id = ${workspace}) as values, (select count(*)::int from person_key where workspace_id = ${workspace}) as keys`;
    expect(count).toEqual({ values: 1, keys: 1 });
  });

  test("thousands of entries, sealed at the same time in opposite orders, neither deadlock nor disagree on keys", async () => {
    const workspace = nextWorkspace();
    const entries = Array.from({ length: 6000 }, (_, index) =>
      entryOf(workspace, `u${index % 2000}`, `138${String(index).padStart(8, "0")}`),
    );
    await Promise.all([seal(workspace, entries), seal(workspace, entries.toReversed()), seal(workspace, entries.slice(1000, 3000))]);
    const opened = await privacy.open(engine.db, workspace, [...new Set(entries.map(({ originId }) => originId))]);
    expect(opened.size).toBe(6000);
    expect(opened.get(entries[4321]?.token ?? "")).toBe(entries[4321]?.value);
  }, 60_000);

  test("a value moved to another origin or workspace does not open", async () => {
    const [workspace, other] = [nextWorkspace(), nextWorkspace()];
    const [a, b] = [entryOf(workspace, "a", "13800138000"), entryOf(workspace, "b", "13900139000")];
    await seal(workspace, [a, b]);
    await engine.db`update vault_value set ciphertext = (select ciphertext from vault_value where workspace_id = ${workspace} and token = ${a.token}) where workspace_id = ${workspace} and token = ${b.token}`;
    await expect(privacy.open(engine.db, workspace, [b.originId])).rejects.toThrow();
    expect(await privacy.open(engine.db, other, [a.originId])).toEqual(new Map());
  });

  test("refuses another master key than the first one", async () => {
    const confirm = (module: typeof privacy) => inTransaction(engine.db, (tx) => module.confirmMasterKey(tx));
    expect(await confirm(privacy)).toEqual({ ok: true, value: true });
    expect(await confirm(createPrivacyModule({ masterKey }))).toEqual({ ok: true, value: true });
    expect(await confirm(createPrivacyModule({ masterKey: Buffer.alloc(32, 8) }))).toMatchObject({
      ok: false,
      fault: { code: "master_key.mismatch" },
    });
  });
});

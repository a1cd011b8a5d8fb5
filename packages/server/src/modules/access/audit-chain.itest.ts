import { makeWorkspace, startStateEngine, type TestStateEngine } from "@terrace/testkit/state-engine";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { inTransaction } from "../../platform/storage/postgres.ts";
import { checkAuditChain, holdsLink } from "./audit-chain.ts";
import { insertAudit, type AuditEntry } from "./audit.store.ts";

let engine: TestStateEngine;
beforeAll(async () => {
  engine = await startStateEngine();
});
afterAll(() => engine.stop());

function entry(workspaceId: number, action: AuditEntry["action"]): AuditEntry {
  return { workspaceId, actor: "ann@example.test", action, target: "person:1", detail: { reason: '订单 "42"', at: 1.5 }, ip: "127.0.0.1" };
}

async function log(workspaceId: number, actions: readonly AuditEntry["action"][]): Promise<void> {
  for (const action of actions)
    await inTransaction(engine.db, (tx) => insertAudit(tx, entry(workspaceId, action), new Date("2026-03-01T08:00:00.123Z")));
}

/** Does what only whoever owns the database can: changes the log with its triggers off. */
async function tamper(statement: string): Promise<void> {
  const tables = ["audit_entry", "audit_chain"];
  for (const table of tables) await engine.db.unsafe(`alter table ${table} disable trigger user`);
  await engine.db.unsafe(statement);
  for (const table of tables)
    await engine.db.unsafe(`alter table ${table} enable trigger user; alter table ${table} enable always trigger ${table}_append_only`);
}

describe("the chain of audit entries", () => {
  test("is whole for entries written by many at the same time, one chain per workspace", async () => {
    const [one, two] = [await makeWorkspace(engine.db), await makeWorkspace(engine.db)];
    await Promise.all(
      Array.from({ length: 60 }, (_, index) =>
        inTransaction(engine.db, async (tx) => {
          // In both orders, and two per transaction: they must not wait for each other in a circle.
          const order = index % 2 === 0 ? [one, two] : [two, one];
          for (const workspaceId of order)
            await insertAudit(tx, entry(workspaceId, index % 3 === 0 ? "person.tag" : "person.untag"), new Date());
        }),
      ),
    );
    const checks = await Promise.all([checkAuditChain(engine.db, one), checkAuditChain(engine.db, two)]);
    expect(checks).toMatchObject([
      { entries: 60, head: { position: "60" }, broken: undefined },
      { entries: 60, head: { position: "60" }, broken: undefined },
    ]);
  });

  test("leaves out what was rolled back", async () => {
    const workspaceId = await makeWorkspace(engine.db);
    await log(workspaceId, ["goal.create"]);
    const undone = inTransaction(engine.db, async (tx) => {
      await insertAudit(tx, entry(workspaceId, "goal.delete"), new Date());
      throw new Error("undo");
    });
    await expect(undone).rejects.toThrow("undo");
    await log(workspaceId, ["goal.update"]);
    expect(await checkAuditChain(engine.db, workspaceId)).toMatchObject({ entries: 2, broken: undefined });
  });

  test.each([
    [
      "a changed entry",
      "changed",
      "key.revoke",
      "update audit_entry set actor = 'mallory' where action = 'key.revoke' and workspace_id = ",
    ],
    ["a deleted entry", "missing", "", "delete from audit_entry where action = 'key.revoke' and workspace_id = "],
    ["a link taken out", "gap", "role.create", "delete from audit_chain where position = 2 and workspace_id = "],
    [
      "an entry slipped in",
      "unchained",
      "token.create",
      "insert into audit_entry (at, actor, action, target, workspace_id) select now(), 'mallory', 'token.create', '', ",
    ],
  ])("names the first broken row after %s", async (_, kind, action, statement) => {
    const workspaceId = await makeWorkspace(engine.db);
    await log(workspaceId, ["key.create", "key.revoke", "role.create", "role.delete"]);
    expect((await checkAuditChain(engine.db, workspaceId)).broken).toBeUndefined();
    await tamper(`${statement}${workspaceId}`);
    expect((await checkAuditChain(engine.db, workspaceId)).broken).toMatchObject({ kind, action });
  });

  test("entries taken off the end with their hashes are missed by whoever noted the head", async () => {
    const workspaceId = await makeWorkspace(engine.db);
    await log(workspaceId, ["key.create", "key.revoke"]);
    const { head } = await checkAuditChain(engine.db, workspaceId);
    if (head === undefined) throw new Error("a chain of two entries has a head");
    expect(await holdsLink(engine.db, workspaceId, head)).toBe(true);
    await tamper(
      `delete from audit_entry where action = 'key.revoke' and workspace_id = ${workspaceId}; delete from audit_chain where position = 2 and workspace_id = ${workspaceId}`,
    );
    expect(await checkAuditChain(engine.db, workspaceId)).toMatchObject({ entries: 1, broken: undefined });
    expect(await holdsLink(engine.db, workspaceId, head)).toBe(false);
    await log(workspaceId, ["person.note"]);
    expect(await holdsLink(engine.db, workspaceId, head)).toBe(false);
  });

  test("cannot be changed, not even by the database's owner", async () => {
    for (const statement of ["update audit_chain set position = position", "delete from audit_chain", "truncate audit_chain"])
      await expect(engine.db.unsafe(statement)).rejects.toThrow("the audit log is append-only");
  });
});

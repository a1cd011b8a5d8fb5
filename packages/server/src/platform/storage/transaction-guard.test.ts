import type postgres from "postgres";
import { expect, test } from "vitest";
import { troubleOf } from "../http/dependency-fault.ts";
import { createTransactionGuard } from "./transaction-guard.ts";

test.each([
  ["its connection was lost", Object.assign(new Error("write CONNECTION_CLOSED"), { code: "CONNECTION_CLOSED" }), "unavailable"],
  ["its work failed", new Error("no such tier"), "other"],
  ["it is done", undefined, "other"],
])("what is asked of a transaction after %s is refused, and says so", async (_, cause, trouble) => {
  const asked: string[] = [];
  // Only a tag that notes what it is asked: what matters is that nothing reaches it any more.
  const tx = Object.assign((strings: TemplateStringsArray) => void asked.push(strings.join("?")), {}) as unknown as postgres.TransactionSql;
  const guard = createTransactionGuard();
  const kept = await guard.run(tx, (guarded) => {
    void guarded`select 1`;
    return Promise.resolve(() => guarded`select 2`);
  });
  guard.end(cause);
  guard.end();
  const refusal = await Promise.resolve()
    .then(kept)
    .then(
      () => undefined,
      (error: unknown) => error,
    );
  expect([String(refusal), troubleOf(refusal)]).toEqual(["Error: the transaction is over", trouble]);
  expect(asked).toEqual(["select 1"]);
});

import type { Tx } from "../../platform/storage/postgres.ts";
import type { ConsentDeps } from "./consent.commands.ts";
import { insertFacts } from "./consent.store.ts";
import type { Withdrawal } from "./consent-doors.ts";
import { factOf } from "./observe.ts";

/** Writes what people took back into the ledger; what stands there already stays. */
export async function withdraw(
  deps: Pick<ConsentDeps, "privacy" | "nowMs">,
  tx: Tx,
  workspaceId: number,
  withdrawals: readonly Withdrawal[],
): Promise<void> {
  const facts = withdrawals.flatMap(({ originIds, purpose, channel, atMs, evidence }) =>
    originIds.map((originId) =>
      factOf(
        deps,
        { workspaceId, originId, actor: "" },
        { purpose, channel, state: "withdrawn", atMs, source: "server", textKey: "", textVersion: 0, evidence },
      ),
    ),
  );
  await insertFacts(tx, facts, new Date(deps.nowMs()));
}

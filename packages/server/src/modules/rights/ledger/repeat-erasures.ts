import { behindLedger, ledgerOf, type Ledger, type LedgerEntry } from "@terrace/domain/rights/erasure-ledger";
import { inTransaction, type Db, type Tx } from "../../../platform/storage/postgres.ts";
import type { AccessModule } from "../../access/module.ts";
import type { PeopleModule } from "../../people/module.ts";
import type { PrivacyModule } from "../../privacy/module.ts";
import { admitErasedIds, lockDenyList } from "../deny.store.ts";
import { beginErasure } from "../erasure.commands.ts";
import { loadDenyList, loadWorkspacesAmong, passErasureNumber } from "./ledger.store.ts";

export type RepeatDeps = {
  readonly db: Db;
  readonly privacy: PrivacyModule;
  readonly people: Pick<PeopleModule, "lockIdsOfPeople" | "forgetTerms">;
  readonly audit: AccessModule["audit"];
  readonly nowMs: () => number;
  readonly randomBytes: (count: number) => Uint8Array;
};

/** What was done again: erasures, their ids, ids let in again; and ids that had been let in after an erasure that is only now done again. */
export type Repeated = { readonly erasures: number; readonly ids: number; readonly admitted: number; readonly toAdmit: number };

/**
 * Does again in a restored database what happened to people after its backup: whoever was erased is refused and their keys are destroyed, in
 * one transaction; the rest goes piece by piece once Terrace runs. Exactly the ids of then are erased, whoever they belong to in the backup.
 */
export async function repeatErasures(deps: RepeatDeps, ledger: Ledger, backupMadeAtMs: number): Promise<Repeated> {
  return inTransaction(deps.db, async (tx) => {
    await lockDenyList(tx);
    const { erase, admit } = behindLedger(ledgerOf(await loadDenyList(tx)), ledger);
    const entries = [...erase, ...admit];
    const workspaces = await loadWorkspacesAmong(tx, [...new Set(entries.map(({ workspaceId }) => workspaceId))]);
    const here = ({ workspaceId }: LedgerEntry): boolean => workspaces.has(workspaceId);
    const newest = [...ledger.values()].reduce((most, { erasureId }) => (BigInt(erasureId) > most ? BigInt(erasureId) : most), 1n);
    await passErasureNumber(tx, newest.toString());
    const groups = Map.groupBy(erase.filter(here), ({ workspaceId, erasureId }) => `${workspaceId}-${erasureId}`);
    for (const [number, group] of groups) await repeatOne(deps, tx, { number, group, backupMadeAtMs });
    let admitted = 0;
    for (const entry of admit.filter(here))
      admitted += await admitErasedIds(tx, entry.workspaceId, [entry.originId], entry.admittedFromMs ?? deps.nowMs());
    const erased = erase.filter(here);
    return {
      erasures: groups.size,
      ids: erased.length,
      admitted,
      toAdmit: erased.filter(({ admittedFromMs }) => admittedFromMs !== null).length,
    };
  });
}

type Again = { readonly number: string; readonly group: readonly LedgerEntry[]; readonly backupMadeAtMs: number };

async function repeatOne(deps: RepeatDeps, tx: Tx, { number, group, backupMadeAtMs }: Again): Promise<void> {
  const [first] = group;
  if (first === undefined) return;
  const { workspaceId, erasedAtMs } = first;
  const ids = group.map(({ originId }) => originId);
  const erased = new Set(ids);
  const owned = (await deps.people.lockIdsOfPeople(tx, workspaceId, ids)).filter(({ originId }) => erased.has(originId));
  const known = new Set(owned.map(({ originId }) => originId));
  const people = new Map(
    [...Map.groupBy(owned, ({ personId }) => personId)].map(([personId, own]) => [personId, own.map(({ originId }) => originId)]),
  );
  const repeats = { number, erasedAt: new Date(erasedAtMs).toISOString(), backupOf: new Date(backupMadeAtMs).toISOString() };
  await beginErasure(
    deps,
    tx,
    { workspaceId, actor: "terrace restore", ip: "" },
    {
      people,
      strangers: ids.filter((originId) => !known.has(originId)),
      reason: `repeats ${number} of ${repeats.erasedAt} after a restore`,
      repeats,
    },
  );
}

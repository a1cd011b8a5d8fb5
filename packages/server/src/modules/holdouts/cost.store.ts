import type { ProgramCost } from "@terrace/contract/api/program-costs";
import type { HoldoutScope, ProgramKind } from "@terrace/domain/holdouts/holdout";
import type { Db, Tx } from "../../platform/storage/postgres.ts";

type Row = {
  readonly id: string;
  readonly kind: ProgramKind;
  readonly key: string;
  readonly at: Date;
  readonly amountMinor: string;
};

/** Books costs that are not there yet, of an id that comes twice the first; answers the ids of those that were not. */
export async function insertCosts(tx: Tx, workspaceId: number, costs: readonly ProgramCost[]): Promise<readonly string[]> {
  const rows = costs.map(({ id, program, at, amountMinor }) => ({
    workspace_id: workspaceId,
    cost_id: id,
    kind: program.kind,
    key: program.key,
    at: new Date(at),
    amount_minor: amountMinor,
  }));
  const booked = await tx<{ id: string }[]>`insert into program_cost ${tx(rows)} on conflict do nothing returning cost_id as id`;
  return booked.map(({ id }) => id);
}

/** Costs of programs of a scope, in a time whose end is no part of it. */
export type CostSpan = { readonly scope: HoldoutScope; readonly from: Date; readonly to: Date | null };

type CostPage = {
  readonly span?: CostSpan | undefined;
  readonly kind?: ProgramKind | undefined;
  readonly key?: string | undefined;
  readonly before?: { readonly at: Date; readonly id: string } | undefined;
  readonly limit: number;
};

/** Costs, the newest first. */
export async function loadCosts(
  db: Db,
  workspaceId: number,
  { span, kind, key, before, limit }: CostPage,
): Promise<readonly ProgramCost[]> {
  const rows = await db<Row[]>`
    select cost_id as id, kind, key, at, amount_minor as "amountMinor" from program_cost
    where workspace_id = ${workspaceId}
      ${kind === undefined ? db`` : db`and kind = ${kind}`} ${key === undefined ? db`` : db`and key = ${key}`}
      ${span === undefined ? db`` : db`and at >= ${span.from} ${span.to === null ? db`` : db`and at < ${span.to}`} ${inScope(db, span.scope)}`}
      ${before === undefined ? db`` : db`and (at, cost_id) < (${before.at}, ${before.id})`}
    order by at desc, cost_id desc limit ${limit}`;
  return rows.map(({ id, at, amountMinor, ...program }) => ({
    id,
    program: { kind: program.kind, key: program.key },
    at: at.toISOString(),
    amountMinor: Number(amountMinor),
  }));
}

export async function deleteCost(tx: Tx, workspaceId: number, id: string): Promise<boolean> {
  return (await tx`delete from program_cost where workspace_id = ${workspaceId} and cost_id = ${id}`).count === 1;
}

/** What programs of a scope cost in a time, its end not part of it; minor units. */
export async function sumCosts(
  db: Db,
  workspaceId: number,
  { scope, from, to }: { readonly scope: HoldoutScope; readonly from: Date; readonly to: Date },
): Promise<number> {
  const [row] = await db<{ sum: string }[]>`
    select coalesce(sum(amount_minor), 0)::text as sum from program_cost
    where workspace_id = ${workspaceId} and at >= ${from} and at < ${to} ${inScope(db, scope)}`;
  return Number(row?.sum ?? 0);
}

function inScope(db: Db, scope: HoldoutScope) {
  if (scope === "everything") return db``;
  return db`and exists (
    select 1 from jsonb_to_recordset(${db.json(scope.map((one) => ({ ...one })))}) as s (kind text, key text)
    where s.kind = program_cost.kind and (s.key is null or s.key = program_cost.key))`;
}

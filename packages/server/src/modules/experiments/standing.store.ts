import type { ExperimentState } from "@terrace/domain/experiments/experiment";
import type { HeldSplit, KeptStandings } from "@terrace/domain/experiments/standing";
import type { Db, Tx } from "../../platform/storage/postgres.ts";

type StandingRow = {
  readonly id: string;
  readonly key: string;
  readonly state: ExperimentState;
  readonly decided: string | null;
  readonly tellsGiven: boolean;
  readonly isUndecided: boolean;
  readonly movedAt: Date | null;
  readonly split: HeldSplit | null;
  readonly weights: Readonly<Record<string, number>> | null;
  readonly period: number | null;
};

/** What flags have to know of all experiments of a workspace, by their keys. */
export async function loadStandings(sql: Db | Tx, workspaceId: number): Promise<KeptStandings> {
  const rows = await sql<StandingRow[]>`
    select experiment_id as id, key, state, case when decision = 'take' then decided_variant end as decided, tells_given as "tellsGiven", split,
      state = 'stopped' and coalesce(decision, 'none') = 'none' as "isUndecided",
      (select max(at) from experiment_step s where s.workspace_id = e.workspace_id and s.experiment_id = e.experiment_id) as "movedAt",
      (select json_object_agg(v, part) from unnest(p.variants, p.parts) as u (v, part)) as weights, p.period
    from experiment e left join lateral (
      select variants, parts, period from experiment_period
      where workspace_id = e.workspace_id and experiment_id = e.experiment_id order by period desc limit 1) p on true
    where workspace_id = ${workspaceId}`;
  return new Map(
    rows.map(({ key, decided, movedAt, split, weights, period, ...row }) => [
      key,
      {
        ...row,
        ...(decided === null ? {} : { decided }),
        ...(movedAt === null ? {} : { movedAt }),
        ...(split === null ? {} : { split }),
        ...(weights === null || period === null ? {} : { weights, period }),
      },
    ]),
  );
}

/** Keeps how rules split people, until the experiment is over. */
export async function saveSplit(tx: Tx, workspaceId: number, key: string, { arms, ...split }: HeldSplit): Promise<void> {
  await tx`update experiment set split = ${tx.json({ arms: [...arms], ...split })} where workspace_id = ${workspaceId} and key = ${key}`;
}

/** Sealed definitions of those of some experiments that are kept. */
export async function loadDefinitions(
  sql: Db | Tx,
  workspaceId: number,
  keys: readonly string[],
): Promise<readonly { readonly key: string; readonly definition: Uint8Array }[]> {
  return sql`select key, definition from experiment where workspace_id = ${workspaceId} and key = any(${[...keys]}::text[])`;
}

import type { TraitUnit } from "@terrace/domain/computed/trait-unit";
import type { Db, Tx } from "../../../platform/storage/postgres.ts";
import type { PassWhy, Stage } from "../live/rule.store.ts";

export const COMPUTED_MAX = 50;

/** How far a computed trait is: it waits for counters, is being reckoned of everyone, or is live. */
export type ComputedStage = { readonly stage: Stage; readonly why: PassWhy; readonly passed: string };

export type ComputedRow = ComputedStage & {
  readonly id: string;
  readonly key: string;
  readonly nameZh: string;
  readonly nameEn: string;
  readonly unit: TraitUnit;
  /** Sealed. */
  readonly definition: Uint8Array;
  readonly liveAt: Date | null;
  readonly failedAt: Date | null;
  readonly changedAt: Date | null;
  readonly lags: readonly number[];
  readonly createdAt: Date;
  readonly createdBy: string;
  readonly updatedAt: Date;
};

/** Computed traits of a workspace, or the one with a key, in the order in which they were made. */
export async function loadComputedTraits(db: Db | Tx, workspaceId: number, key?: string): Promise<readonly ComputedRow[]> {
  return db<ComputedRow[]>`
    select trait_id as id, key, name_zh as "nameZh", name_en as "nameEn", unit, definition, stage, why, passed, live_at as "liveAt", failed_at as "failedAt",
      changed_at as "changedAt", lags, created_at as "createdAt", created_by as "createdBy", updated_at as "updatedAt"
    from computed_trait where workspace_id = ${workspaceId} ${key === undefined ? db`` : db`and key = ${key}`} order by trait_id limit 1000`;
}

/** Where each computed trait of a workspace stands. */
export async function loadComputedStages(tx: Tx, workspaceId: number): Promise<ReadonlyMap<string, ComputedStage>> {
  const rows = await tx<(ComputedStage & { readonly id: string })[]>`
    select trait_id as id, stage, why, passed from computed_trait where workspace_id = ${workspaceId} order by trait_id limit 1000`;
  return new Map(rows.map(({ id, stage, why, passed }) => [id, { stage, why, passed }]));
}

export type SavedTrait = Pick<ComputedRow, "key" | "nameZh" | "nameEn" | "unit" | "definition"> & {
  readonly at: Date;
  readonly by: string;
  /** Whether it is reckoned in another way than before. */
  readonly isReckonedAnew: boolean;
};

/** Makes a computed trait, or changes the one with its key. While it was never live, this is still the making of it. */
export async function saveComputedTrait(tx: Tx, workspaceId: number, row: SavedTrait): Promise<void> {
  await tx`
    insert into computed_trait as t (workspace_id, key, name_zh, name_en, unit, definition, stage, why, created_at, created_by, updated_at)
    values (${workspaceId}, ${row.key}, ${row.nameZh}, ${row.nameEn}, ${row.unit}, ${row.definition}, 'filling', 'build', ${row.at}, ${row.by}, ${row.at})
    on conflict (workspace_id, key) do update set name_zh = excluded.name_zh, name_en = excluded.name_en, unit = excluded.unit,
      definition = excluded.definition, updated_at = excluded.updated_at
      ${row.isReckonedAnew ? tx`, stage = 'filling', passed = 0, failed_at = null, why = case when t.live_at is null then 'build' else 'rule' end` : tx``}`;
}

export async function deleteComputedTrait(tx: Tx, workspaceId: number, id: string): Promise<void> {
  await tx`delete from computed_trait where workspace_id = ${workspaceId} and trait_id = ${id}`;
}

/** Begins a stage of some computed traits. */
export async function setComputedStage(
  tx: Tx,
  workspaceId: number,
  { ids, stage, at }: { readonly ids: readonly string[]; readonly stage: Stage; readonly at: Date },
): Promise<void> {
  if (ids.length === 0) return;
  await tx`
    update computed_trait set stage = ${stage}, passed = 0, failed_at = null, live_at = case when ${stage} = 'live' then coalesce(live_at, ${at}) else live_at end
    where workspace_id = ${workspaceId} and trait_id = any(${[...ids]}::bigint[])`;
}

/** Has everyone looked at again: what traits are reckoned from was counted anew. */
export async function settleComputedAnew(tx: Tx, workspaceId: number): Promise<void> {
  await tx`
    update computed_trait set why = case when stage = 'live' then 'refill' else why end, passed = 0, stage = 'settling'
    where workspace_id = ${workspaceId} and stage <> 'filling'`;
}

export async function saveComputedPassed(tx: Tx, workspaceId: number, ids: readonly string[], passed: string): Promise<void> {
  if (ids.length === 0) return;
  await tx`update computed_trait set passed = ${passed} where workspace_id = ${workspaceId} and trait_id = any(${[...ids]}::bigint[])`;
}

/** Notes that the event engine refused to count; it is asked again. */
export async function noteComputedFailed(db: Db, workspaceId: number, at: Date): Promise<void> {
  await db`update computed_trait set failed_at = ${at} where workspace_id = ${workspaceId} and stage = 'filling'`;
}

/** Lags that are kept of a trait. */
const LAGS_KEPT = 100;

/** Notes that values changed, and how long after the events that led to it, by trait. */
export async function saveComputedLags(tx: Tx, workspaceId: number, lags: ReadonlyMap<string, readonly number[]>, at: Date): Promise<void> {
  if (lags.size === 0) return;
  const newest = Object.fromEntries([...lags].map(([id, own]) => [id, own.slice(-LAGS_KEPT)]));
  await tx`
    update computed_trait t set changed_at = ${at}, lags = (t.lags || n.lags)[greatest(1, cardinality(t.lags) + cardinality(n.lags) + 1 - ${LAGS_KEPT}::integer):]
    from (select key::bigint as id, array(select jsonb_array_elements_text(value)::integer) as lags from jsonb_each(${JSON.stringify(newest)}::text::jsonb)) n
    where t.workspace_id = ${workspaceId} and t.trait_id = n.id`;
}

import type { Combination } from "@terrace/domain/segments/combination";
import type { StandingSchedule } from "@terrace/domain/segments/standing";
import type { Db, Tx } from "../../../platform/storage/postgres.ts";

/** A segment is filling while something it asks for is not counted yet, settling while everyone is evaluated once, live from then on. */
export type Stage = "filling" | "settling" | "live";
/** Why everyone is evaluated: the segment was made, its rule changed, or what was counted is counted anew. */
export type PassWhy = "build" | "rule" | "refill";

export type RuleRow = {
  readonly segmentId: string;
  readonly name: string;
  /** Sealed. */
  readonly condition: Uint8Array;
  /** What the condition is made of; null for a rule. */
  readonly combination: Combination | null;
  readonly stage: Stage;
  readonly why: PassWhy;
  readonly passed: string;
  /** What members have by it. */
  readonly gives: { readonly tag?: string; readonly trait?: string };
  /** Its members are still to be found by one query. */
  readonly wantsBuild: boolean;
  /** When its leaves about all people are reckoned; null goes by the default. */
  readonly schedule: StandingSchedule | null;
  /** Segments that stand for these leaves, in their order. */
  readonly standings: readonly string[];
};

/** Rules of a workspace, those put away too: their members stay right. */
export async function loadRules(db: Db | Tx, workspaceId: number): Promise<readonly RuleRow[]> {
  return db<RuleRow[]>`
    select r.segment_id as "segmentId", s.name, r.condition, r.combination, r.stage, r.why, r.passed, r.wants_build as "wantsBuild", r.schedule, r.standings, json_strip_nulls(json_build_object('tag', t.tag, 'trait', '$' || c.key)) as gives
    from segment_rule r join segment s on s.segment_id = r.segment_id
    left join tag_rule t on t.workspace_id = ${workspaceId} and t.segment_id = r.segment_id
    left join class_value v on v.workspace_id = ${workspaceId} and v.segment_id = r.segment_id
    left join person_class c on c.workspace_id = ${workspaceId} and c.class_id = v.class_id
    where r.workspace_id = ${workspaceId} order by r.segment_id limit 10000`;
}

export type RuleStage = Pick<RuleRow, "stage" | "why" | "passed">;

/** Where each rule of a workspace stands. */
export async function loadStages(tx: Tx, workspaceId: number): Promise<ReadonlyMap<string, RuleStage>> {
  const rows = await tx<(RuleStage & { readonly id: string })[]>`
    select segment_id as id, stage, why, passed from segment_rule where workspace_id = ${workspaceId} order by segment_id limit 10000`;
  return new Map(rows.map(({ id, stage, why, passed }) => [id, { stage, why, passed }]));
}

export type RuleState = Omit<RuleRow, "segmentId" | "name" | "gives"> & {
  readonly liveAt: Date | null;
  /** When its members were found by one query. */
  readonly builtAt: Date | null;
  readonly lags: readonly number[];
  readonly changedAt: Date | null;
  /** How its standings are; null where it has none. */
  readonly reckoned: {
    readonly asOf: string | null;
    readonly nextAt: string;
    readonly failedAt: string | null;
    readonly lagMs: number | null;
  } | null;
};

function stateColumns(db: Db | Tx) {
  return db`condition, combination, stage, why, passed, wants_build as "wantsBuild", live_at as "liveAt", built_at as "builtAt", lags, changed_at as "changedAt", schedule, standings,
    (select json_build_object('asOf', case when bool_and(t.as_of is not null) then min(t.as_of) end, 'nextAt', min(t.next_at), 'failedAt', min(t.failed_at), 'lagMs', max(t.lag_ms))
      from segment_standing t where t.workspace_id = segment_rule.workspace_id and t.segment_id = any(standings) having count(*) > 0) as reckoned`;
}

export async function findRule(db: Db | Tx, workspaceId: number, segmentId: string): Promise<RuleState | undefined> {
  const [row] = await db<RuleState[]>`
    select ${stateColumns(db)} from segment_rule where workspace_id = ${workspaceId} and segment_id = ${segmentId}`;
  return row;
}

/** The rules of some segments. */
export async function loadRulesOf(
  db: Db | Tx,
  workspaceId: number,
  segmentIds: readonly string[],
): Promise<ReadonlyMap<string, RuleState>> {
  const rows = await db<(RuleState & { readonly id: string })[]>`
    select segment_id as id, ${stateColumns(db)} from segment_rule
    where workspace_id = ${workspaceId} and segment_id = any(${[...segmentIds]}::bigint[])`;
  return new Map(rows.map((row) => [row.id, row]));
}

export async function insertRule(
  tx: Tx,
  workspaceId: number,
  rule: Pick<RuleRow, "segmentId" | "condition" | "combination"> & Partial<Pick<RuleRow, "schedule">>,
): Promise<void> {
  await tx`
    insert into segment_rule (segment_id, workspace_id, condition, combination, schedule, stage, why)
    values (${rule.segmentId}, ${workspaceId}, ${rule.condition}, ${told(rule.combination)}::text::jsonb, ${told(rule.schedule ?? null)}::text::jsonb, 'filling', 'build')`;
}

/** Gives a segment another rule. While it was never live, this is still the making of it. */
export async function changeRule(
  tx: Tx,
  workspaceId: number,
  {
    segmentId,
    condition,
    combination,
    schedule = null,
  }: Pick<RuleRow, "segmentId" | "condition" | "combination"> & Partial<Pick<RuleRow, "schedule">>,
): Promise<void> {
  await tx`
    update segment_rule set condition = ${condition}, combination = ${told(combination)}::text::jsonb, schedule = ${told(schedule)}::text::jsonb, stage = 'filling', passed = 0, wants_build = true, built_at = null, why = case when live_at is null then 'build' else 'rule' end
    where workspace_id = ${workspaceId} and segment_id = ${segmentId}`;
}

function told(combination: Combination | StandingSchedule | null): string | null {
  return combination === null ? null : JSON.stringify(combination);
}

/** Begins a stage of some segments. Those that wait for counters once more are built once more: what they ask for means something else now. */
export async function setStage(
  tx: Tx,
  workspaceId: number,
  { segmentIds, stage, at }: { readonly segmentIds: readonly string[]; readonly stage: Stage; readonly at: Date },
): Promise<void> {
  if (segmentIds.length === 0) return;
  await tx`
    update segment_rule set stage = ${stage}, passed = 0, wants_build = ${stage} = 'filling', live_at = case when ${stage} = 'live' then coalesce(live_at, ${at}) else live_at end
    where workspace_id = ${workspaceId} and segment_id = any(${[...segmentIds]}::bigint[])`;
}

/** Has everyone evaluated again for live segments: what they ask for was counted anew. */
export async function settleAnew(tx: Tx, workspaceId: number): Promise<void> {
  await tx`
    update segment_rule set why = case when stage = 'live' then 'refill' else why end, passed = 0, stage = case when stage = 'live' then 'settling' else stage end
    where workspace_id = ${workspaceId} and stage <> 'filling'`;
}

export async function savePassed(tx: Tx, workspaceId: number, segmentIds: readonly string[], passed: string): Promise<void> {
  await tx`update segment_rule set passed = ${passed} where workspace_id = ${workspaceId} and segment_id = any(${[...segmentIds]}::bigint[])`;
}

/** Lags that are kept of a segment. */
const LAGS_KEPT = 100;

/** Notes how long changes took, by segment. */
export async function saveLags(tx: Tx, workspaceId: number, lags: ReadonlyMap<string, readonly number[]>, at: Date): Promise<void> {
  const newest = Object.fromEntries([...lags].map(([id, own]) => [id, own.slice(-LAGS_KEPT)]));
  await tx`
    update segment_rule r set changed_at = ${at}, lags = (r.lags || n.lags)[greatest(1, cardinality(r.lags) + cardinality(n.lags) + 1 - ${LAGS_KEPT}::integer):]
    from (select key::bigint as id, array(select jsonb_array_elements_text(value)::integer) as lags from jsonb_each(${JSON.stringify(newest)}::text::jsonb)) n
    where r.workspace_id = ${workspaceId} and r.segment_id = n.id`;
}

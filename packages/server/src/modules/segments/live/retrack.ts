import type { PersonCondition } from "@terrace/domain/conditions/condition";
import { ruleNamesTrait } from "@terrace/domain/computed/trait-uses";
import { behaviourLeavesOf, trackerKey, trackerOf, type TrackerPlace } from "@terrace/domain/segments/tracker";
import { keysOfComputed } from "../computed/computed-plan.ts";
import { loadDropped } from "../classes/dropped-trait.store.ts";
import { loadComputedTraits, setComputedStage, settleComputedAnew, type ComputedRow } from "../computed/computed.store.ts";
import { traitOfComputed } from "@terrace/domain/traits/computed-traits";
import { sealText } from "../../../platform/sealed-text.ts";
import type { Tx } from "../../../platform/storage/postgres.ts";
import { deleteEngine, keepFromEvaluating, loadEngine, lockEngine, openEngine, saveEngine } from "./engine.store.ts";
import type { LiveDeps } from "./live-deps.ts";
import { asksTags, asksTraits, storedCondition, trackerOfSpec } from "./live-plan.ts";
import { loadRules, setStage, settleAnew, type RuleRow } from "./rule.store.ts";
import { findScoring } from "../rfm/rfm.store.ts";
import { keepStandings } from "../standings/keep-standings.ts";
import { beginFill, deleteTrackers, dropIdleFills, endFills, holdCounting, insertTracker, loadTrackers } from "./tracker.store.ts";

/** The consumer of the feed that counts events. */
export const COUNTING = "segments";

type Asked = { readonly row: RuleRow; readonly condition: PersonCondition; readonly keys: readonly string[] };

/** What the workspace's zone and virtual events are now: trackers depend on them. */
export async function placeOf(deps: LiveDeps, workspaceId: number): Promise<TrackerPlace> {
  const [zone, virtuals] = await Promise.all([deps.timeZone(workspaceId), deps.virtualEvents(workspaceId)]);
  return { zone, virtuals: virtuals.map(({ name, matcher }) => ({ name, matcher })) };
}

/**
 * Waits for whoever evaluates and counts in a workspace, and keeps them from it until the transaction ends. Call it before a change of rules writes
 * anything: they take these locks first and write the same rows after, so that the other way round each would wait for the other.
 */
export async function stopEngine(tx: Tx, workspaceId: number): Promise<void> {
  await keepFromEvaluating(tx, workspaceId);
  await holdCounting(tx, COUNTING);
  await lockEngine(tx, workspaceId);
}

export type Retracking = {
  readonly place: TrackerPlace;
  /** Everything is counted again: events were taken away. What was counted before serves until that is done. */
  readonly anew?: boolean;
  /** Fills that are done. */
  readonly filled?: readonly string[];
};

/**
 * Makes what is counted in a workspace what its rules ask for: call it in the transaction that changed a rule, or when the place changed. What is
 * asked for the first time is filled first; rules that wait for nothing settle. What gives a trait that is still being taken away from those who had it
 * before waits, too.
 */
export async function retrack(deps: LiveDeps, tx: Tx, workspaceId: number, { place, anew = false, filled }: Retracking): Promise<void> {
  // In the order in which the counting consumer takes them.
  const ends = await holdCounting(tx, COUNTING);
  await openEngine(tx, workspaceId, place);
  await lockEngine(tx, workspaceId);
  // Days begin at other instants: what is asked of them may be answered otherwise even where nothing is counted by them.
  const isElsewhere = (await loadEngine(tx, workspaceId))?.place.zone !== place.zone;
  const asked = (await loadRules(tx, workspaceId)).map((row) => askedBy(deps, workspaceId, row, place));
  const computed = (await loadComputedTraits(tx, workspaceId)).map((row) => ({ row, keys: keysOfComputed(deps, workspaceId, row, place) }));
  if (asked.length === 0 && computed.length === 0 && (await findScoring(tx, workspaceId)) === undefined)
    return deleteEngine(tx, workspaceId);
  const unreckoned = await keepStandings(deps, tx, workspaceId, {
    rules: asked.map(({ row, condition }) => ({ ...row, condition })),
    place,
    anew,
  });
  if (filled !== undefined) await endFills(tx, workspaceId, filled);
  const wanted = new Set([...asked, ...computed].flatMap(({ keys }) => keys));
  const kept = await keepAsked(deps, tx, workspaceId, wanted);
  if (kept.replaced || isElsewhere) {
    await settleAnew(tx, workspaceId);
    await settleComputedAnew(tx, workspaceId);
  }
  const fresh = [...wanted].filter((key) => anew || !kept.fillOf.has(key));
  if (fresh.length > 0) {
    const fillId = await beginFill(tx, workspaceId, ends);
    for (const key of fresh) await insertTracker(tx, workspaceId, sealText(deps.privacy, key), fillId);
  }
  const isCounted = ({ keys }: { readonly keys: readonly string[] }): boolean => keys.every((key) => kept.fillOf.get(key) === null);
  // Until its values are gone from everyone, a trait that was deleted neither comes back nor is asked about.
  const dropped = new Set((await loadDropped(tx, workspaceId)).map(({ trait }) => trait));
  const isLeft = (condition: PersonCondition): boolean => ![...dropped].some((trait) => ruleNamesTrait(condition, trait));
  const stages = asked.map((one) => ({
    row: one.row,
    counted: isCounted(one) && !dropped.has(one.row.gives.trait ?? "") && isLeft(one.condition),
    reckoned: !unreckoned.has(one.row.segmentId),
  }));
  await restage(deps, tx, workspaceId, stages);
  await restageComputed(
    deps,
    tx,
    workspaceId,
    computed.map((one) => ({ row: one.row, counted: isCounted(one) && !dropped.has(traitOfComputed(one.row.key)) })),
  );
  await saveEngine(tx, workspaceId, {
    place,
    asksTraits: asked.some(({ condition }) => asksTraits(condition)),
    asksTags: asked.some(({ condition }) => asksTags(condition)),
  });
}

/** Has everything that is counted in a workspace counted anew, if anything is. */
export async function recount(deps: LiveDeps, tx: Tx, workspaceId: number): Promise<void> {
  const engine = await loadEngine(tx, workspaceId);
  if (engine !== undefined) await retrack(deps, tx, workspaceId, { place: engine.place, anew: true });
}

function askedBy(deps: LiveDeps, workspaceId: number, row: RuleRow, place: TrackerPlace): Asked {
  const condition = storedCondition(deps, workspaceId, row.condition);
  return { row, condition, keys: behaviourLeavesOf(condition).map((leaf) => trackerKey(trackerOf(leaf, place))) };
}

type Kept = {
  /** The fill that what counts a key waits for; null for none. */
  readonly fillOf: ReadonlyMap<string, string | null>;
  /** Whether something counted anew took the place of what was counted before. */
  readonly replaced: boolean;
};

/** Drops trackers that nobody asks for, and those in whose place others count now. */
async function keepAsked(deps: LiveDeps, tx: Tx, workspaceId: number, wanted: ReadonlySet<string>): Promise<Kept> {
  const byKey = Map.groupBy(await loadTrackers(tx, workspaceId), ({ spec }) => trackerOfSpec(deps, spec).key);
  const fillOf = new Map<string, string | null>();
  const idle: string[] = [];
  let replaced = false;
  for (const [key, rows] of byKey) {
    const filled = rows.filter(({ fillId }) => fillId === null);
    const before = wanted.has(key) ? filled.slice(0, -1) : rows;
    replaced ||= wanted.has(key) && before.length > 0;
    idle.push(...before.map(({ id }) => id));
    const counting = filled.at(-1) ?? rows.at(-1);
    if (wanted.has(key) && counting !== undefined) fillOf.set(key, counting.fillId);
  }
  await deleteTrackers(tx, workspaceId, idle);
  await dropIdleFills(tx, workspaceId);
  return { fillOf, replaced };
}

type StagedRule = { readonly row: RuleRow; readonly counted: boolean; readonly reckoned: boolean };

/**
 * Who waits for counters or standings is filling; who has them and was built settles, together with all that can be built: everyone is looked at once for them all.
 */
async function restage(deps: LiveDeps, tx: Tx, workspaceId: number, rules: readonly StagedRule[]): Promise<void> {
  const idsOf = (stay: (rule: StagedRule) => boolean): readonly string[] => rules.filter(stay).map(({ row }) => row.segmentId);
  const at = new Date(deps.nowMs());
  const isBuilding = rules.some(({ row, reckoned }) => row.stage === "filling" && row.wantsBuild && reckoned);
  const ready = isBuilding ? [] : idsOf(({ row, counted, reckoned }) => row.stage === "filling" && counted && reckoned);
  await setStage(tx, workspaceId, { segmentIds: ready, stage: "settling", at });
  const waiting = idsOf(({ row, counted, reckoned }) => row.stage !== "filling" && !(counted && reckoned));
  await setStage(tx, workspaceId, { segmentIds: waiting, stage: "filling", at });
}

/** The same of computed traits, which nothing needs to build. */
async function restageComputed(
  deps: LiveDeps,
  tx: Tx,
  workspaceId: number,
  traits: readonly { readonly row: ComputedRow; readonly counted: boolean }[],
): Promise<void> {
  const at = new Date(deps.nowMs());
  const idsOf = (isOne: (row: ComputedRow, counted: boolean) => boolean): readonly string[] =>
    traits.filter(({ row, counted }) => isOne(row, counted)).map(({ row }) => row.id);
  await setComputedStage(tx, workspaceId, { ids: idsOf(({ stage }, counted) => stage === "filling" && counted), stage: "settling", at });
  await setComputedStage(tx, workspaceId, { ids: idsOf(({ stage }, counted) => stage !== "filling" && !counted), stage: "filling", at });
}

import type { PersonCondition } from "@terrace/domain/conditions/condition";
import { DEFAULT_SCHEDULE, populationLeavesOf, standingKey, standingOf, type StandingSchedule } from "@terrace/domain/segments/standing";
import type { TrackerPlace } from "@terrace/domain/segments/tracker";
import { faultError } from "../../../platform/http/fault-error.ts";
import { openText, sealText } from "../../../platform/sealed-text.ts";
import type { Tx } from "../../../platform/storage/postgres.ts";
import type { LiveDeps } from "../live/live-deps.ts";
import { insertSegment, markCopied } from "../segment.store.ts";
import { dropStandings, hurryStandings, insertStanding, loadStandings, saveRuleStandings } from "./standing.store.ts";

/** Standings of a workspace: each puts everyone in order. */
export const STANDINGS_MAX = 100;

/** A rule as it asks for standings; its condition is in the stored form. */
export type StandingRule = {
  readonly segmentId: string;
  readonly condition: PersonCondition;
  readonly schedule: StandingSchedule | null;
  readonly standings: readonly string[];
};

/**
 * Makes the standings of a workspace those that its rules ask for; answers the segments of each rule's leaves that were never reckoned. Throws
 * `segment.too_many_standings`.
 */
export async function keepStandings(
  deps: LiveDeps,
  tx: Tx,
  workspaceId: number,
  { rules, place, anew }: { readonly rules: readonly StandingRule[]; readonly place: TrackerPlace; readonly anew: boolean },
): Promise<ReadonlySet<string>> {
  const at = new Date(deps.nowMs());
  const asked = rules.map((rule) => ({ rule, keys: keysOf(rule, place) }));
  const wanted = new Set(asked.flatMap(({ keys }) => keys));
  const stored = await loadStandings(tx, workspaceId);
  if (wanted.size === 0 && stored.length === 0) return new Set();
  const known = new Map(stored.map((row) => [openText(deps.privacy, row.spec), row]));
  const idle = [...known].flatMap(([key, row]) => (wanted.has(key) ? [] : [row.segmentId]));
  const fresh = [...wanted].filter((key) => !known.has(key));
  if (fresh.length > 0 && wanted.size > STANDINGS_MAX)
    throw faultError("segment.too_many_standings", {
      mend: `A workspace asks at most ${STANDINGS_MAX} different questions about all people; take some out of segments not in use`,
    });
  await dropStandings(tx, workspaceId, idle);
  if (anew) await hurryStandings(tx, workspaceId, at);
  const segments = new Map([...known].map(([key, { segmentId }]) => [key, segmentId]));
  for (const key of fresh) segments.set(key, await makeStanding(deps, tx, workspaceId, { key, at }));
  for (const { rule, keys } of asked) {
    const own = keys.map((key) => segments.get(key) ?? "");
    if (own.join() !== rule.standings.join()) await saveRuleStandings(tx, workspaceId, rule.segmentId, own);
  }
  const waiting = new Set([...fresh, ...[...known].flatMap(([key, { asOf }]) => (asOf === null ? [key] : []))]);
  return new Set(asked.flatMap(({ rule, keys }) => (keys.some((key) => waiting.has(key)) ? [rule.segmentId] : [])));
}

function keysOf({ condition, schedule }: StandingRule, place: TrackerPlace): readonly string[] {
  return populationLeavesOf(condition).map((leaf) => standingKey(standingOf(leaf, schedule ?? DEFAULT_SCHEDULE, place)));
}

async function makeStanding(
  deps: LiveDeps,
  tx: Tx,
  workspaceId: number,
  { key, at }: { readonly key: string; readonly at: Date },
): Promise<string> {
  const segmentId = await insertSegment(tx, workspaceId, {
    name: "population",
    kind: "list",
    madeFrom: null,
    createdAt: at,
    createdBy: "",
    managedBy: "population",
  });
  await markCopied(tx, workspaceId, segmentId, at);
  await insertStanding(tx, workspaceId, { segmentId, spec: sealText(deps.privacy, key), nextAt: at });
  return segmentId;
}

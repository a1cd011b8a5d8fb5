import type { Tx } from "../../../platform/storage/postgres.ts";
import { changeSizes, enterMembers, leaveMembers, type Member, type Stay } from "./change.store.ts";
import type { Change } from "./evaluate-person.ts";
import type { LiveDeps } from "./live-deps.ts";
import { saveLags } from "./rule.store.ts";
import { putTagsOn, takeTagsOff, type RuleMember } from "../tag-rules/tag-rule.store.ts";
import { saveResorted, type Resorted } from "../classes/sort-people.ts";
import { saveComputedLags } from "../computed/computed.store.ts";
import { tellChanges, type ToldChange } from "./tell-changes.ts";

/** From the receipt of the event that led to a change to the change, in ms, by what changed. */
export type Lag = { readonly of: "segment" | "class" | "tag_rule" | "computed_trait"; readonly ms: number };

/** Writes what is different now: members, their stays, sizes, the outbox to the event engine, and last the events. Answers the lags until they were written. */
export async function writeChanges(
  deps: LiveDeps,
  tx: Tx,
  workspaceId: number,
  { changes, resorted }: { readonly changes: readonly Change[]; readonly resorted: readonly Resorted[] },
): Promise<readonly Lag[]> {
  const atMs = deps.nowMs();
  const written: Written = changes.length === 0 ? { told: [], lags: [] } : await writeMemberships(deps, tx, workspaceId, changes);
  const sorted = await saveResorted(tx, workspaceId, resorted, new Date(atMs));
  const reckoned = reckonedLags(sorted, atMs);
  await saveComputedLags(tx, workspaceId, reckoned, new Date(atMs));
  await tellChanges(deps, tx, { workspaceId, told: written.told, sorted, atMs });
  return [
    ...written.lags,
    ...classLags(sorted, atMs),
    ...[...reckoned.values()].flatMap((own) => own.map((ms): Lag => ({ of: "computed_trait", ms }))),
  ];
}

/** Of those whose class an event changed: that one value ends and another begins is one change. */
function classLags(sorted: readonly Resorted[], atMs: number): readonly Lag[] {
  return sorted.flatMap(({ told, why, since }) =>
    why === "event" && since !== null ? told.map((): Lag => ({ of: "class", ms: Math.max(0, atMs - since.getTime()) })) : [],
  );
}

/** By computed trait, from the receipt of the events that changed somebody's value. */
function reckonedLags(sorted: readonly Resorted[], atMs: number): ReadonlyMap<string, readonly number[]> {
  const lags = new Map<string, number[]>();
  for (const { reckoned, since } of sorted)
    for (const id of reckoned) {
      const own = lags.get(id) ?? [];
      if (since !== null) own.push(Math.max(0, atMs - since.getTime()));
      lags.set(id, own);
    }
  return lags;
}

type Written = { readonly told: readonly ToldChange[]; readonly lags: readonly Lag[] };

async function writeMemberships(deps: LiveDeps, tx: Tx, workspaceId: number, changes: readonly Change[]): Promise<Written> {
  const at = new Date(deps.nowMs());
  const entered = await enterMembers(tx, workspaceId, changes.filter(({ what }) => what === "enter").map(asMember), at);
  const left = await leaveMembers(tx, workspaceId, changes.flatMap(leaving), at);
  await changeTags(tx, workspaceId, changes, at);
  await changeSizes(tx, workspaceId, deltasOf(changes));
  const lags = lagsOf(changes, deps.nowMs());
  await saveLags(tx, workspaceId, lagsBySegment(changes, lags), at);
  return { told: toldOf(changes, entered, left), lags: lags.flatMap(lagOf) };
}

function asMember({ rule, personId, why }: Change): Member {
  return { segmentId: rule.id, personId, why };
}

/** Who leaves, leaves under every id. Of those who were joined one membership stays, under the person's own name if it can be. */
function leaving({ rule, what, personId, why, members }: Change): readonly Member[] {
  if (what === "enter") return [];
  const kept = what === "leave" ? undefined : members.includes(personId) ? personId : members[0];
  return members.filter((id) => id !== kept).map((id) => ({ segmentId: rule.id, personId: id, why: what === "join" ? "merge" : why }));
}

/** What rules give is given, and taken away, with the membership: by the id that it is kept under. */
async function changeTags(tx: Tx, workspaceId: number, changes: readonly Change[], at: Date): Promise<void> {
  const giving = changes.filter(({ rule }) => rule.gives.tag !== undefined);
  const members = (some: readonly Member[]): readonly RuleMember[] => some.map(({ segmentId, personId }) => ({ segmentId, personId }));
  await takeTagsOff(tx, workspaceId, members(giving.flatMap(leaving)));
  await putTagsOn(tx, workspaceId, members(giving.filter(({ what }) => what === "enter").map(asMember)), at);
}

function deltasOf(changes: readonly Change[]): ReadonlyMap<string, number> {
  const deltas = new Map<string, number>();
  for (const change of changes)
    deltas.set(change.rule.id, (deltas.get(change.rule.id) ?? 0) + (change.what === "enter" ? 1 : -leaving(change).length));
  return deltas;
}

/** What is told: nothing while a segment is made or its rule was changed, and not that two members are one. */
function toldOf(changes: readonly Change[], entered: readonly Stay[], left: readonly Stay[]): readonly ToldChange[] {
  const keyOf = (segmentId: string, personId: string): string => `${segmentId} ${personId}`;
  const began = new Map(entered.map((stay) => [keyOf(stay.segmentId, stay.personId), stay.id]));
  const ended = new Map(left.map((stay) => [keyOf(stay.segmentId, stay.personId), stay.id]));
  return changes.flatMap((change): readonly ToldChange[] => {
    const { rule, what, personId, members } = change;
    // What a rule gives is what is seen of it.
    if (!isTold(change) || rule.gives.tag !== undefined || rule.gives.trait !== undefined) return [];
    const stayId = what === "enter" ? began.get(keyOf(rule.id, personId)) : ended.get(keyOf(rule.id, members[0] ?? ""));
    return [{ change, stayId: stayId ?? personId }];
  });
}

type RuleLag = { readonly rule: Change["rule"]; readonly ms: number };

function lagsOf(changes: readonly Change[], atMs: number): readonly RuleLag[] {
  return changes.flatMap((change) =>
    isTold(change) && change.why === "event" && change.since !== null
      ? [{ rule: change.rule, ms: Math.max(0, atMs - change.since.getTime()) }]
      : [],
  );
}

const UNTOLD: ReadonlySet<Change["why"]> = new Set(["build", "rule", "refill", "list"]);

/** Nobody enters or leaves by a decision of an operator, nor by being joined with somebody who is in, too. */
function isTold({ what, why }: Change): boolean {
  return what !== "join" && !UNTOLD.has(why);
}

/** Rules of values of classes are told of as the change of the class. */
function lagOf({ rule: { gives }, ms }: RuleLag): readonly Lag[] {
  if (gives.trait !== undefined) return [];
  return [{ of: gives.tag === undefined ? "segment" : "tag_rule", ms }];
}

function lagsBySegment(changes: readonly Change[], lags: readonly RuleLag[]): ReadonlyMap<string, readonly number[]> {
  const bySegment = Map.groupBy(lags, ({ rule }) => rule.id);
  return new Map(changes.map(({ rule }) => [rule.id, (bySegment.get(rule.id) ?? []).map(({ ms }) => ms)]));
}

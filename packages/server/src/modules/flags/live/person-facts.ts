import { armOfPerson } from "@terrace/domain/assignment/remembered";
import { rememberedKey, rememberedPeriodKey } from "@terrace/domain/flags/evaluate-flag";
import type { FlagDeps } from "../flag-deps.ts";
import { loadAssignments, loadMemberships, loadOwnIds, type AssignmentRow } from "./assignment.store.ts";
import { inBatches } from "./in-batches.ts";
import type { Needs } from "./live-features.ts";

/** What a flag may ask about whoever is behind some ids. */
export type PersonFacts = {
  /** Ids of segments. */
  readonly segments: readonly string[];
  /** Arms by `rememberedKey`, and by which shares they were drawn by `rememberedPeriodKey`. */
  readonly remembered: Readonly<Record<string, string>>;
  /** Whose the ids of the question are that somebody is known by. */
  readonly personOf: ReadonlyMap<string, string>;
};

export type FactsAsked = { readonly workspaceId: number; readonly originIds: readonly string[]; readonly needs: Needs };

const AT_ONCE = 500;

/** Looks up what is asked about many people at once: one question costs three statements, and so do hundreds. */
export function createPersonFacts({ db }: Pick<FlagDeps, "db">): (asked: FactsAsked) => Promise<PersonFacts> {
  const byWorkspace = new Map<number, (asked: FactsAsked) => Promise<PersonFacts>>();
  return (asked) => {
    let look = byWorkspace.get(asked.workspaceId);
    if (look === undefined) {
      look = inBatches((all) => lookUp(db, asked.workspaceId, all), AT_ONCE);
      byWorkspace.set(asked.workspaceId, look);
    }
    return look(asked);
  };
}

async function lookUp(db: FlagDeps["db"], workspaceId: number, all: readonly FactsAsked[]): Promise<readonly PersonFacts[]> {
  const wanted = (of: (asked: FactsAsked) => readonly string[]): string[] => [...new Set(all.flatMap(of))];
  const owned = await loadOwnIds(
    db,
    workspaceId,
    wanted(({ originIds }) => originIds),
  );
  const originIds = [...new Set(owned.map(({ originId }) => originId))];
  const [segmentIds, experiments] = [wanted(({ needs }) => needs.segments), wanted(({ needs }) => needs.experiments)];
  const [members, given] = await Promise.all([
    segmentIds.length === 0 ? [] : loadMemberships(db, workspaceId, { originIds, segmentIds }),
    experiments.length === 0 ? [] : loadAssignments(db, workspaceId, { originIds, experiments }),
  ]);
  const ownOf = Map.groupBy(owned, ({ asked }) => asked);
  const segmentsOf = Map.groupBy(members, ({ originId }) => originId);
  const givenTo = Map.groupBy(given, ({ originId }) => originId);
  return all.map((asked) => {
    const own = new Set(asked.originIds.flatMap((id) => (ownOf.get(id) ?? []).map(({ originId }) => originId)));
    return {
      segments: [...new Set([...own].flatMap((id) => (segmentsOf.get(id) ?? []).map(({ segmentId }) => segmentId)))],
      remembered: armsOf([...own].flatMap((id) => givenTo.get(id) ?? [])),
      personOf: new Map(
        asked.originIds.flatMap((id) => {
          const personId = ownOf.get(id)?.[0]?.personId ?? null;
          return personId === null ? [] : [[id, personId] as const];
        }),
      ),
    };
  });
}

function armsOf(rows: readonly AssignmentRow[]): Readonly<Record<string, string>> {
  const arms: Record<string, string> = {};
  for (const [key, group] of Map.groupBy(rows, ({ experiment, version }) => rememberedKey(experiment, version))) {
    const { arm, period } = armOfPerson(group.map((row) => ({ ...row, atMs: row.at.getTime() }))) ?? {};
    if (arm !== undefined) arms[key] = arm;
    const [row] = group;
    if (row !== undefined && typeof period === "number") arms[rememberedPeriodKey(row.experiment, row.version)] = String(period);
  }
  return arms;
}

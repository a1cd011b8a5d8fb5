import { ORPHANS, type OrphanKind } from "@terrace/contract/api/doctor";
import { inTransaction } from "../../platform/storage/postgres.ts";
import { loadMapped, sumMapped } from "./events.views.ts";
import { amiss, fine, mendable, type Check, type Finding, type Told } from "./finding.ts";
import { deleteDerivedOrphans, tellAgain } from "./mend.store.ts";
import type { DoctorDeps } from "./doctor-deps.ts";
import {
  countOrphans,
  countPendingChanges,
  loadMoved,
  loadUnfolded,
  loadWorkspaceIds,
  sumMoved,
  type Moved,
  type Orphans,
} from "./state.views.ts";

const BUCKETS = 256;
const UNFOLDED_MAX = 100_000;

/** People, what hangs on them, and the event engine's map of whose an id is. */
export function peopleChecks(deps: DoctorDeps): readonly Check[] {
  return [
    { name: "people", run: () => checkPeople(deps) },
    { name: "belongings", run: () => checkBelongings(deps) },
    { name: "derived rows", run: (fix) => checkDerived(deps, fix) },
    { name: "profiles", run: (fix) => checkProfiles(deps, fix) },
    { name: "search terms", run: (fix) => checkSearchTerms(deps, fix) },
    { name: "map of people", run: (fix) => checkMap(deps, fix) },
  ];
}

async function checkPeople({ db }: DoctorDeps): Promise<Finding> {
  const orphans = await countOrphans(db);
  const { found, figures } = listed(orphans, {
    idsWithoutPerson: "ids without a person",
    peopleWithoutIds: "people without an id",
    wrongIdCounts: "people with a wrong number of ids",
    linksWithoutIds: "links to ids that are not there",
    mergesWithoutIds: "merges of ids that are not there",
  });
  if (found === "") return fine("people", { outcome: "people.fine", found: "every id has its person" });
  const mend = "restore a backup; rows were changed from outside";
  return amiss("people", { verdict: "bad", outcome: "people.broken", figures, found, mend });
}

async function checkBelongings({ db }: DoctorDeps): Promise<Finding> {
  const { found, figures } = listed(await countOrphans(db), {
    keysWithoutId: "vault keys of nobody",
    valuesWithoutKey: "vault values without a key",
    tagsWithoutId: "tags of nobody",
    notesWithoutId: "notes of nobody",
  });
  if (found === "") return fine("belongings", { outcome: "belongings.fine", found: "keys, values, tags and notes all have their owner" });
  // Never deleted by itself: a key that is gone makes its values unreadable for good.
  const mend = "decide by hand whether they may go";
  return amiss("belongings", { verdict: "warn", outcome: "belongings.orphans", figures, found, mend });
}

async function checkDerived({ db }: DoctorDeps, fix: boolean): Promise<Finding> {
  const { found, figures } = listed(await countOrphans(db), {
    profilesWithoutPerson: "folded traits of nobody",
    termsWithoutTraits: "search terms of nobody",
  });
  if (found === "") return fine("derived rows", { outcome: "derived.fine", found: "none without an owner" });
  if (fix) await inTransaction(db, deleteDerivedOrphans);
  const mend = "take them away; they are made from other rows";
  return mendable("derived rows", { verdict: "warn", outcome: "derived.orphans", figures, found, mend }, fix);
}

async function checkProfiles({ db, people }: DoctorDeps, fix: boolean): Promise<Finding> {
  const unfolded = await loadUnfolded(db, UNFOLDED_MAX);
  if (unfolded.length === 0) return fine("profiles", { outcome: "profiles.fine", found: "everyone with traits has a profile" });
  if (fix)
    for (const [workspaceId, rows] of Map.groupBy(unfolded, (row) => row.workspaceId))
      await people.refoldPeople(
        db,
        workspaceId,
        rows.map(({ originId }) => originId),
      );
  const found = `${unfolded.length === UNFOLDED_MAX ? "at least " : ""}${unfolded.length} people without their profile`;
  const figures = { people: unfolded.length };
  return mendable("profiles", { verdict: "bad", outcome: "profiles.missing", figures, found, mend: "fold their traits anew" }, fix);
}

async function checkSearchTerms({ db, people }: DoctorDeps, fix: boolean): Promise<Finding> {
  let missing = 0;
  for (const workspaceId of await loadWorkspaceIds(db)) missing += await people.checkTerms(db, workspaceId, fix);
  if (missing === 0) return fine("search terms", { outcome: "terms.fine", found: "everyone can be found" });
  const found = `${missing} search terms are missing`;
  const problem = { verdict: "warn", outcome: "terms.missing", figures: { terms: missing }, found, mend: "make them anew" } as const;
  return mendable("search terms", problem, fix);
}

/** Compares whose an id is in both engines, bucket by bucket, so that only what differs is looked at row by row. */
async function checkMap({ db, warehouse, syncPeople }: DoctorDeps, fix: boolean): Promise<Finding> {
  const name = "map of people";
  const pending = await countPendingChanges(db);
  if (pending > 0 && !fix) {
    const found = `${pending} changes are on their way to ClickHouse; look again later`;
    return fine(name, { outcome: "map.pending", figures: { changes: pending }, found });
  }
  if (pending > 0) while (await syncPeople());
  const [decided, mapped] = await Promise.all([sumMoved(db, BUCKETS), sumMapped(warehouse, BUCKETS)]);
  const buckets = Array.from({ length: BUCKETS }, (_, bucket) => bucket).filter((bucket) => decided.get(bucket) !== mapped.get(bucket));
  const wrong: Moved[] = [];
  for (const bucket of buckets)
    wrong.push(...differing(await loadMoved(db, BUCKETS, bucket), await loadMapped(warehouse, BUCKETS, bucket)));
  if (wrong.length === 0) return fine(name, { outcome: "map.fine", found: "ClickHouse and PostgreSQL agree on whose every id is" });
  if (fix) {
    await inTransaction(db, (tx) => tellAgain(tx, wrong));
    while (await syncPeople());
  }
  const found = `${wrong.length} ids belong to other people in ClickHouse than in PostgreSQL`;
  const mend = "tell ClickHouse again";
  return mendable(name, { verdict: "bad", outcome: "map.wrong", figures: { ids: wrong.length }, found, mend }, fix);
}

function differing(decided: readonly Moved[], mapped: readonly Moved[]): readonly Moved[] {
  const key = ({ workspaceId, originId }: Moved): string => `${workspaceId} ${originId}`;
  const inMap = new Map(mapped.map((row) => [key(row), row.personId]));
  const known = new Set(decided.map(key));
  return [...decided.filter((row) => inMap.get(key(row)) !== row.personId), ...mapped.filter((row) => !known.has(key(row)))];
}

/** The kinds of orphans that there are some of, in words and by name. */
function listed(orphans: Orphans, words: Partial<Record<OrphanKind, string>>): Required<Pick<Told, "found" | "figures">> {
  const some = ORPHANS.filter((kind) => words[kind] !== undefined && orphans[kind] > 0);
  return {
    found: some.map((kind) => `${orphans[kind]} ${words[kind]}`).join(", "),
    figures: Object.fromEntries(some.map((kind) => [kind, orphans[kind]])),
  };
}

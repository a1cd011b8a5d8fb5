import { inTransaction } from "../../platform/storage/postgres.ts";
import { loadMapped, sumMapped } from "./events.views.ts";
import { amiss, fine, mendable, type Check, type Finding } from "./finding.ts";
import { deleteDerivedOrphans, tellAgain } from "./mend.store.ts";
import type { DoctorDeps } from "./module.ts";
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
  const found = listed([
    [orphans.idsWithoutPerson, "ids without a person"],
    [orphans.peopleWithoutIds, "people without an id"],
    [orphans.wrongIdCounts, "people with a wrong number of ids"],
    [orphans.linksWithoutIds, "links to ids that are not there"],
    [orphans.mergesWithoutIds, "merges of ids that are not there"],
  ]);
  return found === ""
    ? fine("people", "every id has its person")
    : amiss("people", "bad", found, "restore a backup; rows were changed from outside");
}

async function checkBelongings({ db }: DoctorDeps): Promise<Finding> {
  const orphans: Orphans = await countOrphans(db);
  const found = listed([
    [orphans.keysWithoutId, "vault keys of nobody"],
    [orphans.valuesWithoutKey, "vault values without a key"],
    [orphans.tagsWithoutId, "tags of nobody"],
    [orphans.notesWithoutId, "notes of nobody"],
  ]);
  if (found === "") return fine("belongings", "keys, values, tags and notes all have their owner");
  // Never deleted by itself: a key that is gone makes its values unreadable for good.
  return amiss("belongings", "warn", found, "decide by hand whether they may go");
}

async function checkDerived({ db }: DoctorDeps, fix: boolean): Promise<Finding> {
  const orphans = await countOrphans(db);
  const found = listed([
    [orphans.profilesWithoutPerson, "folded traits of nobody"],
    [orphans.termsWithoutTraits, "search terms of nobody"],
  ]);
  if (found === "") return fine("derived rows", "none without an owner");
  if (fix) await inTransaction(db, deleteDerivedOrphans);
  return mendable("derived rows", { verdict: "warn", found, mend: "take them away; they are made from other rows" }, fix);
}

async function checkProfiles({ db, people }: DoctorDeps, fix: boolean): Promise<Finding> {
  const unfolded = await loadUnfolded(db, UNFOLDED_MAX);
  if (unfolded.length === 0) return fine("profiles", "everyone with traits has a profile");
  if (fix)
    for (const [workspaceId, rows] of Map.groupBy(unfolded, (row) => row.workspaceId))
      await people.refoldPeople(
        db,
        workspaceId,
        rows.map(({ originId }) => originId),
      );
  const found = `${unfolded.length === UNFOLDED_MAX ? "at least " : ""}${unfolded.length} people without their profile`;
  return mendable("profiles", { verdict: "bad", found, mend: "fold their traits anew" }, fix);
}

async function checkSearchTerms({ db, people }: DoctorDeps, fix: boolean): Promise<Finding> {
  let missing = 0;
  for (const workspaceId of await loadWorkspaceIds(db)) missing += await people.checkTerms(db, workspaceId, fix);
  if (missing === 0) return fine("search terms", "everyone can be found");
  return mendable("search terms", { verdict: "warn", found: `${missing} search terms are missing`, mend: "make them anew" }, fix);
}

/** Compares whose an id is in both engines, bucket by bucket, so that only what differs is looked at row by row. */
async function checkMap({ db, warehouse, syncPeople }: DoctorDeps, fix: boolean): Promise<Finding> {
  const name = "map of people";
  const pending = await countPendingChanges(db);
  if (pending > 0 && !fix) return fine(name, `${pending} changes are on their way to ClickHouse; look again later`);
  if (pending > 0) while (await syncPeople());
  const [decided, mapped] = await Promise.all([sumMoved(db, BUCKETS), sumMapped(warehouse, BUCKETS)]);
  const buckets = Array.from({ length: BUCKETS }, (_, bucket) => bucket).filter((bucket) => decided.get(bucket) !== mapped.get(bucket));
  const wrong: Moved[] = [];
  for (const bucket of buckets)
    wrong.push(...differing(await loadMoved(db, BUCKETS, bucket), await loadMapped(warehouse, BUCKETS, bucket)));
  if (wrong.length === 0) return fine(name, "ClickHouse and PostgreSQL agree on whose every id is");
  if (fix) {
    await inTransaction(db, (tx) => tellAgain(tx, wrong));
    while (await syncPeople());
  }
  return mendable(
    name,
    { verdict: "bad", found: `${wrong.length} ids belong to other people in ClickHouse than in PostgreSQL`, mend: "tell ClickHouse again" },
    fix,
  );
}

function differing(decided: readonly Moved[], mapped: readonly Moved[]): readonly Moved[] {
  const key = ({ workspaceId, originId }: Moved): string => `${workspaceId} ${originId}`;
  const inMap = new Map(mapped.map((row) => [key(row), row.personId]));
  const known = new Set(decided.map(key));
  return [...decided.filter((row) => inMap.get(key(row)) !== row.personId), ...mapped.filter((row) => !known.has(key(row)))];
}

function listed(counts: readonly (readonly [number, string])[]): string {
  return counts
    .filter(([number]) => number > 0)
    .map(([number, what]) => `${number} ${what}`)
    .join(", ");
}

import { amiss, fine, mendable, type Check, type Finding } from "./finding.ts";
import type { DoctorDeps } from "./doctor-deps.ts";

/** Whether a restored backup could be told of every erasure. */
export function erasureChecks(deps: DoctorDeps): readonly Check[] {
  return [{ name: "erasures", run: (fix) => checkLists(deps, fix) }];
}

async function checkLists({ erasureLists }: DoctorDeps, fix: boolean): Promise<Finding> {
  const before = await erasureLists.examine();
  if (before.unknown > 0)
    return amiss("erasures", {
      verdict: "bad",
      outcome: "erasures.ahead",
      figures: { ids: before.unknown },
      found: `${before.unknown} ids that were erased are known here again: an older copy of the data was put back without the list of erasures`,
      mend: "restore a backup with terrace restore --erasures, or erase these people anew",
    });
  if (before.behind.length > 0 && fix) await erasureLists.bring();
  const { ids, places, behind } = before.behind.length > 0 && fix ? await erasureLists.examine() : before;
  const problem = {
    verdict: "warn",
    outcome: "erasures.unwritten",
    figures: { place: before.behind.join(", ") },
    found: `the list of erasures is missing or behind in ${before.behind.join(", ")}`,
    mend: "see that the folder is there and can be written",
  } as const;
  // Still behind after it was tried: a folder that is not there or cannot be written is mended by hand.
  if (behind.length > 0) return fix ? amiss("erasures", problem) : mendable("erasures", problem, false);
  if (before.behind.length > 0) return mendable("erasures", problem, true);
  return fine("erasures", {
    outcome: "erasures.fine",
    figures: { ids, places },
    found: `${ids} erased ids, kept in ${places} places besides`,
  });
}

import type { PersonalDataHolder } from "../../platform/personal-data/holder.ts";
import type { FlagDeps } from "./flag-deps.ts";
import { deleteAssignments } from "./live/assignment.store.ts";
import { loadGiven } from "./given-arms.views.ts";

/** Which arms people were given. */
export function createFlagHolder({ db }: Pick<FlagDeps, "db">): PersonalDataHolder {
  return {
    name: "assignments",
    describe: async ({ workspaceId, originIds }) => {
      const { total, rows } = await loadGiven(db, workspaceId, originIds);
      if (total === 0) return [];
      const items = rows.map(({ experiment, arm, at }) => ({ what: experiment, value: arm, at: at.toISOString() }));
      return [{ key: "assignments", total, items }];
    },
    erase: async (tx, { workspaceId, originIds }) => ({
      cursor: null,
      done: true,
      removed: { rows: await deleteAssignments(tx, workspaceId, originIds) },
    }),
  };
}

import type { PersonalDataHolder } from "../../platform/personal-data/holder.ts";
import { forgetGroups, loadGroupsOf } from "./group.store.ts";
import type { HoldoutDeps } from "./holdout-deps.ts";
import { loadHoldoutNames } from "./holdout.store.ts";

/** In which groups of holdouts people were. Exposures are events. */
export function createHoldoutHolder({ db }: Pick<HoldoutDeps, "db">): PersonalDataHolder {
  return {
    name: "holdouts",
    describe: async ({ workspaceId, originIds }) => {
      const groups = await loadGroupsOf(db, workspaceId, originIds);
      if (groups.length === 0) return [];
      const names = await loadHoldoutNames(db, workspaceId, [...new Set(groups.map(({ holdoutId }) => holdoutId))]);
      const items = groups.map(({ holdoutId, number, group, at }) => ({
        what: names.get(holdoutId) ?? holdoutId,
        value: { generation: number, group },
        at: at.toISOString(),
      }));
      return [{ key: "holdouts", total: items.length, items }];
    },
    erase: async (tx, { workspaceId, originIds }) => ({
      cursor: null,
      done: true,
      removed: { rows: await forgetGroups(tx, workspaceId, originIds) },
    }),
  };
}

import type { PersonalDataHolder } from "../../platform/personal-data/holder.ts";
import type { GovernorDeps } from "./governor-deps.ts";
import { forgetOwners, loadSuppressionsOf } from "./suppression.store.ts";

/** Whose addresses are suppressed. That an address gets nothing any more stays known of those who are erased: it is what its owner asked for. */
export function createGovernorHolder({ db }: Pick<GovernorDeps, "db">): PersonalDataHolder {
  return {
    name: "governor",
    describe: async ({ workspaceId, originIds, showText }) => {
      const rows = await loadSuppressionsOf(db, workspaceId, originIds);
      if (rows.length === 0) return [];
      const items = rows.map(({ channel, reason, detail, at }) => ({
        what: channel,
        value: { reason, detail: showText(detail) },
        at: at.toISOString(),
      }));
      return [{ key: "suppressions", total: rows.length, items }];
    },
    erase: async (tx, { workspaceId, originIds }) => ({
      cursor: null,
      done: true,
      removed: { rows: await forgetOwners(tx, workspaceId, originIds) },
    }),
  };
}

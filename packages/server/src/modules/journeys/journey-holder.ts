import type { PersonalDataHolder } from "../../platform/personal-data/holder.ts";
import { loadHeldEnrolments } from "./held.views.ts";
import { forgetEnrolments } from "./in-flight.store.ts";
import type { JourneyDeps } from "./journey-deps.ts";

/** In which journeys people are and were, and where. */
export function createJourneyHolder({ db }: Pick<JourneyDeps, "db">): PersonalDataHolder {
  return {
    name: "journeys",
    describe: async ({ workspaceId, originIds }) => {
      const { total, rows } = await loadHeldEnrolments(db, workspaceId, originIds);
      const items = rows.map(({ name, node, enteredMs, endReason }) => ({
        what: name,
        value: { node, ...(endReason === null ? {} : { endReason }) },
        at: new Date(Number(enteredMs)).toISOString(),
      }));
      return total === 0 ? [] : [{ key: "journeys", total, items }];
    },
    erase: async (tx, { workspaceId, originIds }) => ({
      cursor: null,
      done: true,
      removed: { rows: await forgetEnrolments(tx, workspaceId, originIds) },
    }),
  };
}

import type { PersonalDataHolder } from "../../platform/personal-data/holder.ts";
import type { Warehouse } from "../../platform/storage/clickhouse.ts";
import type { Db } from "../../platform/storage/postgres.ts";
import { eraseLive, loadStays } from "./live/erase-live.store.ts";
import { forgetPeople } from "./member-copy.store.ts";
import { eraseFromPyramids } from "./pyramids/erase-pyramids.store.ts";
import { loadSegmentsOf, removeMembers } from "./segment.store.ts";

/** People of one statement that removes them: a replicated engine keeps each such statement in a megabyte at most. */
const IDS_PER_STATEMENT = 20_000;

/** Who is in which segment, and was, and what is counted for that. */
export function createSegmentHolder({ db, warehouse }: { readonly db: Db; readonly warehouse: Warehouse }): PersonalDataHolder {
  return {
    name: "segments",
    describe: async ({ workspaceId, originIds }) => {
      const segments = await loadSegmentsOf(db, workspaceId, originIds);
      const stays = await loadStays(db, workspaceId, originIds);
      const items = [
        ...segments.filter(({ kind }) => kind === "snapshot").map(({ name, kind }) => ({ what: name, value: kind, at: null })),
        ...stays.map(({ name, kind, enteredAt, leftAt }) => ({
          what: name,
          value: leftAt?.toISOString() ?? kind,
          at: enteredAt.toISOString(),
        })),
      ];
      return items.length === 0 ? [] : [{ key: "segments", total: items.length, items }];
    },
    erase: async (tx, { workspaceId, originIds, people }) => {
      const ids = [...new Set([...originIds, ...people.map(({ personId }) => personId)])];
      // First, so that nothing is written behind it.
      const live = await eraseLive(tx, workspaceId, ids);
      const rows = (await removeMembers(tx, workspaceId, ids)) + live + (await eraseFromPyramids(tx, workspaceId, ids));
      for (let from = 0; from < ids.length; from += IDS_PER_STATEMENT)
        await forgetPeople(warehouse, workspaceId, ids.slice(from, from + IDS_PER_STATEMENT));
      return { cursor: null, done: true, removed: { rows } };
    },
  };
}

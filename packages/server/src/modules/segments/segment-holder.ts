import type { PersonalDataHolder } from "../../platform/personal-data/holder.ts";
import type { Warehouse } from "../../platform/storage/clickhouse.ts";
import type { Db } from "../../platform/storage/postgres.ts";
import { forgetPeople } from "./member-copy.store.ts";
import { loadSegmentsOf, removeMembers } from "./segment.store.ts";

/** People of one statement that removes them: a replicated engine keeps each such statement in a megabyte at most. */
const IDS_PER_STATEMENT = 20_000;

/** Who is in which segment. */
export function createSegmentHolder({ db, warehouse }: { readonly db: Db; readonly warehouse: Warehouse }): PersonalDataHolder {
  return {
    name: "segments",
    describe: async ({ workspaceId, originIds }) => {
      const segments = await loadSegmentsOf(db, workspaceId, originIds);
      if (segments.length === 0) return [];
      const items = segments.map(({ name, kind }) => ({ what: name, value: kind, at: null }));
      return [{ key: "segments", total: items.length, items }];
    },
    erase: async (tx, { workspaceId, originIds, people }) => {
      const ids = [...new Set([...originIds, ...people.map(({ personId }) => personId)])];
      const rows = await removeMembers(tx, workspaceId, ids);
      for (let from = 0; from < ids.length; from += IDS_PER_STATEMENT)
        await forgetPeople(warehouse, workspaceId, ids.slice(from, from + IDS_PER_STATEMENT));
      return { cursor: null, done: true, removed: { rows } };
    },
  };
}

import type { PersonalDataHolder } from "../../platform/personal-data/holder.ts";
import { eraseLive, loadStays } from "./live/erase-live.store.ts";
import { forgetPeople } from "./member-copy.store.ts";
import { eraseFromPyramids } from "./pyramids/erase-pyramids.store.ts";
import { heldByPyramids } from "./pyramids/held-by-pyramids.ts";
import type { SegmentDeps } from "./segment-deps.ts";
import { loadSegmentsOf, removeMembers } from "./segment.store.ts";

/** People of one statement that removes them: a replicated engine keeps each such statement in a megabyte at most. */
const IDS_PER_STATEMENT = 20_000;

/** Who is in which segment, and was, and what is counted for that; appointments to layers with their notes, and who cares for whom. */
export function createSegmentHolder(deps: Pick<SegmentDeps, "db" | "warehouse" | "privacy" | "members">): PersonalDataHolder {
  const { db, warehouse } = deps;
  return {
    name: "segments",
    describe: async (asked) => {
      const { workspaceId, originIds } = asked;
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
      return [...(items.length === 0 ? [] : [{ key: "segments", total: items.length, items }]), ...(await heldByPyramids(deps, asked))];
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

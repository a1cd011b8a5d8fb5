import type { FileRow } from "./map-rows.ts";

/** A group whose rows are still coming in. */
export type OpenGroup = { readonly key: string; readonly rows: FileRow[] };

/** Groups that received no row for this many other groups are taken as complete. */
export const GROUP_WINDOW = 50;
/** A group of this many rows is closed, whatever follows: it is far too large for one event. */
export const GROUP_ROWS_MAX = 20_000;

/**
 * Collects rows into groups. Rows of a group need not be strictly together: a group is complete when `GROUP_WINDOW` other groups
 * received rows after it, or at the end. The open groups are plain data, so that an import can be carried on by another process.
 */
export type GroupWindow = {
  /** Adds a row; answers the group it completes, if any. */
  readonly add: (key: string, row: FileRow) => OpenGroup | undefined;
  readonly open: () => readonly OpenGroup[];
  /** Takes every open group. */
  readonly finish: () => readonly OpenGroup[];
};

/** A window over groups, starting with those left open by the last chunk. */
export function createGroupWindow(carried: readonly OpenGroup[] = [], size: number = GROUP_WINDOW): GroupWindow {
  const groups = new Map<string, OpenGroup>(carried.map((group) => [group.key, { key: group.key, rows: [...group.rows] }]));
  let newest: OpenGroup | undefined = [...groups.values()].at(-1);
  const closeWhenFull = (group: OpenGroup): OpenGroup | undefined => {
    if (group.rows.length < GROUP_ROWS_MAX) return undefined;
    groups.delete(group.key);
    newest = undefined;
    return group;
  };
  return {
    add: (key, row) => {
      if (newest !== undefined && newest.key === key) {
        newest.rows.push(row);
        return closeWhenFull(newest);
      }
      const known = groups.get(key);
      // Re-inserting moves the group to the young end of the map.
      if (known !== undefined) groups.delete(key);
      newest = known ?? { key, rows: [] };
      newest.rows.push(row);
      groups.set(key, newest);
      const full = closeWhenFull(newest);
      if (full !== undefined || groups.size <= size) return full;
      const oldest = groups.values().next().value;
      if (oldest !== undefined) groups.delete(oldest.key);
      return oldest;
    },
    open: () => [...groups.values()],
    finish: () => {
      const all = [...groups.values()];
      groups.clear();
      newest = undefined;
      return all;
    },
  };
}

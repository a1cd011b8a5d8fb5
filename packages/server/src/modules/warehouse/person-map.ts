import type { Warehouse } from "../../platform/storage/clickhouse.ts";
import { insertRows } from "./event-store.ts";

/** A change of whose an origin is; `changeSeq` grows with every change, and the newest one counts. */
export type PersonChange = {
  readonly workspaceId: number;
  readonly originId: string;
  readonly personId: string;
  readonly changeSeq: string;
};

export type PersonMapDeps = {
  readonly warehouse: Warehouse;
  /** The oldest changes not confirmed yet. */
  readonly pending: (limit: number) => Promise<readonly PersonChange[]>;
  readonly confirm: (changes: readonly PersonChange[]) => Promise<void>;
};

const CHANGES_PER_INSERT_MAX = 20_000;

/**
 * Brings the event engine's map of origins to people up to date; true when something changed.
 * Repeating an insert is harmless: the newest change of an origin counts.
 */
export async function syncPersonMap(deps: PersonMapDeps): Promise<boolean> {
  const changes = await deps.pending(CHANGES_PER_INSERT_MAX);
  const [first] = changes;
  if (first === undefined) return false;
  const rows = changes.map((change) =>
    JSON.stringify({
      workspace_id: change.workspaceId,
      origin_id: change.originId,
      person_id: change.personId,
      change_seq: change.changeSeq,
    }),
  );
  await insertRows(deps.warehouse, "person_of_origin_row", rows, `people.${first.changeSeq}.${changes.length}`);
  await reloadPersonDictionary(deps.warehouse);
  await deps.confirm(changes);
  return true;
}

/** Makes every node read the changed rows now. */
export async function reloadPersonDictionary(warehouse: Warehouse): Promise<void> {
  for (const node of warehouse.nodes) await node.command({ query: "SYSTEM RELOAD DICTIONARY person_of_origin" });
}

import type { JsonObject } from "@terrace/domain/json";
import type { Warehouse } from "../../platform/storage/clickhouse.ts";
import { insertRows } from "./event-store.ts";

/** The traits of a person since a change, null when they are gone; `changeSeq` grows with every change, and the newest one counts. */
export type TraitsChange = {
  readonly workspaceId: number;
  readonly personId: string;
  readonly traits: JsonObject | null;
  readonly changeSeq: string;
  readonly seqs: readonly string[];
};

export type PersonTraitsDeps = {
  readonly warehouse: Warehouse;
  /** People of the oldest changes not confirmed yet. */
  readonly pendingTraits: (limit: number) => Promise<readonly TraitsChange[]>;
  readonly confirmTraits: (changes: readonly TraitsChange[]) => Promise<void>;
};

const CHANGES_PER_INSERT_MAX = 5_000;

/** Brings the event engine's table of traits up to date; true when something changed. Repeating an insert is harmless: the newest row of a person counts. */
export async function syncPersonTraits(deps: PersonTraitsDeps): Promise<boolean> {
  const changes = await deps.pendingTraits(CHANGES_PER_INSERT_MAX);
  if (changes.length === 0) return false;
  const rows = changes.map(({ workspaceId, personId, traits, changeSeq }) =>
    JSON.stringify({
      workspace_id: workspaceId,
      person_id: personId,
      traits: traits ?? {},
      change_seq: changeSeq,
      is_gone: traits === null ? 1 : 0,
    }),
  );
  const newest = changes.map(({ changeSeq }) => BigInt(changeSeq)).reduce((most, seq) => (seq > most ? seq : most), 0n);
  await insertRows(deps.warehouse, "person_trait", rows, `traits.${newest}.${changes.length}`);
  await deps.confirmTraits(changes);
  return true;
}

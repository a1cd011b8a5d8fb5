import type { Warehouse } from "../../platform/storage/clickhouse.ts";
import { insertRows } from "./event-store.ts";

/** A tag of an id since a change; `until` in Unix ms, "0" for ever. `changeSeq` grows with every change, and the newest one counts. */
export type TagChange = {
  readonly workspaceId: number;
  readonly originId: string;
  readonly tag: string;
  /** The rule that put it on; "0" for one given otherwise. */
  readonly ruleId: string;
  readonly isThere: boolean;
  readonly until: string;
  readonly changeSeq: string;
  readonly seqs: readonly string[];
};

export type PersonTagsDeps = {
  readonly warehouse: Warehouse;
  /** Tags of the oldest changes not confirmed yet. */
  readonly pendingTags: (limit: number) => Promise<readonly TagChange[]>;
  readonly confirmTags: (changes: readonly TagChange[]) => Promise<void>;
};

const CHANGES_PER_INSERT_MAX = 20_000;

/** Brings the event engine's table of tags up to date; true when something changed. Repeating an insert is harmless: the newest row of a tag counts. */
export async function syncPersonTags(deps: PersonTagsDeps): Promise<boolean> {
  const changes = await deps.pendingTags(CHANGES_PER_INSERT_MAX);
  if (changes.length === 0) return false;
  const rows = changes.map(({ workspaceId, originId, tag, ruleId, isThere, until, changeSeq }) =>
    JSON.stringify({
      workspace_id: workspaceId,
      tag,
      origin_id: originId,
      rule_id: ruleId,
      until,
      change_seq: changeSeq,
      is_gone: isThere ? 0 : 1,
    }),
  );
  const newest = changes.map(({ changeSeq }) => BigInt(changeSeq)).reduce((most, seq) => (seq > most ? seq : most), 0n);
  await insertRows(deps.warehouse, "person_tag", rows, `tags.${newest}.${changes.length}`);
  await deps.confirmTags(changes);
  return true;
}

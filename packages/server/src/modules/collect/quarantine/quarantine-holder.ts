import type { Json } from "@terrace/domain/json";
import type {
  ErasedSubjects,
  EraseStep,
  HeldGroup,
  HeldItem,
  PersonalDataHolder,
  PersonAsked,
} from "../../../platform/personal-data/holder.ts";
import type { Db, Tx } from "../../../platform/storage/postgres.ts";
import type { PrivacyModule } from "../../privacy/module.ts";
import { deleteRows, loadPayloads } from "./quarantine.store.ts";
import { openText } from "../../../platform/sealed-text.ts";

export type QuarantineHolderDeps = { readonly db: Db; readonly privacy: Pick<PrivacyModule, "decryptPayload"> };

const ROWS_PER_STEP = 500;
const ITEMS_MAX = 200;

/** Events that could not be accepted. Nobody knows for certain whose they are: every payload that names a person counts as theirs. */
export function createQuarantineHolder(deps: QuarantineHolderDeps): PersonalDataHolder {
  const textOf = (payload: Uint8Array): string => openText(deps.privacy, payload);
  return {
    name: "quarantine",
    describe: (asked) => describe(deps, asked, textOf),
    erase: (tx, subjects, cursor) => erase(tx, subjects, cursor, textOf),
  };
}

async function describe(
  { db }: QuarantineHolderDeps,
  asked: PersonAsked,
  textOf: (payload: Uint8Array) => string,
): Promise<readonly HeldGroup[]> {
  const items: HeldItem[] = [];
  let total = 0;
  let afterId = "0";
  for (;;) {
    const rows = await loadPayloads(db, asked.workspaceId, { afterId, limit: ROWS_PER_STEP });
    for (const row of rows) {
      const text = textOf(row.payload);
      if (!asked.mentions(text)) continue;
      total += 1;
      if (items.length < ITEMS_MAX) items.push({ what: row.code, value: asked.showText(text), at: row.receivedAt.toISOString() });
    }
    const last = rows.at(-1);
    if (last === undefined || rows.length < ROWS_PER_STEP) return [{ key: "quarantined_events", total, items }];
    afterId = last.id;
  }
}

async function erase(tx: Tx, subjects: ErasedSubjects, cursor: Json, textOf: (payload: Uint8Array) => string): Promise<EraseStep> {
  const afterId = typeof cursor === "string" ? cursor : "0";
  const rows = await loadPayloads(tx, subjects.workspaceId, { afterId, limit: ROWS_PER_STEP });
  const theirs = rows.filter(({ payload }) => subjects.mentions(textOf(payload)));
  const events = await deleteRows(
    tx,
    subjects.workspaceId,
    theirs.map(({ id }) => id),
  );
  return { cursor: rows.at(-1)?.id ?? afterId, done: rows.length < ROWS_PER_STEP, removed: { events } };
}

import type { Json } from "@terrace/domain/json";
import type {
  ErasedSubjects,
  EraseStep,
  HeldGroup,
  HeldItem,
  PersonalDataHolder,
  PersonAsked,
} from "../../platform/personal-data/holder.ts";
import type { Db, Tx } from "../../platform/storage/postgres.ts";
import type { PrivacyModule } from "../privacy/module.ts";
import { deleteCalls, loadCallsAfter } from "./call.store.ts";
import { openText } from "../../platform/sealed-text.ts";

export type CallHolderDeps = { readonly db: Db; readonly privacy: Pick<PrivacyModule, "decryptPayload"> };

const ROWS_PER_STEP = 500;
const ITEMS_MAX = 200;

/** What other systems posted lately. Nobody knows whose a post is: every one that names a person counts as theirs. */
export function createCallHolder({ db, privacy }: CallHolderDeps): PersonalDataHolder {
  const textOf = (body: Uint8Array): string => openText(privacy, body);
  return {
    name: "receivers",
    describe: (asked) => describe(db, asked, textOf),
    erase: (tx, subjects, cursor) => erase(tx, subjects, cursor, textOf),
  };
}

async function describe(db: Db, asked: PersonAsked, textOf: (body: Uint8Array) => string): Promise<readonly HeldGroup[]> {
  const items: HeldItem[] = [];
  let total = 0;
  let afterId = "0";
  for (;;) {
    const rows = await loadCallsAfter(db, asked.workspaceId, { afterId, limit: ROWS_PER_STEP });
    for (const { body, at, state } of rows) {
      const text = textOf(body);
      if (!asked.mentions(text)) continue;
      total += 1;
      if (items.length < ITEMS_MAX) items.push({ what: state, value: asked.showText(text), at: at.toISOString() });
    }
    const last = rows.at(-1);
    if (last === undefined || rows.length < ROWS_PER_STEP) return [{ key: "posts", total, items }];
    afterId = last.id;
  }
}

async function erase(tx: Tx, subjects: ErasedSubjects, cursor: Json, textOf: (body: Uint8Array) => string): Promise<EraseStep> {
  const afterId = typeof cursor === "string" ? cursor : "0";
  const rows = await loadCallsAfter(tx, subjects.workspaceId, { afterId, limit: ROWS_PER_STEP });
  const theirs = rows.filter(({ body }) => subjects.mentions(textOf(body))).map(({ id }) => id);
  const removed = { rows: await deleteCalls(tx, subjects.workspaceId, theirs) };
  return { cursor: rows.at(-1)?.id ?? afterId, done: rows.length < ROWS_PER_STEP, removed };
}

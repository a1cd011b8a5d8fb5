import type { Json } from "@terrace/domain/json";
import type {
  ErasedSubjects,
  EraseStep,
  HeldGroup,
  HeldItem,
  PersonalDataHolder,
  PersonAsked,
} from "../../platform/personal-data/holder.ts";
import { openText } from "../../platform/sealed-text.ts";
import type { Db, Tx } from "../../platform/storage/postgres.ts";
import type { ChannelDeps } from "./channel-deps.ts";
import { deleteKept, loadKeptAfter, type KeptRow } from "./kept.store.ts";

const ROWS_PER_STEP = 500;
const ITEMS_MAX = 200;
type TextOf = (row: KeptRow) => string;

/** Messages that were kept instead of being handed over. Of a sandbox nobody knows whose they are: every one that names a person counts as theirs. */
export function createKeptHolder({ db, privacy }: Pick<ChannelDeps, "db" | "privacy">): PersonalDataHolder {
  const textOf: TextOf = ({ address, message }) => `${openText(privacy, address)}\n${openText(privacy, message)}`;
  return {
    name: "channels",
    describe: (asked) => describe(db, asked, textOf),
    erase: (tx, subjects, cursor) => erase(tx, subjects, cursor, textOf),
  };
}

async function describe(db: Db, asked: PersonAsked, textOf: TextOf): Promise<readonly HeldGroup[]> {
  const ids = new Set([asked.personId, ...asked.originIds]);
  const items: HeldItem[] = [];
  let total = 0;
  for (let afterId = "0"; ;) {
    const rows = await loadKeptAfter(db, asked.workspaceId, { afterId, limit: ROWS_PER_STEP });
    for (const row of rows) {
      const text = textOf(row);
      if (!ids.has(row.personId ?? "") && !asked.mentions(text)) continue;
      total += 1;
      if (items.length < ITEMS_MAX) items.push({ what: row.channel, value: asked.showText(text), at: row.at.toISOString() });
    }
    const last = rows.at(-1);
    if (last === undefined || rows.length < ROWS_PER_STEP) return total === 0 ? [] : [{ key: "kept_messages", total, items }];
    afterId = last.id;
  }
}

async function erase(tx: Tx, subjects: ErasedSubjects, cursor: Json, textOf: TextOf): Promise<EraseStep> {
  const afterId = typeof cursor === "string" ? cursor : "0";
  const people = new Set(subjects.people.map(({ personId }) => personId));
  const rows = await loadKeptAfter(tx, subjects.workspaceId, { afterId, limit: ROWS_PER_STEP });
  const isTheirs = (row: KeptRow): boolean =>
    (row.personId !== null && (people.has(row.personId) || subjects.isErased(row.personId))) || subjects.mentions(textOf(row));
  const removed = {
    rows: await deleteKept(
      tx,
      subjects.workspaceId,
      rows.filter(isTheirs).map(({ id }) => id),
    ),
  };
  return { cursor: rows.at(-1)?.id ?? afterId, done: rows.length < ROWS_PER_STEP, removed };
}

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
import { deleteKept, loadKeptOf, loadNobodysKept, type KeptRow } from "./kept.store.ts";

const ROWS_PER_STEP = 500;
const ITEMS_MAX = 200;
type TextOf = (row: KeptRow) => string;

/** Messages that were kept instead of being handed over. Of a sandbox nobody knows whose they are: each of them that names a person counts as theirs. */
export function createKeptHolder({ db, privacy }: Pick<ChannelDeps, "db" | "privacy">): PersonalDataHolder {
  const textOf: TextOf = ({ address, message }) => `${openText(privacy, address)}\n${openText(privacy, message)}`;
  return {
    name: "channels",
    describe: (asked) => describe(db, asked, textOf),
    erase: (tx, subjects, cursor) => erase(tx, subjects, cursor, textOf),
  };
}

async function describe(db: Db, asked: PersonAsked, textOf: TextOf): Promise<readonly HeldGroup[]> {
  const { workspaceId } = asked;
  const items: HeldItem[] = [];
  let total = 0;
  const tell = (row: KeptRow, text: string): void => {
    total += 1;
    if (items.length < ITEMS_MAX) items.push({ what: row.channel, value: asked.showText(text), at: row.at.toISOString() });
  };
  const ids = [asked.personId, ...asked.originIds];
  for await (const row of everyRow((page) => loadKeptOf(db, workspaceId, ids, page))) tell(row, textOf(row));
  for await (const row of everyRow((page) => loadNobodysKept(db, workspaceId, page))) {
    const text = textOf(row);
    if (asked.mentions(text)) tell(row, text);
  }
  return total === 0 ? [] : [{ key: "kept_messages", total, items }];
}

async function* everyRow(load: (page: { readonly afterId: string; readonly limit: number }) => Promise<readonly KeptRow[]>) {
  for (let afterId = "0"; ;) {
    const rows = await load({ afterId, limit: ROWS_PER_STEP });
    yield* rows;
    const last = rows.at(-1);
    if (last === undefined || rows.length < ROWS_PER_STEP) return;
    afterId = last.id;
  }
}

/** First their own, by the index; then what sandboxes kept is looked through. */
async function erase(tx: Tx, subjects: ErasedSubjects, cursor: Json, textOf: TextOf): Promise<EraseStep> {
  const { workspaceId, people, originIds, mentions } = subjects;
  const remove = (rows: readonly KeptRow[]): Promise<number> =>
    deleteKept(
      tx,
      workspaceId,
      rows.map(({ id }) => id),
    );
  const ids = [...people.map(({ personId }) => personId), ...originIds];
  const own = await loadKeptOf(tx, workspaceId, ids, { afterId: "0", limit: ROWS_PER_STEP });
  const removedOwn = await remove(own);
  if (own.length === ROWS_PER_STEP) return { cursor, done: false, removed: { rows: removedOwn } };
  const afterId = typeof cursor === "string" ? cursor : "0";
  const rows = await loadNobodysKept(tx, workspaceId, { afterId, limit: ROWS_PER_STEP });
  const removed = { rows: removedOwn + (await remove(rows.filter((row) => mentions(textOf(row))))) };
  return { cursor: rows.at(-1)?.id ?? afterId, done: rows.length < ROWS_PER_STEP, removed };
}

import type { Json } from "@terrace/domain/json";
import type {
  ErasedSubjects,
  EraseStep,
  HeldGroup,
  HeldItem,
  PersonalDataHolder,
  PersonAsked,
} from "../../platform/personal-data/holder.ts";
import { openText, sealText } from "../../platform/sealed-text.ts";
import type { Db, Tx } from "../../platform/storage/postgres.ts";
import type { PrivacyModule } from "../privacy/module.ts";
import { hasTyped, HIDDEN, readAsked, withoutTyped, type Asked } from "./asked-filters.ts";
import { deleteExport, loadAsked, replaceAsked, type AskedRow } from "./export.store.ts";

export type ExportHolderDeps = { readonly db: Db; readonly privacy: Pick<PrivacyModule, "encryptPayload" | "decryptPayload"> };

const ROWS_PER_STEP = 500;
const ITEMS_MAX = 200;

/**
 * What somebody typed to choose the rows of an export, and why. The rows themselves are stored nowhere. A typed name says of nobody for certain
 * that it is meant, and nobody needs it when the export is over: an erasure forgets what was typed in all exports of the workspace.
 */
export function createExportHolder(deps: ExportHolderDeps): PersonalDataHolder {
  return {
    name: "exports",
    describe: (asked) => describe(deps, asked),
    erase: (tx, subjects, cursor) => erase(deps, tx, subjects, cursor),
  };
}

async function describe({ db, privacy }: ExportHolderDeps, asked: PersonAsked): Promise<readonly HeldGroup[]> {
  const items: HeldItem[] = [];
  let total = 0;
  let afterId = "0";
  for (;;) {
    const rows = await loadAsked(db, asked.workspaceId, { afterId, limit: ROWS_PER_STEP });
    for (const row of rows) {
      const text = openText(privacy, row.asked);
      if (!asked.mentions(text) && readAsked(text).filters["person"] !== asked.personId) continue;
      total += 1;
      if (items.length < ITEMS_MAX) items.push({ what: row.what, value: asked.showText(text), at: row.createdAt.toISOString() });
    }
    const last = rows.at(-1);
    if (last === undefined || rows.length < ROWS_PER_STEP) return [{ key: "export_requests", total, items }];
    afterId = last.id;
  }
}

async function erase({ privacy }: ExportHolderDeps, tx: Tx, subjects: ErasedSubjects, cursor: Json): Promise<EraseStep> {
  const afterId = typeof cursor === "string" ? cursor : "0";
  const rows = await loadAsked(tx, subjects.workspaceId, { afterId, limit: ROWS_PER_STEP });
  let requests = 0;
  for (const row of rows) {
    const asked = readAsked(openText(privacy, row.asked));
    const kept = withoutPeople(subjects, asked);
    if (kept === undefined) continue;
    requests += 1;
    await forget(tx, subjects.workspaceId, row, sealText(privacy, JSON.stringify(kept)));
  }
  const done = rows.length < ROWS_PER_STEP;
  // Gone over from the beginning the second time: exports were asked for meanwhile.
  return { cursor: done ? "0" : (rows.at(-1)?.id ?? afterId), done, removed: { requests } };
}

/** What may stay of a request; undefined when all of it may. */
function withoutPeople({ mentions }: ErasedSubjects, asked: Asked): Asked | undefined {
  const reason = mentions(asked.reason) ? HIDDEN : asked.reason;
  if (reason === asked.reason && !hasTyped(asked.filters)) return undefined;
  return { ...asked, reason, filters: withoutTyped(asked.filters) };
}

/** One that nobody has read yet would give other rows without its filters: it is asked for anew. */
async function forget(tx: Tx, workspaceId: number, { id, state }: AskedRow, sealed: Uint8Array): Promise<void> {
  if (state === "waiting") await deleteExport(tx, workspaceId, id);
  else await replaceAsked(tx, workspaceId, id, sealed);
}

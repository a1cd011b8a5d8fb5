import type { TraitState } from "@terrace/domain/traits/fold-traits";
import { inTransaction, type Db } from "../../platform/storage/postgres.ts";
import { beginChange, restorePlanner } from "./locate.store.ts";
import { compareTerms, NO_NEWS, refold } from "./refold.ts";
import { termsOfState } from "./search-terms.ts";
import { insertTerms, loadTraitsPage, missingTerms, type BlindTerms, type TermRow } from "./traits.store.ts";

const ORIGINS_PER_PAGE = 2_000;
const ORIGINS_PER_MEND = 500;

/** Folds the traits of everyone who owns one of these ids anew, from what the ids' events said. */
export async function refoldPeople(db: Db, workspaceId: number, originIds: readonly string[]): Promise<void> {
  for (let at = 0; at < originIds.length; at += ORIGINS_PER_MEND)
    await inTransaction(db, async (tx) => {
      // Alone: nobody may join or part these people meanwhile.
      await beginChange(tx, workspaceId, true);
      await restorePlanner(tx);
      await refold(tx, workspaceId, originIds.slice(at, at + ORIGINS_PER_MEND), NO_NEWS);
    });
}

/** How many search terms are missing in a workspace; with `mend` they are added. */
export async function checkTerms(db: Db, workspaceId: number, mend: boolean): Promise<number> {
  let missing = 0;
  let after = "0";
  for (;;) {
    const rows = await loadTraitsPage(db, workspaceId, after, ORIGINS_PER_PAGE);
    const last = rows.at(-1);
    if (last === undefined) return missing;
    const absent = await missingTerms(db, workspaceId, rows.flatMap(termsOf).toSorted(compareTerms));
    missing += absent.length;
    if (mend && absent.length > 0) await inTransaction(db, (tx) => insertTerms(tx, workspaceId, absent));
    after = last.originId;
  }
}

function termsOf({
  originId,
  state,
  blind,
}: {
  readonly originId: string;
  readonly state: TraitState;
  readonly blind: BlindTerms;
}): readonly TermRow[] {
  return [...termsOfState(state, blind)].map((term) => ({ term, originId }));
}

import { tokenClass } from "./personal-text.ts";
import type { Tx } from "../../platform/storage/postgres.ts";
import type { PrivacyModule } from "../privacy/module.ts";
import { compareTerms } from "./refold.ts";
import { termsOfPersonal, termsOfState } from "./search-terms.ts";
import { deleteTerms, loadStates, loadPersonalIds, type TermRow } from "./traits.store.ts";

export type ForgetTermsDeps = { readonly privacy: Pick<PrivacyModule, "open" | "searchTerm"> };

const ORIGINS_PER_STEP = 2_000;

/**
 * Removes everything some ids can be found by; answers how many entries. The index is ordered by term, so the terms are made again from what
 * they were made of: call it while the personal values can still be opened.
 */
export async function forgetTerms(
  { privacy }: ForgetTermsDeps,
  tx: Tx,
  workspaceId: number,
  originIds: readonly string[],
): Promise<number> {
  const blind = (text: string): string => privacy.searchTerm(workspaceId, text);
  let removed = 0;
  for (let from = 0; from < originIds.length; from += ORIGINS_PER_STEP) {
    const some = originIds.slice(from, from + ORIGINS_PER_STEP);
    const [states, ids] = await Promise.all([loadStates(tx, workspaceId, some), loadPersonalIds(tx, workspaceId, some)]);
    const opened = await privacy.open(
      tx,
      workspaceId,
      ids.map(({ originId }) => originId),
      ids.map(({ token }) => token),
    );
    const terms: TermRow[] = states.flatMap(({ originId, state, blind: terms }) =>
      [...termsOfState(state, terms)].map((term) => ({ term, originId })),
    );
    for (const { originId, token } of ids) {
      const [personalClass, clear] = [tokenClass(token), opened.get(token)];
      if (personalClass !== undefined && clear !== undefined)
        terms.push(...termsOfPersonal(personalClass, clear, blind).map((term) => ({ term, originId })));
    }
    removed += await deleteTerms(tx, workspaceId, terms.toSorted(compareTerms));
  }
  return removed;
}

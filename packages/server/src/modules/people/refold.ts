import { compareOrigins } from "@terrace/domain/identity/person-order";
import {
  applyTraits,
  EMPTY_TRAITS,
  foldTraits,
  traitsObject,
  type TraitMessage,
  type TraitState,
} from "@terrace/domain/traits/fold-traits";
import type { Tx } from "../../platform/storage/postgres.ts";
import { facetsOf } from "./facets.ts";
import { tokenClass } from "./personal-text.ts";
import { termsOfPersonal, termsOfState, textsOf, type BlindTerm } from "./search-terms.ts";
import {
  deleteProfiles,
  deleteTerms,
  insertTerms,
  loadTraitsAround,
  saveProfiles,
  saveTraits,
  type BlindTerms,
  type StoredTraits,
  type TermRow,
} from "./traits.store.ts";

/** New trait messages by id, and clear values by token for the search index. */
export type TraitNews = {
  readonly messages: ReadonlyMap<string, readonly TraitMessage[]>;
  readonly clearOf: (originId: string, token: string) => string | undefined;
  readonly blind: BlindTerm;
  /** States that stand in place of the stored ones, with their terms. */
  readonly replaced?: ReadonlyMap<string, { readonly state: TraitState; readonly blind: BlindTerms }>;
};

export const NO_NEWS: TraitNews = { messages: new Map(), clearOf: () => undefined, blind: (text) => text };

/** Takes trait messages into the state of their ids and folds the traits of everyone who owns one of `focus` anew. */
export async function refold(tx: Tx, workspaceId: number, focus: readonly string[], news: TraitNews): Promise<void> {
  if (focus.length === 0) return;
  const stored = await loadTraitsAround(tx, workspaceId, [...new Set(focus)]);
  const taken = stored.map((row) => takeNews(row, news));
  const changed = taken.filter(({ changed: isChanged }) => isChanged).toSorted((a, b) => compareOrigins(a.originId, b.originId));
  const people = [...Map.groupBy(taken, ({ personId }) => personId)].toSorted(([a], [b]) => compareOrigins(a, b));
  await saveTraits(tx, workspaceId, changed);
  await saveProfiles(
    tx,
    workspaceId,
    people.flatMap(([personId, rows]) => {
      const states = rows.flatMap(({ state, known }) => (known ? [state] : []));
      if (states.length === 0) return [];
      const traits = traitsObject(foldTraits(states));
      return [{ personId, traits, facets: facetsOf(workspaceId, traits) }];
    }),
  );
  // After people were parted a person may be left without anyone who said something.
  await deleteProfiles(
    tx,
    workspaceId,
    people.filter(([, rows]) => !rows.some(({ known }) => known)).map(([personId]) => personId),
  );
  const gone = changed.flatMap(({ gone: rows }) => rows);
  const added = changed.flatMap(({ added: rows }) => rows).toSorted(compareTerms);
  await deleteTerms(tx, workspaceId, gone);
  await insertTerms(tx, workspaceId, added);
}

/** Index order, so that concurrent inserts meet in one order. */
export function compareTerms(a: TermRow, b: TermRow): number {
  if (a.term !== b.term) return a.term < b.term ? -1 : 1;
  return compareOrigins(a.originId, b.originId);
}

type Taken = {
  readonly originId: string;
  readonly personId: string;
  readonly known: boolean;
  readonly changed: boolean;
  readonly state: TraitState;
  readonly blind: BlindTerms;
  readonly gone: readonly TermRow[];
  readonly added: readonly TermRow[];
};

function takeNews(row: StoredTraits, news: TraitNews): Taken {
  const before = row.state ?? EMPTY_TRAITS;
  const { originId, personId } = row;
  const next = nextState(row, before, news);
  if (next === undefined)
    return { originId, personId, known: row.state !== null, changed: false, state: before, blind: row.blind ?? {}, gone: [], added: [] };
  const { state } = next;
  const blind = blindTerms(originId, state, next.blind, news);
  const old = termsOfState(before, row.blind ?? {});
  const now = termsOfState(state, blind);
  return {
    originId,
    personId,
    known: true,
    changed: true,
    state,
    blind,
    gone: [...old].filter((term) => !now.has(term)).map((term) => ({ term, originId })),
    added: [...now].filter((term) => !old.has(term)).map((term) => ({ term, originId })),
  };
}

/** What becomes of the state of an id, with the terms that may be in it; undefined when there is no news of it. */
function nextState(
  { originId, blind }: StoredTraits,
  before: TraitState,
  news: TraitNews,
): { readonly state: TraitState; readonly blind: BlindTerms } | undefined {
  const replaced = news.replaced?.get(originId);
  if (replaced !== undefined) return replaced;
  const messages = news.messages.get(originId);
  return messages === undefined ? undefined : { state: applyTraits(before, messages), blind: blind ?? {} };
}

/** Terms of the tokens that the state still holds: known ones, and new ones from the clear values at hand. */
function blindTerms(originId: string, state: TraitState, known: BlindTerms, news: TraitNews): BlindTerms {
  const terms = new Map<string, readonly string[]>();
  for (const text of textsOf(state)) {
    const personalClass = tokenClass(text);
    if (personalClass === undefined) continue;
    const clear = news.clearOf(originId, text);
    const own = clear === undefined ? known[text] : termsOfPersonal(personalClass, clear, news.blind);
    if (own !== undefined && own.length > 0) terms.set(text, own);
  }
  return Object.fromEntries(terms);
}

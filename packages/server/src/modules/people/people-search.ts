import { IDENTITY_KINDS } from "@terrace/domain/identity/identity-kinds";
import { normaliseIdentity } from "@terrace/domain/identity/normalise-identity";
import type { FieldView } from "@terrace/domain/access/field-view";
import type { PersonalClass } from "@terrace/domain/event/feed-event";
import { createDetector } from "@terrace/domain/personal/detect";
import type { Db } from "../../platform/storage/postgres.ts";
import type { PrivacyModule } from "../privacy/module.ts";
import { keyFacet, valueFacet } from "./facets.ts";
import type { Narrowing } from "./narrowing.views.ts";
import { findOwners, isStoredId } from "./person.views.ts";
import { findByIdStart, findTerms, findTermsByStart } from "./people-search.views.ts";
import { termsOfQuery, textTerm } from "./search-terms.ts";

export type SearchDeps = { readonly db: Db; readonly privacy: Pick<PrivacyModule, "originId" | "searchTerm" | "tokenise"> };

/** Sorts after every term: nothing starts with it. */
const NO_START = "\u{10FFFF}";

/**
 * What a typed text may stand for: an id of any kind in full, the start of a user id or member number, of a text trait, or something
 * personal. Whoever is not shown some of these finds nobody by them either: letter by letter a search would tell what is hidden.
 */
export async function narrowBySearch(
  { db, privacy }: SearchDeps,
  workspaceId: number,
  { typed, view }: { readonly typed: string; readonly view: FieldView },
): Promise<Narrowing> {
  const text = typed.trim();
  const originIds = IDENTITY_KINDS.flatMap((kind) => {
    const id = normaliseIdentity(kind, text);
    return id.ok ? [privacy.originId(workspaceId, kind, id.value.value)] : [];
  });
  const start = view.restricts.traits ? NO_START : textTerm(text);
  const [owners, { people: byStart, whole, isCut }, started, terms] = await Promise.all([
    findOwners(db, workspaceId, isStoredId(text) ? [...originIds, text] : originIds),
    findByIdStart(db, workspaceId, text),
    findTermsByStart(db, workspaceId, start),
    findTerms(db, workspaceId, view.restricts.classes ? [] : termsOfQuery(text, (part) => privacy.searchTerm(workspaceId, part))),
  ]);
  const exact = [...new Set([...owners.values(), ...whole])];
  return {
    by: "terms",
    terms,
    start,
    started,
    people: [...new Set([...exact, ...byStart])],
    exact,
    isCut,
  };
}

/** `key` asks who has a trait, `key:value` who has it with this text; the text may be a personal value in clear. */
export function narrowByTrait(privacy: SearchDeps["privacy"], workspaceId: number, asked: string): Narrowing {
  const colon = asked.indexOf(":");
  if (colon < 1) return { by: "trait", key: asked, values: undefined, facets: [keyFacet(workspaceId, asked)] };
  const key = asked.slice(0, colon);
  const clear = asked.slice(colon + 1);
  const values = [...new Set([clear, storedForm(privacy, workspaceId, key, clear)])];
  return { by: "trait", key, values, facets: values.map((value) => valueFacet(workspaceId, key, value)) };
}

/** The form in which the edge would have stored this value of this trait. */
function storedForm(privacy: SearchDeps["privacy"], workspaceId: number, key: string, clear: string): string {
  const hide = (personalClass: PersonalClass, value: string) => privacy.tokenise(workspaceId, personalClass, value);
  const detector = createDetector({ traits: true, isMarked: () => false }, hide);
  return detector.text(clear, detector.scopeOf(key, "none", true));
}

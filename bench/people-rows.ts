import type { FeedEvent } from "@terrace/domain/event/feed-event";
import { personalClassOfIdentity } from "@terrace/domain/identity/normalise-identity";
import { applyTraits, EMPTY_TRAITS, foldTraits, traitsObject } from "@terrace/domain/traits/fold-traits";
import { planBatch } from "@terrace/server/modules/people/batch-plan";
import { gatherWork, type OriginWork, type SealWork, type WorkspaceWork } from "@terrace/server/modules/people/batch-work";
import { facetsOf } from "@terrace/server/modules/people/facets";
import { createKnownFacts } from "@terrace/server/modules/people/known-facts";
import { isIdentified } from "@terrace/server/modules/people/person-row";
import { tokenClass } from "@terrace/server/modules/people/personal-text";
import { termsOfPersonal, termsOfState, textsOf } from "@terrace/server/modules/people/search-terms";
import { createDerivedKeys } from "@terrace/server/modules/privacy/derived-keys";
import type { PrivacyModule } from "@terrace/server/modules/privacy/module";
import { createRandomPool } from "@terrace/server/modules/privacy/random-pool";
import { createValueCipher, type ValueCipher } from "@terrace/server/modules/privacy/value-cipher";

/** The tables a new person has rows in, with the columns in the order of the rows made here. */
export const PERSON_TABLES = {
  identity: "workspace_id, origin_id, person_id, first_seen_ms, last_seen_ms, kind, value, class",
  person: "workspace_id, person_id, first_seen_ms, last_seen_ms, joined_at_ms, ids_count, kinds, waived, identified",
  link: "workspace_id, low, high, first_at_ms",
  origin_trait: "workspace_id, origin_id, state, blind",
  person_profile: "workspace_id, person_id, traits, facets",
  person_term: "workspace_id, term, origin_id",
  person_key: "workspace_id, origin_id, wrapped_key",
  vault_value: "workspace_id, origin_id, token, class, ciphertext",
  person_change: "workspace_id, origin_id, person_id",
} as const;

/** Lines for COPY by table. */
export type PersonRows = Record<keyof typeof PERSON_TABLES, string[]>;

type Cell = string | number | boolean | null | Uint8Array;

/** Makes the rows that `resolveBatch` would write for events of people of whom nothing is stored, by the same functions. */
export function createRowMaker(privacy: PrivacyModule, masterKey: Uint8Array): (events: readonly FeedEvent[]) => PersonRows {
  const cipher = createValueCipher(createDerivedKeys(masterKey), createRandomPool());
  return (events) => {
    const rows: PersonRows = {
      identity: [],
      person: [],
      link: [],
      origin_trait: [],
      person_profile: [],
      person_term: [],
      person_key: [],
      vault_value: [],
      person_change: [],
    };
    for (const work of gatherWork(events, privacy.originId, createKnownFacts(2))) {
      addPeople(rows, work, privacy);
      for (const item of work.origins.values()) if (item.messages.length > 0) addTraits(rows, item, work, privacy);
      addSeals(rows, work, cipher);
    }
    return rows;
  };
}

function addPeople(rows: PersonRows, work: WorkspaceWork, privacy: PrivacyModule): void {
  const { workspaceId } = work;
  const plan = planBatch(work, { located: new Map(), people: new Map(), links: new Map() });
  for (const { originId, ref, personId, firstMs, lastMs } of plan.fresh) {
    const personalClass = personalClassOfIdentity(ref);
    const value = personalClass === undefined ? ref.value : privacy.tokenise(workspaceId, personalClass, ref.value);
    rows.identity.push(line([workspaceId, originId, personId, firstMs, lastMs, ref.kind, value, personalClass ?? ""]));
    if (originId !== personId) rows.person_change.push(line([workspaceId, originId, personId]));
    if (personalClass === undefined) continue;
    work.seals.set(`${originId} ${value}`, { originId, token: value, class: personalClass, value: ref.value });
    for (const term of termsOfPersonal(personalClass, ref.value, (text) => privacy.searchTerm(workspaceId, text)))
      rows.person_term.push(line([workspaceId, term, originId]));
  }
  for (const row of plan.people)
    rows.person.push(
      line([
        workspaceId,
        row.personId,
        row.firstSeenMs,
        row.lastSeenMs,
        row.joinedAtMs,
        row.idsCount,
        row.kinds,
        row.waived,
        isIdentified(row),
      ]),
    );
  for (const { low, high, firstAtMs } of plan.links) rows.link.push(line([workspaceId, low, high, firstAtMs]));
}

/** A new person's traits are those of the one id that was told of them. */
function addTraits(
  rows: PersonRows,
  { originId, messages }: OriginWork,
  { workspaceId, clear }: WorkspaceWork,
  privacy: PrivacyModule,
): void {
  const state = applyTraits(EMPTY_TRAITS, messages);
  const blind: Record<string, readonly string[]> = {};
  for (const text of textsOf(state)) {
    const value = clear.get(`${originId} ${text}`);
    const personalClass = tokenClass(text);
    const terms =
      personalClass === undefined || value === undefined
        ? []
        : termsOfPersonal(personalClass, value, (part) => privacy.searchTerm(workspaceId, part));
    if (terms.length > 0) blind[text] = terms;
  }
  const traits = traitsObject(foldTraits([state]));
  rows.origin_trait.push(line([workspaceId, originId, JSON.stringify(state), JSON.stringify(blind)]));
  rows.person_profile.push(line([workspaceId, originId, JSON.stringify(traits), `{${facetsOf(workspaceId, traits).join(",")}}`]));
  for (const term of termsOfState(state, blind)) rows.person_term.push(line([workspaceId, term, originId]));
}

function addSeals(rows: PersonRows, { workspaceId, seals }: WorkspaceWork, cipher: ValueCipher): void {
  for (const [originId, own] of Map.groupBy<string, SealWork>(seals.values(), (seal) => seal.originId)) {
    const dataKey = cipher.newDataKey();
    rows.person_key.push(line([workspaceId, originId, cipher.wrap(workspaceId, originId, dataKey)]));
    for (const { token, class: personalClass, value } of own)
      rows.vault_value.push(
        line([workspaceId, originId, token, personalClass, cipher.sealValue(dataKey, { workspaceId, originId, token }, value)]),
      );
  }
}

/** A row in COPY's text form. */
function line(cells: readonly Cell[]): string {
  let text = "";
  for (const [index, cell] of cells.entries()) text += `${index === 0 ? "" : "\t"}${cellText(cell)}`;
  return text;
}

function cellText(cell: Cell): string | number | boolean {
  if (cell === null) return "\\N";
  if (typeof cell === "object") return `\\\\x${Buffer.from(cell.buffer, cell.byteOffset, cell.byteLength).toString("hex")}`;
  return typeof cell === "string" && /[\\\t\n]/.test(cell)
    ? cell.replaceAll("\\", "\\\\").replaceAll("\t", "\\t").replaceAll("\n", "\\n")
    : cell;
}

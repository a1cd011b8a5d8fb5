import type { PersonFacts } from "@terrace/domain/exports/person-dump";
import type { Json } from "@terrace/domain/json";
import type { Db, Tx } from "../../platform/storage/postgres.ts";
import { nameSnapshot, openSnapshot, unless, type Snapshot } from "../../platform/storage/snapshot.ts";
import type { PrivacyModule } from "../privacy/module.ts";
import { tokensOf } from "./export-tokens.ts";
import { type ExportedPage } from "./exported-page.ts";
import { factsOfPeople, loadTies, type Said } from "./facts-export.ts";
import { displayOf, type FieldDisplay } from "./field-display.ts";
import { loadTagsOn, loadFactRows, loadIdRows, loadPeople, readByIndex, streamPeople, type PersonRow } from "./people-export.views.ts";
import type { PeopleFilter } from "./people-list.views.ts";
import { basicsOf, compareIdentities, distinctTags, isSeen, shownFields, type ShownPicture } from "./person-picture.ts";
import { inClear, revealText } from "./personal-text.ts";
import type { TagRow } from "./tag.store.ts";
import type { PeopleExportOptions, PersonParts } from "./exported-page.ts";

/** A person as an export holds it. `facts` make the person anew in another workspace. */
export type ExportedPerson = {
  readonly id: string;
  readonly displayName: string;
  readonly identified: boolean;
  readonly identities: readonly { readonly kind: string; readonly value: string }[];
  readonly traits: { readonly [key: string]: Json };
  readonly tags: readonly string[];
  readonly firstSeenAt: string;
  readonly lastSeenAt: string;
  readonly facts?: PersonFacts;
};

export const WHOLE_PERSON: PersonParts = { name: true, identities: "all", tags: true, traits: "all" };

/** People as they are at one moment, until it is closed. */
export type PeopleExport = {
  /** Opens the same moment elsewhere, while it is open here. */
  readonly moment: string;
  /** Ids in their order; nothing is read ahead. */
  readonly pages: (pageRows: number) => AsyncGenerator<readonly string[]>;
  readonly load: PeopleReader["load"];
  readonly close: () => Promise<void>;
};

/** Reads the people of ids that an export gave, as they were at its moment. */
export type PeopleReader = {
  readonly load: (personIds: readonly string[], options: PeopleExportOptions) => Promise<readonly ExportedPerson[]>;
  readonly close: () => Promise<void>;
};

export type PeopleReaderDeps = { readonly db: Db; readonly privacy: Pick<PrivacyModule, "open"> };

/** As many as the vault opens at once with room for many values each. */
const ORIGINS_PER_LOOK = 1_000;

/** Holds a moment of the people who meet a filter. It throws once its connection is lost. */
export async function openPeopleExport(deps: PeopleReaderDeps, workspaceId: number, filter: PeopleFilter): Promise<PeopleExport> {
  const snapshot = await openSnapshot(deps.db);
  try {
    const { tx, lost, close } = snapshot;
    return {
      moment: await nameSnapshot(tx),
      pages: async function* (pageRows) {
        const pages = streamPeople(tx, workspaceId, filter, pageRows);
        for (;;) {
          const page = await unless(lost, () => pages.next());
          if (page.done === true) return;
          yield page.value;
        }
      },
      load: loaderOf(snapshot, deps.privacy, workspaceId),
      close,
    };
  } catch (error) {
    await snapshot.close();
    throw error;
  }
}

/** Joins the moment of an export on a connection of its own. */
export async function joinPeopleExport(deps: PeopleReaderDeps, workspaceId: number, moment: string): Promise<PeopleReader> {
  const snapshot = await openSnapshot(deps.db, moment);
  try {
    await readByIndex(snapshot.tx);
    return { load: loaderOf(snapshot, deps.privacy, workspaceId), close: snapshot.close };
  } catch (error) {
    await snapshot.close();
    throw error;
  }
}

function loaderOf({ tx, lost }: Snapshot, privacy: PeopleReaderDeps["privacy"], workspaceId: number): PeopleReader["load"] {
  return (personIds, options) => unless(lost, () => loadPage({ tx, privacy }, workspaceId, personIds, options));
}

type PageDeps = { readonly tx: Tx; readonly privacy: PeopleReaderDeps["privacy"] };

async function loadPage(
  { tx, privacy }: PageDeps,
  workspaceId: number,
  personIds: readonly string[],
  options: PeopleExportOptions,
): Promise<readonly ExportedPerson[]> {
  const { view, facts, parts, now } = options;
  const [said, ids, people] = await Promise.all([
    facts ? loadSaid(tx, workspaceId, personIds) : undefined,
    facts ? undefined : loadIdRows(tx, workspaceId, personIds),
    loadPeople(tx, workspaceId, personIds),
  ]);
  const page: ExportedPage = { rows: said?.rows ?? ids ?? [], people, said };
  const [tags, opened] = await Promise.all([
    parts.tags || facts ? loadTagsOn(tx, workspaceId, page.rows, now) : [],
    openAll({ tx, privacy }, workspaceId, page, tokensOf(page, options)),
  ]);
  const factsOf = said === undefined ? undefined : factsOfPeople({ ...said, tags }, inClear(opened));
  const display = displayOf(view, opened);
  const tagsOf = Map.groupBy(tags, ({ personId }) => personId);
  const idsOf = Map.groupBy(page.rows, ({ personId }) => personId);
  return people.flatMap((person) => {
    const { personId } = person.head;
    const own = idsOf.get(personId);
    if (own === undefined) return [];
    const picture = { identities: own.toSorted(compareIdentities), traits: person.traits, opened };
    const shown = personOf(person, picture, tagsOf.get(personId) ?? [], display);
    const made = factsOf?.get(personId);
    return [made === undefined ? shown : { ...shown, facts: made }];
  });
}

/** What was said about all ids of some people, and what joins them. */
async function loadSaid(tx: Tx, workspaceId: number, personIds: readonly string[]): Promise<Said> {
  const rows = await loadFactRows(tx, workspaceId, personIds);
  return { rows, ties: await loadTies(tx, workspaceId, rows) };
}

/** Opens personal values of a page, some ids at a time: there is a limit to one look into the vault. */
async function openAll(
  { tx, privacy }: PageDeps,
  workspaceId: number,
  page: ExportedPage,
  tokens: ReadonlySet<string>,
): Promise<ReadonlyMap<string, string>> {
  const opened = new Map<string, string>();
  // The strongest id first: most values are sealed under it, and what is open need not be opened again.
  const strongestFirst = [
    page.rows.filter(({ originId, personId }) => originId === personId),
    page.rows.filter(({ originId, personId }) => originId !== personId),
    page.said?.ties.strangers ?? [],
  ].flatMap((rows) => chunksOf(rows.map(({ originId }) => originId)));
  for (const originIds of strongestFirst) {
    const left = [...tokens].filter((token) => !opened.has(token));
    if (left.length === 0) break;
    for (const [token, value] of await privacy.open(tx, workspaceId, originIds, left)) opened.set(token, value);
  }
  return opened;
}

function chunksOf(originIds: readonly string[]): readonly (readonly string[])[] {
  const chunks: (readonly string[])[] = [];
  for (let from = 0; from < originIds.length; from += ORIGINS_PER_LOOK) chunks.push(originIds.slice(from, from + ORIGINS_PER_LOOK));
  return chunks;
}

function personOf({ head }: PersonRow, picture: ShownPicture, tags: readonly TagRow[], display: FieldDisplay): ExportedPerson {
  const { id, displayName, identified, firstSeenAt, lastSeenAt } = basicsOf(head, picture, display);
  return {
    id,
    displayName,
    identified,
    identities: picture.identities
      .filter((identity) => isSeen(identity, display.view))
      .map(({ kind, value }) => ({ kind, value: revealText(value, display.text) })),
    traits: shownFields("trait", picture.traits, display),
    tags: distinctTags(tags).map(({ tag }) => tag),
    firstSeenAt,
    lastSeenAt,
  };
}

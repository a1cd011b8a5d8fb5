import type { FieldView } from "@terrace/domain/access/field-view";
import type { PersonFacts } from "@terrace/domain/exports/person-dump";
import type { Json, JsonObject } from "@terrace/domain/json";
import type { Db, Tx } from "../../platform/storage/postgres.ts";
import { openSnapshot } from "../../platform/storage/snapshot.ts";
import type { PrivacyModule } from "../privacy/module.ts";
import { factsOfPeople, loadTies, NO_TIES, type Ties } from "./facts-export.ts";
import { loadAllTags, loadFactRows, readInPages, streamHeads, type FactRow } from "./people-export.views.ts";
import type { PeopleFilter } from "./people-list.views.ts";
import { displayOf, type FieldDisplay } from "./field-display.ts";
import { basicsOf, compareIdentities, distinctTags, isSeen, shownFields, type PersonPicture } from "./person-picture.ts";
import { loadProfiles, type PersonHead } from "./person.views.ts";
import { inClear, revealText, tokensIn } from "./personal-text.ts";
import type { TagRow } from "./tag.store.ts";

export type PeopleExportDeps = { readonly db: Db; readonly privacy: Pick<PrivacyModule, "open">; readonly nowMs: () => number };

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

export type PeopleExportOptions = {
  readonly filter: PeopleFilter;
  /** What the reader sees. */
  readonly view: FieldView;
  /** With everything that is needed to make the same person anew, all of it in clear. */
  readonly facts: boolean;
};

/** Small pages: each is worked on in one go, and other requests wait meanwhile. */
const PEOPLE_PER_PAGE = 500;
/** As many as the vault opens at once with room for many values each. */
const ORIGINS_PER_LOOK = 1_000;

/**
 * People in id order, page by page, as they were at one moment. Nothing is read ahead of the reader but the next page; the snapshot is
 * held until the reader has finished or gives up.
 */
export async function* exportPeople(
  deps: PeopleExportDeps,
  workspaceId: number,
  options: PeopleExportOptions,
): AsyncGenerator<readonly ExportedPerson[]> {
  const now = new Date(deps.nowMs());
  const { tx, lost, close } = await openSnapshot(deps.db);
  try {
    await readInPages(tx);
    for await (const heads of streamHeads(tx, workspaceId, options.filter, PEOPLE_PER_PAGE)) {
      yield await loadPage({ tx, privacy: deps.privacy }, workspaceId, heads, { ...options, now });
      lost.throwIfAborted();
    }
  } finally {
    await close();
  }
}

async function loadPage(
  { tx, privacy }: { readonly tx: Tx; readonly privacy: PeopleExportDeps["privacy"] },
  workspaceId: number,
  heads: readonly PersonHead[],
  { view, facts, now }: PeopleExportOptions & { readonly now: Date },
): Promise<readonly ExportedPerson[]> {
  const personIds = heads.map(({ personId }) => personId);
  const [rows, profiles, tags] = await Promise.all([
    loadFactRows(tx, workspaceId, personIds, facts),
    loadProfiles(tx, workspaceId, personIds),
    loadAllTags(tx, workspaceId, personIds, now),
  ]);
  const others = facts ? await loadTies(tx, workspaceId, rows) : NO_TIES;
  const opened = await openAll({ tx, privacy }, workspaceId, { rows, profiles, others });
  const factsOf = facts ? factsOfPeople({ rows, tags, ties: others }, inClear(opened)) : undefined;
  const display = displayOf(view, opened);
  const tagsOf = Map.groupBy(tags, ({ personId }) => personId);
  const pictures = picturesOf(rows, profiles, opened);
  return heads.flatMap((head) => {
    const picture = pictures.get(head.personId);
    if (picture === undefined) return [];
    const own = factsOf?.get(head.personId);
    return [{ ...personOf(head, picture, tagsOf.get(head.personId) ?? [], display), ...(own === undefined ? {} : { facts: own }) }];
  });
}

function picturesOf(
  rows: readonly FactRow[],
  profiles: ReadonlyMap<string, JsonObject>,
  opened: ReadonlyMap<string, string>,
): ReadonlyMap<string, PersonPicture> {
  return new Map(
    [...Map.groupBy(rows, ({ personId }) => personId)].map(([personId, own]) => [
      personId,
      { identities: own.toSorted(compareIdentities), traits: profiles.get(personId) ?? {}, opened },
    ]),
  );
}

type Page = { readonly rows: readonly FactRow[]; readonly profiles: ReadonlyMap<string, JsonObject>; readonly others: Ties };

/** Opens every personal value of a page, some ids at a time: there is a limit to one look into the vault. */
async function openAll(
  { tx, privacy }: { readonly tx: Tx; readonly privacy: PeopleExportDeps["privacy"] },
  workspaceId: number,
  page: Page,
): Promise<ReadonlyMap<string, string>> {
  const tokens = tokensOf(page);
  const opened = new Map<string, string>();
  // The strongest id first: most values are sealed under it, and what is open need not be opened again.
  const strongestFirst = [
    page.rows.filter(({ originId, personId }) => originId === personId),
    page.rows.filter(({ originId, personId }) => originId !== personId),
    page.others.strangers,
  ].flatMap((rows) => chunksOf(rows.map(({ originId }) => originId)));
  for (const originIds of strongestFirst) {
    const left = [...tokens].filter((token) => !opened.has(token));
    if (left.length === 0) break;
    for (const [token, value] of await privacy.open(tx, workspaceId, originIds, left)) opened.set(token, value);
  }
  return opened;
}

function tokensOf({ rows, profiles, others }: Page): ReadonlySet<string> {
  const tokens = new Set<string>();
  for (const { value, class: personalClass, state } of rows) {
    if (personalClass !== "") tokens.add(value);
    for (const log of Object.values(state?.k ?? {})) for (const [, , , entry] of log) tokensIn(entry, tokens);
  }
  for (const { value, class: personalClass } of others.strangers) if (personalClass !== "") tokens.add(value);
  for (const traits of profiles.values()) tokensIn(traits, tokens);
  return tokens;
}

function chunksOf(originIds: readonly string[]): readonly (readonly string[])[] {
  const chunks: (readonly string[])[] = [];
  for (let from = 0; from < originIds.length; from += ORIGINS_PER_LOOK) chunks.push(originIds.slice(from, from + ORIGINS_PER_LOOK));
  return chunks;
}

function personOf(head: PersonHead, picture: PersonPicture, tags: readonly TagRow[], display: FieldDisplay): ExportedPerson {
  const { id, displayName, identified, firstSeenAt, lastSeenAt } = basicsOf(head, picture, display.view);
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

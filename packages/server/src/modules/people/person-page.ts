import { foldTraits } from "@terrace/domain/traits/fold-traits";
import type { FieldView } from "@terrace/domain/access/field-view";
import type { Warehouse } from "../../platform/storage/clickhouse.ts";
import type { Db } from "../../platform/storage/postgres.ts";
import type { PrivacyModule } from "../privacy/module.ts";
import { loadNotes } from "./note.store.ts";
import { displayOf, type Shown } from "./field-display.ts";
import {
  basicsOf,
  computedShown,
  reckonedShown,
  distinctTags,
  identitiesShown,
  isSeen,
  loadPictures,
  openPictures,
  traitsShown,
} from "./person-picture.ts";
import { countMerges, findHead, findOwner, loadComputed, loadIdentities, loadProfiles, loadReckoned } from "./person.views.ts";
import { revealText, tokensIn } from "./personal-text.ts";
import { areNotesHidden, noteClear, noteSeen, noteShown, tagShown } from "./remark-picture.ts";
import { loadTags } from "./tag.store.ts";
import { countEvents } from "./timeline.views.ts";
import { loadTraits } from "./traits.store.ts";

export type PersonPageDeps = {
  readonly db: Db;
  readonly warehouse: Warehouse;
  readonly privacy: Pick<PrivacyModule, "open" | "decryptPayload">;
  readonly nowMs: () => number;
};

/** Everything the caller sees of the person who owns an id; undefined when nobody does. */
export async function loadPerson(deps: PersonPageDeps, workspaceId: number, id: string, view: FieldView) {
  const { db, privacy } = deps;
  const personId = await findOwner(db, workspaceId, id);
  if (personId === undefined) return undefined;
  const [head, identities, profiles, tags, notes] = await Promise.all([
    findHead(db, workspaceId, personId),
    loadIdentities(db, workspaceId, [personId]),
    loadProfiles(db, workspaceId, [personId]),
    loadTags(db, workspaceId, [personId], new Date(deps.nowMs())),
    loadNotes(db, workspaceId, personId),
  ]);
  const originIds = identities.map(({ originId }) => originId);
  const [pictures, states, eventCount, mergeCount, computed, reckoned] = await Promise.all([
    openPictures(deps, workspaceId, { identities, profiles }),
    loadTraits(db, workspaceId, originIds),
    countEvents(deps.warehouse, workspaceId, originIds),
    countMerges(db, workspaceId, originIds),
    loadComputed(db, workspaceId, personId),
    loadReckoned(db, workspaceId, personId),
  ]);
  const picture = pictures.get(personId);
  if (head === undefined || picture === undefined) return undefined;
  const display = displayOf(view, picture.opened);
  return {
    ...basicsOf(head, picture, display),
    identities: identitiesShown(picture.identities, display),
    traits: [
      ...traitsShown(foldTraits(states), display),
      ...computedShown(computed, display),
      ...reckonedShown(reckoned, display, deps.nowMs()),
    ],
    tags: distinctTags(tags).map(tagShown),
    notes: areNotesHidden(view) ? [] : notes.map((note) => noteShown(privacy, note, view)),
    eventCount,
    mergeCount,
  };
}

/** The personal values of a person after a reason was given: ids by origin, and the traits and notes that hold any; hidden ones stay out. */
export async function loadClearValues(
  deps: Pick<PersonPageDeps, "db" | "privacy">,
  workspaceId: number,
  personId: string,
  view: FieldView,
) {
  const picture = (await loadPictures(deps, workspaceId, [personId])).get(personId);
  if (picture === undefined) return { identities: {}, traits: {}, notes: {} };
  const display = displayOf(view.unmasked(), picture.opened);
  const page = displayOf(view, picture.opened);
  const traits: Record<string, Shown> = {};
  for (const [key, value] of Object.entries(picture.traits)) {
    const shown = tokensIn(value).size > 0 ? display.field("trait", key, value) : undefined;
    // The page names a trait by its key as it is shown there.
    if (shown !== undefined) traits[revealText(key, page.text)] = shown;
  }
  const identities = picture.identities
    .filter((identity) => identity.class !== "" && isSeen(identity, view))
    .map(({ originId, value }) => [originId, revealText(value, display.text)] as const);
  const notes = (areNotesHidden(view) ? [] : await loadNotes(deps.db, workspaceId, personId))
    .filter((note) => noteShown(deps.privacy, note, view).personal)
    .map((note) => [note.noteId, noteSeen(noteClear(deps.privacy, note), view.unmasked())] as const);
  return { identities: Object.fromEntries(identities), traits, notes: Object.fromEntries(notes) };
}

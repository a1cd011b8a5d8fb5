import { foldTraits } from "@terrace/domain/traits/fold-traits";
import type { Warehouse } from "../../platform/storage/clickhouse.ts";
import type { Db } from "../../platform/storage/postgres.ts";
import type { PrivacyModule } from "../privacy/module.ts";
import { loadNotes } from "./note.store.ts";
import { basicsOf, distinctTags, identityShown, loadPictures, openPictures, shown, traitShown, type Shown } from "./person-picture.ts";
import { countMerges, findHead, findOwner, loadIdentities, loadProfiles } from "./person.views.ts";
import { inClear, masked, revealText, tokensIn } from "./personal-text.ts";
import { noteShown, tagShown } from "./remark-picture.ts";
import { loadTags } from "./tag.store.ts";
import { countEvents } from "./timeline.views.ts";
import { loadTraits } from "./traits.store.ts";

export type PersonPageDeps = {
  readonly db: Db;
  readonly warehouse: Warehouse;
  readonly privacy: Pick<PrivacyModule, "open" | "decryptPayload">;
  readonly nowMs: () => number;
};

/** Everything shown of the person who owns an id, personal values masked; undefined when nobody does. */
export async function loadPerson(deps: PersonPageDeps, workspaceId: number, id: string) {
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
  const [pictures, states, eventCount, mergeCount] = await Promise.all([
    openPictures(deps, workspaceId, { identities, profiles }),
    loadTraits(db, workspaceId, originIds),
    countEvents(deps.warehouse, workspaceId, originIds),
    countMerges(db, workspaceId, originIds),
  ]);
  const picture = pictures.get(personId);
  if (head === undefined || picture === undefined) return undefined;
  const show = masked(picture.opened);
  return {
    ...basicsOf(head, picture),
    identities: picture.identities.map((identity) => identityShown(identity, show)),
    traits: [...foldTraits(states)].map(([key, { value, atMs }]) => traitShown(key, value, atMs, show)),
    tags: distinctTags(tags).map(tagShown),
    notes: notes.map((note) => noteShown(privacy, note)),
    eventCount,
    mergeCount,
  };
}

/** The personal values of a person in clear: ids by origin, and the traits that hold any. */
export async function loadClearValues(deps: Pick<PersonPageDeps, "db" | "privacy">, workspaceId: number, personId: string) {
  const picture = (await loadPictures(deps, workspaceId, [personId])).get(personId);
  if (picture === undefined) return { identities: {}, traits: {} };
  const show = inClear(picture.opened);
  const traits: Record<string, Shown> = {};
  for (const [key, value] of Object.entries(picture.traits)) {
    // The page names a trait by its masked key.
    if (tokensIn(value).size > 0) traits[revealText(key, masked(picture.opened))] = shown(value, show);
  }
  const identities = picture.identities
    .filter(({ class: personalClass }) => personalClass !== "")
    .map(({ originId, value }) => [originId, revealText(value, show)] as const);
  return { identities: Object.fromEntries(identities), traits };
}

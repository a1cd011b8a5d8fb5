import { traitOfComputed } from "@terrace/domain/traits/computed-traits";
import { compareOrigins } from "@terrace/domain/identity/person-order";
import { identityRank } from "@terrace/domain/identity/identity-kinds";
import type { PersonalClass } from "@terrace/domain/event/feed-event";
import type { Json, JsonObject } from "@terrace/domain/json";
import type { Db } from "../../platform/storage/postgres.ts";
import type { PrivacyModule } from "../privacy/module.ts";
import type { FieldView } from "@terrace/domain/access/field-view";
import { displayOf, type FieldDisplay, type Shown } from "./field-display.ts";
import { revealText, tokenClass, tokensIn } from "./personal-text.ts";
import {
  loadIdentities,
  loadProfiles,
  type ComputedTrait,
  type IdentityView,
  type PersonHead,
  type ReckonedTrait,
} from "./person.views.ts";
import { loadTags, type TagRow } from "./tag.store.ts";

export type PictureDeps = { readonly db: Db; readonly privacy: Pick<PrivacyModule, "open"> };

/** What is shown of a person: ids strongest first, traits and ids with tokens in place of personal values, and what opens them. */
export type PersonPicture = {
  readonly identities: readonly IdentityView[];
  readonly traits: JsonObject;
  readonly opened: ReadonlyMap<string, string>;
};

/** As much of it as names a person. */
export type ShownPicture = Omit<PersonPicture, "identities"> & { readonly identities: readonly ShownId[] };
type ShownId = Omit<IdentityView, "firstSeenMs">;

const IDENTITIES_IN_ROW = 5;
/** Traits that hold a person's name, the best first; any other trait of the class counts after these. */
const NAME_KEYS = ["name", "$name", "full_name", "fullName", "real_name", "realName", "姓名", "真实姓名"];

/** Reads the ids and traits of some people, and opens their personal values. People without ids are left out. */
export async function loadPictures(
  deps: PictureDeps,
  workspaceId: number,
  personIds: readonly string[],
): Promise<ReadonlyMap<string, PersonPicture>> {
  const [identities, profiles] = await Promise.all([
    loadIdentities(deps.db, workspaceId, personIds),
    loadProfiles(deps.db, workspaceId, personIds),
  ]);
  return openPictures(deps, workspaceId, { identities, profiles });
}

/** The pictures of people whose ids and traits were read already. */
export async function openPictures(
  deps: PictureDeps,
  workspaceId: number,
  { identities, profiles }: { readonly identities: readonly IdentityView[]; readonly profiles: ReadonlyMap<string, JsonObject> },
): Promise<ReadonlyMap<string, PersonPicture>> {
  const tokens = new Set(identities.flatMap(({ value, class: personalClass }) => (personalClass === "" ? [] : [value])));
  for (const traits of profiles.values()) tokensIn(traits, tokens);
  const opened = await openTokens(deps, workspaceId, identities, tokens);
  return new Map(
    [...Map.groupBy(identities, ({ personId }) => personId)].map(([personId, own]) => [
      personId,
      { identities: own.toSorted(compareIdentities), traits: profiles.get(personId) ?? {}, opened },
    ]),
  );
}

/** What opens the personal values in some traits of a person; asks nothing where there are none. */
export async function openTraits(
  deps: PictureDeps,
  workspaceId: number,
  { personId, traits }: { readonly personId: string; readonly traits: JsonObject },
): Promise<ReadonlyMap<string, string>> {
  const tokens = tokensIn(traits);
  if (tokens.size === 0) return new Map();
  return openTokens(deps, workspaceId, await loadIdentities(deps.db, workspaceId, [personId]), tokens);
}

/** A value is sealed under every id that came with it, mostly under the strongest: asking that one first saves opening the keys of the others. */
async function openTokens(
  deps: PictureDeps,
  workspaceId: number,
  identities: readonly IdentityView[],
  tokens: ReadonlySet<string>,
): Promise<ReadonlyMap<string, string>> {
  const isStrongest = ({ originId, personId }: IdentityView): boolean => originId === personId;
  const opened = await deps.privacy.open(
    deps.db,
    workspaceId,
    identities.filter(isStrongest).map(({ originId }) => originId),
    [...tokens],
  );
  const left = [...tokens].filter((token) => !opened.has(token));
  if (left.length === 0) return opened;
  return new Map([
    ...opened,
    ...(await deps.privacy.open(
      deps.db,
      workspaceId,
      identities.filter((identity) => !isStrongest(identity)).map(({ originId }) => originId),
      left,
    )),
  ]);
}

/** The name of a person as the caller may see it (masked by default), else the strongest id they see. */
export function displayNameOf(picture: PersonPicture, view: FieldView): string {
  return nameShown(picture, displayOf(view, picture.opened));
}

function nameShown(picture: ShownPicture, { view, text }: FieldDisplay): string {
  const name = view.ofClass("name") === "hidden" ? undefined : nameIn(picture.traits);
  if (name !== undefined && picture.opened.has(name)) return revealText(name, text);
  const strongest = picture.identities.find((identity) => isSeen(identity, view));
  return strongest === undefined ? "" : revealText(strongest.value, text);
}

/** Whether the caller sees an id at all. */
export function isSeen(identity: ShownId, view: FieldView): boolean {
  // An id has no class, or one of the classes.
  return identity.class === "" || view.ofClass(identity.class as PersonalClass) !== "hidden";
}

/** People as rows of a list, in the given order. */
export async function loadRows(
  deps: PictureDeps,
  workspaceId: number,
  heads: readonly PersonHead[],
  { now, view }: { readonly now: Date; readonly view: FieldView },
) {
  const personIds = heads.map(({ personId }) => personId);
  const [pictures, tags] = await Promise.all([loadPictures(deps, workspaceId, personIds), loadTags(deps.db, workspaceId, personIds, now)]);
  const tagsOf = Map.groupBy(tags, ({ personId }) => personId);
  return heads.flatMap((head) => {
    const picture = pictures.get(head.personId);
    return picture === undefined ? [] : [rowOf(head, picture, { tags: tagsOf.get(head.personId) ?? [], view })];
  });
}

/** The parts of a row and of a person's page that are the same. */
export function basicsOf(head: PersonHead, picture: ShownPicture, display: FieldDisplay) {
  return {
    id: head.personId,
    displayName: nameShown(picture, display),
    identified: head.identified,
    identityCount: head.idsCount,
    firstSeenAt: new Date(head.firstSeenMs).toISOString(),
    lastSeenAt: new Date(head.lastSeenMs).toISOString(),
  };
}

/** The ids a caller sees, as they are shown. */
export function identitiesShown(identities: readonly IdentityView[], display: FieldDisplay) {
  return identities.filter((identity) => isSeen(identity, display.view)).map((identity) => identityShown(identity, display));
}

function identityShown(identity: IdentityView, { text }: FieldDisplay) {
  return {
    originId: identity.originId,
    kind: identity.kind,
    value: revealText(identity.value, text),
    personal: identity.class !== "",
    firstSeenAt: new Date(identity.firstSeenMs).toISOString(),
  };
}

/** The traits a caller sees, as they are shown. */
export function traitsShown(traits: Iterable<readonly [string, { readonly value: Json; readonly atMs: number }]>, display: FieldDisplay) {
  return [...traits].flatMap(([key, { value, atMs }]) => {
    const shown = display.field("trait", key, value);
    return shown === undefined ? [] : [{ ...traitShown(key, value, display), value: shown, updatedAt: new Date(atMs).toISOString() }];
  });
}

/** Values of classes as traits; a role's rules hold for them as for any. */
export function computedShown(computed: readonly ComputedTrait[], display: FieldDisplay) {
  return computed.flatMap(({ trait, value, key, name, valueName, since }) => {
    const shown = display.field("trait", trait, value);
    if (shown === undefined) return [];
    return [
      { ...traitShown(trait, value, display), value: shown, updatedAt: since.toISOString(), computed: { class: key, name, valueName } },
    ];
  });
}

/** Computed traits; a role's rules hold for them as for any. */
export function reckonedShown(reckoned: readonly ReckonedTrait[], display: FieldDisplay, nowMs: number) {
  return reckoned.flatMap(({ key, nameZh, nameEn, unit, value }) => {
    const trait = traitOfComputed(key);
    const shown = display.field("trait", trait, value);
    if (shown === undefined) return [];
    const name = { zh: nameZh, en: nameEn };
    return [
      { ...traitShown(trait, value, display), value: shown, updatedAt: new Date(nowMs).toISOString(), reckoned: { key, name, unit } },
    ];
  });
}

/** What is said of a trait beside its value; its class is that of the first personal value in it. */
function traitShown(key: string, value: Json, { text }: FieldDisplay) {
  const [token] = tokensIn(value);
  return {
    key: revealText(key, text),
    personal: token !== undefined,
    class: token === undefined ? "" : (tokenClass(token) ?? ""),
  };
}

/** Tags with the same name on several ids of a person, or given by hand and by rules, are one: the one that holds longest. */
export function distinctTags(tags: readonly TagRow[]): readonly TagRow[] {
  const longest = new Map<string, TagRow>();
  for (const row of tags) {
    const known = longest.get(row.tag);
    if (known === undefined || outlasts(row, known)) longest.set(row.tag, row);
  }
  return [...longest.values()];
}

/** Of tags that end together the one given by hand stands for all, else the newest. */
function outlasts(row: TagRow, known: TagRow): boolean {
  const [until, before] = [row, known].map(({ expiresAt }) => expiresAt?.getTime() ?? Infinity);
  if (until !== before) return (until ?? 0) > (before ?? 0);
  return row.rule === null || known.rule !== null;
}

function rowOf(head: PersonHead, picture: PersonPicture, { tags, view }: { readonly tags: readonly TagRow[]; readonly view: FieldView }) {
  const display = displayOf(view, picture.opened);
  const seen = picture.identities.filter((identity) => isSeen(identity, view));
  const traits = shownFields("trait", picture.traits, display);
  const personal = Object.entries(picture.traits).flatMap(([key, value]) =>
    tokensIn(value).size > 0 ? [revealText(key, display.text)] : [],
  );
  return {
    ...basicsOf(head, picture, display),
    identities: seen.slice(0, IDENTITIES_IN_ROW).map(({ kind, value }) => ({ kind, value: revealText(value, display.text) })),
    traits,
    personalTraits: personal.filter((key) => Object.hasOwn(traits, key)),
    tags: distinctTags(tags).map(({ tag }) => tag),
  };
}

/** Traits or properties as a caller sees them; hidden ones are left out. */
export function shownFields(place: "trait" | "property", fields: JsonObject, display: FieldDisplay): { [key: string]: Shown } {
  const shown: [string, Shown][] = [];
  for (const [key, value] of Object.entries(fields)) {
    const field = display.field(place, key, value);
    if (field !== undefined) shown.push([revealText(key, display.text), field]);
  }
  return Object.fromEntries(shown);
}

function nameIn(traits: JsonObject): string | undefined {
  for (const key of [...NAME_KEYS, ...Object.keys(traits)]) {
    const value = Object.hasOwn(traits, key) ? traits[key] : undefined;
    if (typeof value === "string" && tokenClass(value) === "name") return value;
  }
  return undefined;
}

/** Strongest id first. */
export function compareIdentities(a: ShownId, b: ShownId): number {
  return identityRank(a.kind) - identityRank(b.kind) || compareOrigins(a.originId, b.originId);
}

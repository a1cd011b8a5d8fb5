import { compareOrigins } from "@terrace/domain/identity/person-order";
import { identityRank } from "@terrace/domain/identity/identity-kinds";
import type { Json, JsonObject } from "@terrace/domain/json";
import type { Db } from "../../platform/storage/postgres.ts";
import type { PrivacyModule } from "../privacy/module.ts";
import { masked, reveal, revealText, tokenClass, tokensIn, type Reveal } from "./personal-text.ts";
import { loadIdentities, loadProfiles, type IdentityView, type PersonHead } from "./person.views.ts";
import { loadTags, type TagRow } from "./tag.store.ts";

export type PictureDeps = { readonly db: Db; readonly privacy: Pick<PrivacyModule, "open"> };

/** What is shown of a person: ids strongest first, traits and ids with tokens in place of personal values, and what opens them. */
export type PersonPicture = {
  readonly identities: readonly IdentityView[];
  readonly traits: JsonObject;
  readonly opened: ReadonlyMap<string, string>;
};

/** A value ready for an answer, whose contract declares lists and objects that may be written to. */
export type Shown = string | number | boolean | null | Shown[] | { [key: string]: Shown };

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

/** The masked name of a person, else its strongest id, masked when personal. */
export function displayNameOf(picture: PersonPicture): string {
  const show = masked(picture.opened);
  const name = nameIn(picture.traits);
  if (name !== undefined && picture.opened.has(name)) return revealText(name, show);
  const [strongest] = picture.identities;
  return strongest === undefined ? "" : revealText(strongest.value, show);
}

/** People as rows of a list, in the given order. */
export async function loadRows(deps: PictureDeps, workspaceId: number, heads: readonly PersonHead[], now: Date) {
  const personIds = heads.map(({ personId }) => personId);
  const [pictures, tags] = await Promise.all([loadPictures(deps, workspaceId, personIds), loadTags(deps.db, workspaceId, personIds, now)]);
  const tagsOf = Map.groupBy(tags, ({ personId }) => personId);
  return heads.flatMap((head) => {
    const picture = pictures.get(head.personId);
    return picture === undefined ? [] : [rowOf(head, picture, tagsOf.get(head.personId) ?? [])];
  });
}

/** The parts of a row and of a person's page that are the same. */
export function basicsOf(head: PersonHead, picture: PersonPicture) {
  return {
    id: head.personId,
    displayName: displayNameOf(picture),
    identified: head.identified,
    identityCount: head.idsCount,
    firstSeenAt: new Date(head.firstSeenMs).toISOString(),
    lastSeenAt: new Date(head.lastSeenMs).toISOString(),
  };
}

/** An id as it is shown. */
export function identityShown(identity: IdentityView, show: Reveal) {
  return {
    originId: identity.originId,
    kind: identity.kind,
    value: revealText(identity.value, show),
    personal: identity.class !== "",
    firstSeenAt: new Date(identity.firstSeenMs).toISOString(),
  };
}

/** A trait as it is shown; its class is that of the first personal value in it. */
export function traitShown(key: string, value: Json, atMs: number, show: Reveal) {
  const [token] = tokensIn(value);
  return {
    key: revealText(key, show),
    value: shown(value, show),
    personal: token !== undefined,
    class: token === undefined ? "" : (tokenClass(token) ?? ""),
    updatedAt: new Date(atMs).toISOString(),
  };
}

/** Tags with the same name on several ids of a person are one: the latest. */
export function distinctTags(tags: readonly TagRow[]): readonly TagRow[] {
  return [...new Map(tags.map((row) => [row.tag, row])).values()];
}

function rowOf(head: PersonHead, picture: PersonPicture, tags: readonly TagRow[]) {
  const show = masked(picture.opened);
  return {
    ...basicsOf(head, picture),
    identities: picture.identities.slice(0, IDENTITIES_IN_ROW).map(({ kind, value }) => ({ kind, value: revealText(value, show) })),
    traits: shownObject(picture.traits, show),
    personalTraits: Object.entries(picture.traits).flatMap(([key, value]) => (tokensIn(value).size > 0 ? [revealText(key, show)] : [])),
    tags: distinctTags(tags).map(({ tag }) => tag),
  };
}

/** A value with what may be shown in place of its tokens. */
export function shown(value: Json, show: Reveal): Shown {
  // Lists and objects come out newly made, so nobody else sees them written to.
  return reveal(value, show) as Shown;
}

/** The same for an object. */
export function shownObject(object: JsonObject, show: Reveal): { [key: string]: Shown } {
  return Object.fromEntries(Object.entries(object).map(([key, value]) => [revealText(key, show), shown(value, show)]));
}

function nameIn(traits: JsonObject): string | undefined {
  for (const key of [...NAME_KEYS, ...Object.keys(traits)]) {
    const value = Object.hasOwn(traits, key) ? traits[key] : undefined;
    if (typeof value === "string" && tokenClass(value) === "name") return value;
  }
  return undefined;
}

/** Strongest id first. */
export function compareIdentities(a: IdentityView, b: IdentityView): number {
  return identityRank(a.kind) - identityRank(b.kind) || compareOrigins(a.originId, b.originId);
}

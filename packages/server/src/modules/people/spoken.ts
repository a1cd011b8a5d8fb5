import type { FieldView } from "@terrace/domain/access/field-view";
import type { Json, JsonObject } from "@terrace/domain/json";
import { displayOf } from "./field-display.ts";
import { openPictures, shownFields, type PictureDeps } from "./person-picture.ts";
import { ERASED, inClear, reveal } from "./personal-text.ts";
import { loadIdentities, loadProfiles } from "./person.views.ts";
import { loadReckonedValues } from "./trait-shares.views.ts";

/** Somebody who is to be told something, and properties of an event in the stored form that go with it. */
export type ToSpeakOf = { readonly personId: string; readonly properties: JsonObject };
/** What a message may say of somebody. */
export type SpokenOf = { readonly traits: JsonObject; readonly properties: JsonObject };

/**
 * Traits of people, with what is reckoned of them, and properties of events as a message says them, in the order asked for: personal values as a view
 * shows them, or in clear right before sending. Undefined for people who are not there.
 */
export async function speakOf(
  deps: PictureDeps,
  workspaceId: number,
  asked: readonly ToSpeakOf[],
  view: FieldView | "clear",
): Promise<readonly (SpokenOf | undefined)[]> {
  const personIds = [...new Set(asked.map(({ personId }) => personId))];
  const [identities, profiles, reckoned] = await Promise.all([
    loadIdentities(deps.db, workspaceId, personIds),
    loadProfiles(deps.db, workspaceId, personIds),
    loadReckonedValues(deps.db, workspaceId, personIds),
  ]);
  const properties = Map.groupBy(asked, ({ personId }) => personId);
  // One opening for all that is personal of a person.
  const whole = new Map(
    personIds.map((id): [string, JsonObject] => [
      id,
      { traits: { ...profiles.get(id), ...reckoned.get(id) }, told: (properties.get(id) ?? []).map((one) => one.properties) },
    ]),
  );
  const pictures = await openPictures(deps, workspaceId, { identities, profiles: whole });
  return asked.map(({ personId, properties: told }) => {
    const opened = pictures.get(personId)?.opened;
    if (opened === undefined) return undefined;
    const traits: JsonObject = { ...profiles.get(personId), ...reckoned.get(personId) };
    if (view === "clear") return { traits: inWords(traits, opened), properties: inWords(told, opened) };
    const display = displayOf(view, opened);
    return { traits: shownFields("trait", traits, display), properties: shownFields("property", told, display) };
  });
}

/** What was erased is not there, rather than stars in somebody's name. */
function inWords(fields: JsonObject, opened: ReadonlyMap<string, string>): JsonObject {
  const show = inClear(opened);
  return Object.fromEntries(
    Object.entries(fields).flatMap(([key, value]: [string, Json]) => {
      const said = reveal(value, show);
      return said === ERASED && value !== ERASED ? [] : [[key, said]];
    }),
  );
}

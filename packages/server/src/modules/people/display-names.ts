import type { FieldView } from "@terrace/domain/access/field-view";
import { displayNameOf, loadPictures, type PictureDeps } from "./person-picture.ts";
import { findOwners } from "./person.views.ts";

/** Who origins belong to now, by origin. */
export type DisplayNames = ReadonlyMap<string, { readonly personId: string; readonly displayName: string }>;

/** Reads who some origins belong to and what those people are called, as the caller sees it. Origins nobody knows are left out. */
export async function loadDisplayNames(
  deps: PictureDeps,
  workspaceId: number,
  originIds: readonly string[],
  view: FieldView,
): Promise<DisplayNames> {
  const owners = await findOwners(deps.db, workspaceId, [...new Set(originIds)]);
  const pictures = await loadPictures(deps, workspaceId, [...new Set(owners.values())]);
  return new Map(
    [...owners].flatMap(([originId, personId]) => {
      const picture = pictures.get(personId);
      return picture === undefined ? [] : [[originId, { personId, displayName: displayNameOf(picture, view) }] as const];
    }),
  );
}

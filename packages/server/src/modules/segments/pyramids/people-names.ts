import type { RouteContext } from "../../../platform/http/handler.ts";
import type { SegmentDeps } from "../segment-deps.ts";

export type NamedPerson = { readonly personId: string; readonly displayName: string };

/** Finds people by ids of theirs, with names as the caller's role sees them; whoever is nobody any more is left without a name. */
export async function namesOf(
  deps: SegmentDeps,
  { workspaceId, fields }: Pick<RouteContext, "workspaceId" | "fields">,
  ids: readonly string[],
): Promise<(id: string) => NamedPerson> {
  const names = ids.length === 0 ? undefined : await deps.displayNames(workspaceId, [...new Set(ids)], fields);
  return (id) => {
    const known = names?.get(id);
    return { personId: known?.personId ?? id, displayName: known?.displayName ?? "" };
  };
}

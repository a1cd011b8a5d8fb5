import type { RouteContext } from "../../../platform/http/handler.ts";
import { decodeCursor, encodeCursor } from "../../../platform/http/cursor.ts";
import type { AnalysisDeps } from "../time/asking.ts";

/** What a statement needs to answer a page: after whom it begins, and one row more than fits, which tells of a next page. */
export type PageAsked = { readonly after: string; readonly limit: number; readonly signal: AbortSignal };
type Page = { items: { personId: string; displayName: string }[]; nextCursor?: string };

/** A page of the people behind a figure, in order of their ids; who was erased is left out. */
export async function peoplePage(
  deps: AnalysisDeps,
  { workspaceId, fields, signal }: RouteContext,
  { limit, cursor }: { readonly limit: number; readonly cursor?: string | undefined },
  read: (asked: PageAsked) => Promise<readonly string[]>,
): Promise<Page> {
  const after = cursor === undefined ? "0" : String(decodeCursor(cursor, ["id"])[0]);
  const ids = await read({ after, limit: limit + 1, signal });
  const page = ids.slice(0, limit);
  const seen = page.filter((id) => !deps.denies(workspaceId, id));
  const names = seen.length === 0 ? undefined : await deps.people.displayNames(workspaceId, seen, fields);
  const last = page.at(-1);
  return {
    items: seen.map((personId) => ({ personId, displayName: names?.get(personId)?.displayName ?? "" })),
    ...(ids.length > limit && last !== undefined ? { nextCursor: encodeCursor([last]) } : {}),
  };
}

import { ch, type ChStatement } from "../../../platform/storage/clickhouse.ts";
import type { RouteContext } from "../../../platform/http/handler.ts";
import { decodeCursor, encodeCursor } from "../../../platform/http/cursor.ts";
import { readRows, type AnalysisDeps, type Asking } from "./asking.ts";

export type PersonBehind = { readonly personId: string; readonly displayName: string };
export type PeopleBehind = { readonly items: PersonBehind[]; readonly nextCursor?: string };
/** Which page of the people. */
export type PeoplePage = { readonly limit: number; readonly cursor?: string | undefined };

/** A page of the people that a statement answers as the column `person`, in order of their ids; who was erased is left out. */
export async function readPeopleBehind(
  deps: AnalysisDeps,
  asking: Asking,
  context: RouteContext,
  asked: { readonly feature: string; readonly people: ChStatement; readonly page: PeoplePage },
): Promise<PeopleBehind> {
  const { limit, cursor } = asked.page;
  const after = cursor === undefined ? "0" : String(decodeCursor(cursor, ["string"])[0]);
  const rows = await readRows<{ id: string }>(
    asking,
    asked.feature,
    ch`select toString(person) as id from (${asked.people}) where person > ${ch.value("UInt64", after)} group by person order by person limit ${ch.value("UInt32", limit + 1)}`,
  );
  const page = rows.slice(0, limit).map(({ id }) => id);
  const seen = page.filter((id) => !deps.denies(asking.workspaceId, id));
  const names = seen.length === 0 ? undefined : await deps.people.displayNames(asking.workspaceId, seen, context.fields);
  const last = page.at(-1);
  return {
    items: seen.map((id) => ({ personId: id, displayName: names?.get(id)?.displayName ?? "" })),
    ...(rows.length > limit && last !== undefined ? { nextCursor: encodeCursor([last]) } : {}),
  };
}

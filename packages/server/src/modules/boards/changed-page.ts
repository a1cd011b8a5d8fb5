import { decodeCursor, encodeCursor } from "../../platform/http/cursor.ts";
import { faultError } from "../../platform/http/fault-error.ts";

/** Where a page of a list by its last change ended. */
export type ChangedPlace = { readonly changedAt: string; readonly id: string };

const MS_MAX = 8_640_000_000_000_000;

/** The place that a cursor names. Throws `request.invalid`. */
export function placeOf(cursor: string | undefined): ChangedPlace | undefined {
  if (cursor === undefined) return undefined;
  const [ms, id] = decodeCursor(cursor, ["number", "id"]);
  if (Math.abs(Number(ms)) > MS_MAX)
    throw faultError("request.invalid", { field: "cursor", mend: "Use the nextCursor of the page before, unchanged" });
  return { changedAt: new Date(Number(ms)).toISOString(), id: String(id) };
}

/** The rows of a page out of one more than fit, and the cursor of the next one. */
export function pageOfChanged<Row extends { readonly id: string; readonly changedAt: Date }>(
  rows: readonly Row[],
  limit: number,
): { readonly page: readonly Row[]; readonly next: { readonly nextCursor?: string } } {
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  const isMore = rows.length > page.length && last !== undefined;
  return { page, next: isMore ? { nextCursor: encodeCursor([last.changedAt.getTime(), last.id]) } : {} };
}

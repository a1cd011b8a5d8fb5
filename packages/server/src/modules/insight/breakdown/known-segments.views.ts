import { isSegmentId, namedSegments } from "@terrace/domain/insight/boards/segments-in-query";
import type { Json } from "@terrace/domain/json";
import { faultError } from "../../../platform/http/fault-error.ts";
import type { Db } from "../../../platform/storage/postgres.ts";
import type { Asker } from "../time/asking.ts";

/**
 * Refuses a question that names a segment there is not, which would look like one that nobody is in, and one of somebody who does not see segments.
 * Throws `role.not_allowed` and `condition.no_such_segment` under the field.
 */
export async function requireKnownSegments(db: Db, { workspaceId, may }: Asker, body: unknown): Promise<void> {
  // Bodies come as JSON; their contracts leave out what is not there.
  const named = namedSegments(body as Json);
  const [first] = named;
  if (first === undefined) return;
  if (may?.("people:read") === false)
    throw faultError("role.not_allowed", {
      field: first.field,
      mend: "Leave the segment out, or ask someone who may see people",
      details: { permission: "people:read" },
    });
  const ids = [...new Set(named.map(({ id }) => id).filter(isSegmentId))];
  const rows = await db<{ id: string }[]>`
    select segment_id as id from segment where workspace_id = ${workspaceId} and segment_id = any(${ids}::bigint[]) limit ${ids.length}`;
  const known = new Set(rows.map(({ id }) => id));
  const missing = named.find(({ id }) => !known.has(id));
  if (missing !== undefined)
    throw faultError("condition.no_such_segment", {
      field: missing.field,
      mend: "Choose a segment of this workspace",
      details: { segment: missing.id },
    });
}

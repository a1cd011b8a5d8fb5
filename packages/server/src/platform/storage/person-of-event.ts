import { ch, type ChStatement } from "./clickhouse.ts";

/**
 * Whose a row of `events` is now: an expression over `workspace_id` and `origin_id`. Merges and their undoing count at once,
 * because no event holds its person. Group by `origin_id` first where the question allows it, and ask once per origin.
 */
export const PERSON_OF_EVENT: ChStatement = personOfOrigin(ch`workspace_id`);

/** The same with the workspace as an expression. */
export function personOfOrigin(workspaceId: ChStatement): ChStatement {
  return ch`dictGetOrDefault('person_of_origin', 'person_id', (${workspaceId}, origin_id), origin_id)`;
}

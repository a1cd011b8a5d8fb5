import { ch } from "./clickhouse.ts";

/**
 * Whose a row of `events` is now: an expression over `workspace_id` and `origin_id`. Merges and their undoing count at once,
 * because no event holds its person. Group by `origin_id` first where the question allows it, and ask once per origin.
 */
export const PERSON_OF_EVENT = ch`dictGetOrDefault('person_of_origin', 'person_id', (workspace_id, origin_id), origin_id)`;

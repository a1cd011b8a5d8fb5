import { ch, type ChStatement } from "../clickhouse.ts";

/**
 * A statement of the people of a segment as they are now, as the column `person`. Members are the people of when they came in; whoever one of them
 * belongs to now is in it, so that merges and their undoing count at once; who was joined since comes more than once.
 */
export function segmentPeopleSql(segmentId: string, workspaceId: number): ChStatement {
  return ch`select dictGetOrDefault('person_of_origin', 'person_id', (workspace_id, person_id), person_id) as person from segment_member final
    where workspace_id = ${ch.value("UInt32", workspaceId)} and segment_id = ${ch.value("UInt64", segmentId)}`;
}

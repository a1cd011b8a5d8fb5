import type { MessageChannel } from "@terrace/domain/messages/channel";
import type { MessageSource, MessageState } from "@terrace/domain/messages/message";
import type { VerdictDetails } from "@terrace/domain/governor/verdict";
import { numbers } from "../../platform/storage/bulk-values.ts";
import type { Db } from "../../platform/storage/postgres.ts";

/** A message as the record shows it. */
export type RecordRow = {
  readonly id: string;
  readonly reference: string;
  readonly askedAt: Date;
  readonly originId: string;
  readonly channel: MessageChannel;
  readonly template: string;
  readonly version: number | null;
  readonly purpose: string;
  readonly tags: readonly string[];
  readonly transactional: boolean;
  readonly priority: number;
  readonly sourceKind: MessageSource["kind"];
  readonly sourceId: string;
  readonly sourcePart: string;
  readonly sourceRun: string;
  readonly state: MessageState;
  readonly reason: string;
  readonly rule: string | null;
  readonly details: VerdictDetails;
  readonly dueAt: Date | null;
  readonly letGoAt: Date | null;
  readonly finishedAt: Date | null;
  readonly expiresAt: Date | null;
  readonly provider: string | null;
  readonly attempts: number;
};

const columns = (db: Db) =>
  db`message_id as id, reference, asked_at as "askedAt", origin_id as "originId", channel, template, coalesce(sent_version, template_version) as version, purpose, tags,
    transactional, priority, source_kind as "sourceKind", source_id as "sourceId", source_part as "sourcePart", source_run as "sourceRun", state, reason, rule, details,
    due_at as "dueAt", let_go_at as "letGoAt", finished_at as "finishedAt", expires_at as "expiresAt", provider_id as provider, attempts`;

export type RecordQuery = {
  /** Ids of a person. */
  readonly originIds: readonly string[] | undefined;
  readonly channel: MessageChannel | undefined;
  readonly state: MessageState | undefined;
  readonly reason: string | undefined;
  readonly template: string | undefined;
  readonly source: MessageSource["kind"] | undefined;
  readonly sourceId: string | undefined;
  readonly from: Date | undefined;
  readonly to: Date | undefined;
  readonly before: { readonly askedAt: Date; readonly id: string } | undefined;
  readonly limit: number;
};

/** Messages, those asked for last first, before one of them. */
export async function loadRecord(db: Db, workspaceId: number, query: RecordQuery): Promise<readonly RecordRow[]> {
  const { originIds, channel, state, reason, template, source, sourceId, from, to, before, limit } = query;
  const narrowed = [
    originIds === undefined ? db`` : db`and origin_id = any(${numbers(originIds)}::bigint[])`,
    channel === undefined ? db`` : db`and channel = ${channel}`,
    state === undefined ? db`` : db`and state = ${state}`,
    reason === undefined ? db`` : db`and reason = ${reason}`,
    template === undefined ? db`` : db`and template = ${template}`,
    source === undefined ? db`` : db`and source_kind = ${source}`,
    sourceId === undefined ? db`` : db`and source_id = ${sourceId}`,
    from === undefined ? db`` : db`and asked_at >= ${from}`,
    to === undefined ? db`` : db`and asked_at < ${to}`,
    before === undefined ? db`` : db`and (asked_at, message_id) < (${before.askedAt}, ${before.id}::bigint)`,
  ];
  return db<RecordRow[]>`
    select ${columns(db)} from message where workspace_id = ${workspaceId} ${narrowed.reduce((all, one) => db`${all} ${one}`)}
    order by asked_at desc, message_id desc limit ${limit}`;
}

export async function findRecorded(db: Db, workspaceId: number, id: string): Promise<RecordRow | undefined> {
  const [row] = await db<RecordRow[]>`select ${columns(db)} from message where workspace_id = ${workspaceId} and message_id = ${id}`;
  return row;
}

/** A line of a message's story. */
export type StoryLine = {
  readonly at: Date;
  readonly what: string;
  readonly reason: string;
  readonly rule: string | null;
  readonly details: VerdictDetails;
};

const STORY_LINES_MAX = 1_000;

/** What was decided, tried and told about a message, the oldest first; of a very long story its end. */
export async function loadStory(db: Db, workspaceId: number, id: string): Promise<readonly StoryLine[]> {
  const rows = await db<StoryLine[]>`
    select at, what, reason, rule, details from message_note where workspace_id = ${workspaceId} and message_id = ${id}
    order by note_id desc limit ${STORY_LINES_MAX}`;
  return rows.toReversed();
}

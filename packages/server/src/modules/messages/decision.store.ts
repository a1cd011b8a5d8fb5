import type { VerdictDetails } from "@terrace/domain/governor/verdict";
import type { MessageChannel } from "@terrace/domain/messages/channel";
import type { Db } from "../../platform/storage/postgres.ts";

export const VERDICTS = ["send", "defer", "block"] as const;
type VerdictKind = (typeof VERDICTS)[number];

/** Decisions of one kind on a day; a message that is put off for several reasons counts once for each. */
export type DecisionCount = {
  readonly day: string;
  readonly what: VerdictKind;
  readonly reason: string;
  readonly rule: string | null;
  readonly decisions: number;
};

/** A span of time, half-open. */
export type Span = { readonly from: Date; readonly to: Date };

/** Decisions within some days of a zone, by day, in one order. */
export async function countDecisions(
  db: Db,
  workspaceId: number,
  { from, to, zone }: Span & { readonly zone: string },
): Promise<readonly DecisionCount[]> {
  return db<DecisionCount[]>`
    select to_char(at at time zone ${zone}, 'YYYY-MM-DD') as day, what, reason, rule, count(*)::int as decisions from message_note
    where workspace_id = ${workspaceId} and at >= ${from} and at < ${to} and what = any(${[...VERDICTS]}::text[])
    group by 1, 2, 3, 4 order by 1, 2, 5 desc, 3, 4 nulls first`;
}

export type DecisionRow = {
  readonly id: string;
  readonly at: Date;
  readonly messageId: string;
  readonly originId: string;
  readonly channel: MessageChannel;
  readonly template: string;
  readonly what: VerdictKind;
  readonly reason: string;
  readonly rule: string | null;
  readonly details: VerdictDetails;
};

type DecisionPage = Span & {
  readonly what: VerdictKind | undefined;
  readonly reason: string | undefined;
  readonly rule: string | undefined;
  readonly before: { readonly at: Date; readonly id: string } | undefined;
  readonly limit: number;
};

/** Single decisions, the newest first, those before one of them. */
export async function loadDecisions(db: Db, workspaceId: number, page: DecisionPage): Promise<readonly DecisionRow[]> {
  const { from, to, what, reason, rule, before, limit } = page;
  return db<DecisionRow[]>`
    select n.note_id as id, n.at, n.message_id as "messageId", m.origin_id as "originId", m.channel, m.template, n.what, n.reason, n.rule, n.details
    from message_note n join message m on m.workspace_id = ${workspaceId} and m.message_id = n.message_id
    where n.workspace_id = ${workspaceId} and n.at >= ${from} and n.at < ${to} and n.what = any(${what === undefined ? [...VERDICTS] : [what]}::text[])
      ${reason === undefined ? db`` : db`and n.reason = ${reason}`} ${rule === undefined ? db`` : db`and n.rule = ${rule}`}
      ${before === undefined ? db`` : db`and (n.at, n.note_id) < (${before.at}, ${before.id}::bigint)`}
    order by n.at desc, n.note_id desc limit ${limit}`;
}

/** Of how many people this many messages were let go within a time. */
export type LoadRow = { readonly messages: number; readonly people: number };

/** People by how many messages they were sent within a time, fewest first. What is filed under several ids of a person counts for the person. */
export async function countLoad(db: Db, workspaceId: number, { from, to }: Span): Promise<readonly LoadRow[]> {
  return db<LoadRow[]>`
    with let_go as (
      select distinct message_id from message_note where workspace_id = ${workspaceId} and at >= ${from} and at < ${to} and what = 'send'
    ), sent as (
      select coalesce(i.person_id, m.origin_id) as person_id, count(*)::int as messages
      from let_go join message m on m.workspace_id = ${workspaceId} and m.message_id = let_go.message_id
        left join identity i on i.workspace_id = ${workspaceId} and i.origin_id = m.origin_id
      where m.let_go_at >= ${from} and m.let_go_at < ${to} and m.channel <> 'webhook' group by 1)
    select messages, count(*)::int as people from sent group by messages order by messages`;
}

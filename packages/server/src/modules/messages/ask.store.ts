import type postgres from "postgres";
import type { MessageAsked, MessageSource, MessageState } from "@terrace/domain/messages/message";
import type { Db, Tx } from "../../platform/storage/postgres.ts";

/** A message to be kept, with the reference it goes by, and what its template says of it. */
export type NewMessage = {
  readonly asked: MessageAsked;
  readonly reference: string;
  readonly transactional: boolean;
  readonly variables: Uint8Array | null;
  /** It may have been sent before this installation was restored. */
  readonly restored: boolean;
};

const ROWS_PER_STATEMENT = 2_000;

/** Keeps messages that are asked for; a key that is taken keeps what it was first asked with. Answers the keys that were new. */
export async function insertMessages(tx: Tx, workspaceId: number, messages: readonly NewMessage[], at: Date): Promise<readonly string[]> {
  const added: string[] = [];
  // In one order, so that two transactions never wait for each other in a circle.
  const sorted = messages.toSorted((a, b) => (a.asked.key < b.asked.key ? -1 : 1));
  for (let from = 0; from < sorted.length; from += ROWS_PER_STATEMENT) {
    const rows = sorted.slice(from, from + ROWS_PER_STATEMENT).map(rowOf);
    const kept = await tx<{ key: string }[]>`
      with kept as (insert into message (workspace_id, key, reference, origin_id, channel, template, template_version, purpose, tags, transactional, priority,
        source_kind, source_id, source_part, source_run, variables, asked_at, not_before, expires_at, state, due_at, finished_at, let_go_at, reason)
      select ${workspaceId}, key, reference, origin_id, channel, template, template_version, purpose, tags, transactional, priority,
        source_kind, source_id, source_part, source_run, decode(variables, 'hex'), ${at}, not_before, expires_at, case when restored then 'unknown' else 'waiting' end,
        case when not restored then not_before end, case when restored then ${at}::timestamptz end, case when restored then ${at}::timestamptz end,
        case when restored then 'restored' else '' end
      from jsonb_to_recordset(${tx.json(rows)}) as r (key text, reference text, origin_id bigint, channel text, template text, template_version integer,
        purpose text, tags text[], transactional boolean, priority smallint, source_kind text, source_id text, source_part text, source_run text,
        variables text, not_before timestamptz, expires_at timestamptz, restored boolean)
      on conflict (workspace_id, key) do nothing returning key, message_id, reason),
      noted as (insert into message_note (workspace_id, message_id, at, what, reason)
        select ${workspaceId}, message_id, ${at}, 'unknown', reason from kept where reason = 'restored')
      select key from kept`;
    added.push(...kept.map(({ key }) => key));
  }
  return added;
}

function rowOf({ asked, reference, transactional, variables, restored }: NewMessage) {
  return {
    key: asked.key,
    reference,
    origin_id: asked.originId,
    channel: asked.channel,
    template: asked.template,
    template_version: asked.templateVersion ?? null,
    purpose: asked.purpose,
    tags: [...asked.tags],
    transactional,
    restored,
    priority: asked.priority,
    source_kind: asked.source.kind,
    source_id: asked.source.id,
    source_part: asked.source.part,
    source_run: asked.source.run,
    variables: variables === null ? null : Buffer.from(variables).toString("hex"),
    not_before: new Date(asked.notBeforeMs).toISOString(),
    expires_at: asked.expiresAtMs === null ? null : new Date(asked.expiresAtMs).toISOString(),
  };
}

/** What a message came to, for whoever asked for it. */
export type AskedState = { readonly key: string; readonly state: MessageState; readonly reason: string };

export async function loadStates(tx: Db | Tx, workspaceId: number, keys: readonly string[]): Promise<readonly AskedState[]> {
  return tx<AskedState[]>`
    select key, state, reason from message where workspace_id = ${workspaceId} and key = any(${[...keys]}::text[])`;
}

/** Ids of messages, by their keys. */
export async function findIds(tx: Tx, workspaceId: number, keys: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const rows = await tx<{ key: string; id: string }[]>`
    select key, message_id as id from message where workspace_id = ${workspaceId} and key = any(${[...keys]}::text[])`;
  return new Map(rows.map(({ key, id }) => [key, id]));
}

type Asking = Pick<MessageSource, "kind" | "id"> & { readonly run: string | undefined };

/** Takes back what still waits and was asked for by a source; without a run all of it. Answers how many. */
export async function cancelOf(tx: Tx, workspaceId: number, { kind, id, run }: Asking, at: Date): Promise<number> {
  return cancelWhere(tx, tx`source_kind = ${kind} and source_id = ${id} ${run === undefined ? tx`` : tx`and source_run = ${run}`}`, {
    workspaceId,
    at,
  });
}

/** Takes back those of some messages that still wait, by their keys; answers how many. */
export async function cancelKeys(tx: Tx, workspaceId: number, keys: readonly string[], at: Date): Promise<number> {
  return cancelWhere(tx, tx`key = any(${[...keys]}::text[])`, { workspaceId, at });
}

type Cancelling = { readonly workspaceId: number; readonly at: Date };

async function cancelWhere(tx: Tx, where: postgres.PendingQuery<postgres.Row[]>, { workspaceId, at }: Cancelling): Promise<number> {
  const taken = await tx`
    with taken as (
      update message set state = 'cancelled', due_at = null, finished_at = ${at}, reason = 'taken_back', rule = null, details = '{}'
      where workspace_id = ${workspaceId} and state = 'waiting' and ${where} returning message_id)
    insert into message_note (workspace_id, message_id, at, what, reason) select ${workspaceId}, message_id, ${at}, 'cancelled', 'taken_back' from taken`;
  return taken.count;
}

type Source = Pick<MessageSource, "kind" | "id">;

/** How many messages of a source are due by an instant and wait; no more than `most` are counted. */
export async function countWaiting(
  tx: Tx,
  workspaceId: number,
  { kind, id }: Source,
  { due, most }: { readonly due: Date; readonly most: number },
): Promise<number> {
  const [row] = await tx<{ count: number }[]>`
    select count(*)::int as count from (
      select from message where workspace_id = ${workspaceId} and state = 'waiting' and source_kind = ${kind} and source_id = ${id} and due_at <= ${due} limit ${most}) waiting`;
  return row?.count ?? 0;
}

/** Messages of a source that stand alike. */
export type StateCount = { readonly part: string; readonly state: MessageState; readonly reason: string; readonly messages: number };

export async function countStates(db: Db, workspaceId: number, { kind, id }: Source): Promise<readonly StateCount[]> {
  return db<StateCount[]>`
    select source_part as part, state, reason, count(*)::int as messages from message
    where workspace_id = ${workspaceId} and source_kind = ${kind} and source_id = ${id} group by source_part, state, reason order by source_part, state, reason`;
}

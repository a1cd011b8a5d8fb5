import type { MessageAsked, MessageSource, MessageState } from "@terrace/domain/messages/message";
import type { Tx } from "../../platform/storage/postgres.ts";

/** A message to be kept, with the reference it goes by. */
export type NewMessage = { readonly asked: MessageAsked; readonly reference: string };

const ROWS_PER_STATEMENT = 2_000;

/** Keeps messages that are asked for; a key that is taken keeps what it was first asked with. Answers the keys that were new. */
export async function insertMessages(tx: Tx, workspaceId: number, messages: readonly NewMessage[], at: Date): Promise<readonly string[]> {
  const added: string[] = [];
  // In one order, so that two transactions never wait for each other in a circle.
  const sorted = messages.toSorted((a, b) => (a.asked.key < b.asked.key ? -1 : 1));
  for (let from = 0; from < sorted.length; from += ROWS_PER_STATEMENT) {
    const rows = sorted.slice(from, from + ROWS_PER_STATEMENT).map(rowOf);
    const kept = await tx<{ key: string }[]>`
      insert into message (workspace_id, key, reference, origin_id, channel, template, template_version, purpose, tags, transactional, priority,
        source_kind, source_id, source_part, source_run, variables, asked_at, not_before, expires_at, state, due_at)
      select ${workspaceId}, key, reference, origin_id, channel, template, template_version, purpose, tags, transactional, priority,
        source_kind, source_id, source_part, source_run, variables, ${at}, not_before, expires_at, 'waiting', not_before
      from jsonb_to_recordset(${tx.json(rows)}) as r (key text, reference text, origin_id bigint, channel text, template text, template_version integer,
        purpose text, tags text[], transactional boolean, priority smallint, source_kind text, source_id text, source_part text, source_run text,
        variables jsonb, not_before timestamptz, expires_at timestamptz)
      on conflict (workspace_id, key) do nothing returning key`;
    added.push(...kept.map(({ key }) => key));
  }
  return added;
}

function rowOf({ asked, reference }: NewMessage) {
  return {
    key: asked.key,
    reference,
    origin_id: asked.originId,
    channel: asked.channel,
    template: asked.template,
    template_version: asked.templateVersion ?? null,
    purpose: asked.purpose,
    tags: [...asked.tags],
    transactional: asked.transactional,
    priority: asked.priority,
    source_kind: asked.source.kind,
    source_id: asked.source.id,
    source_part: asked.source.part,
    source_run: asked.source.run,
    variables: structuredClone(asked.variables) as Record<string, never>,
    not_before: new Date(asked.notBeforeMs).toISOString(),
    expires_at: asked.expiresAtMs === null ? null : new Date(asked.expiresAtMs).toISOString(),
  };
}

/** What a message came to, for whoever asked for it. */
export type AskedState = { readonly key: string; readonly state: MessageState; readonly reason: string };

export async function loadStates(tx: Tx, workspaceId: number, keys: readonly string[]): Promise<readonly AskedState[]> {
  return tx<AskedState[]>`
    select key, state, reason from message where workspace_id = ${workspaceId} and key = any(${[...keys]}::text[])`;
}

/** Takes back what still waits and was asked for by a source; without a run all of it. Answers how many. */
export async function cancelOf(
  tx: Tx,
  workspaceId: number,
  { kind, id, run }: Pick<MessageSource, "kind" | "id"> & { readonly run: string | undefined },
  at: Date,
): Promise<number> {
  const taken = await tx`
    update message set state = 'cancelled', due_at = null, finished_at = ${at}, reason = 'taken_back'
    where workspace_id = ${workspaceId} and state = 'waiting' and source_kind = ${kind} and source_id = ${id} ${run === undefined ? tx`` : tx`and source_run = ${run}`}`;
  return taken.count;
}

import type { Repeating } from "@terrace/domain/messages/delivery";
import type { MessageState } from "@terrace/domain/messages/message";
import type { VerdictDetails } from "@terrace/domain/governor/verdict";
import { numbers } from "../../platform/storage/bulk-values.ts";
import type { Db, Tx } from "../../platform/storage/postgres.ts";

/** Where a message stands after it was decided upon. `letGo` is set for what goes out now. */
export type Decided = {
  readonly id: string;
  readonly state: Extract<MessageState, "waiting" | "sending" | "blocked" | "expired" | "failed">;
  readonly dueMs: number | null;
  readonly reason: string;
  readonly rule: string | null;
  readonly details: VerdictDetails;
  readonly letGo: LetGo | null;
};

export type LetGo = {
  readonly providerId: string;
  readonly repeating: Repeating;
  readonly repeatUntilMs: number | null;
  readonly addressToken: string;
  readonly trust: string;
};

const iso = (ms: number | null): string | null => (ms === null ? null : new Date(ms).toISOString());

/** Writes what was decided about messages that this transaction has claimed. */
export async function saveDecided(tx: Tx, workspaceId: number, decided: readonly Decided[], at: Date): Promise<void> {
  if (decided.length === 0) return;
  const rows = decided.map(({ id, state, dueMs, reason, rule, details, letGo }) => ({
    id,
    state,
    due_at: iso(dueMs),
    reason,
    rule,
    details: { ...details },
    provider_id: letGo?.providerId ?? null,
    repeating: letGo?.repeating ?? null,
    repeat_until: iso(letGo?.repeatUntilMs ?? null),
    address_token: letGo?.addressToken ?? null,
    provider_trust: letGo?.trust ?? null,
  }));
  await tx`
    update message m set state = r.state, due_at = r.due_at, reason = r.reason, rule = r.rule, details = r.details,
      tries = m.tries + case when r.state = 'sending' then 1 else 0 end, attempts = m.attempts + case when r.state = 'sending' then 1 else 0 end, let_go_at = case when r.state = 'sending' then ${at}::timestamptz end,
      finished_at = case when r.due_at is null then ${at}::timestamptz end, provider_id = coalesce(r.provider_id, m.provider_id), repeating = r.repeating,
      repeat_until = r.repeat_until, address_token = coalesce(r.address_token, m.address_token), provider_trust = coalesce(r.provider_trust, m.provider_trust)
    from jsonb_to_recordset(${tx.json(rows)}) as r (id bigint, state text, due_at timestamptz, reason text, rule text, details jsonb, provider_id text,
      repeating text, repeat_until timestamptz, address_token text, provider_trust text)
    where m.workspace_id = ${workspaceId} and m.message_id = r.id`;
}

/** Where a message stands after a try; `tries` is the number of the try that says so. */
export type Ended = {
  readonly id: string;
  readonly tries: number;
  readonly state: MessageState;
  readonly dueMs: number | null;
  readonly reason: string;
  readonly providerRef: string | null;
  readonly sentVersion: number | null;
  /** The provider has it for certain: this is true whoever looks after the message by now. */
  readonly accepted: boolean;
  /** The provider may have it: it keeps its room, and is not decided anew. */
  readonly maybe: boolean;
  /** False where nobody was handed anything: it counts for no try. */
  readonly begun: boolean;
};

/**
 * Writes how tries ended; answers the messages that it changed. Of a try that is not the newest only that the provider has the message counts, whatever was said of
 * it since but that it came back. What certainly was not taken gives back its room. Rows are locked in one order, and nobody is waited for long.
 */
export async function saveEnded(tx: Tx, workspaceId: number, ended: readonly Ended[], at: Date): Promise<ReadonlySet<string>> {
  if (ended.length === 0) return new Set();
  await tx`set local lock_timeout = '5s'`;
  await tx`
    select from message where workspace_id = ${workspaceId} and message_id = any(${numbers(ended.map(({ id }) => id))}::bigint[]) order by message_id for update`;
  const rows = ended.map(({ id, tries, state, dueMs, reason, providerRef, sentVersion, accepted, maybe, begun }) => ({
    id,
    tries,
    state,
    due_at: iso(dueMs),
    reason,
    provider_ref: providerRef,
    sent_version: sentVersion,
    accepted,
    maybe,
    begun,
  }));
  const changed = await tx<{ id: string }[]>`
    update message m set state = r.state, due_at = r.due_at, reason = r.reason, rule = null, details = '{}', provider_ref = coalesce(r.provider_ref, m.provider_ref),
      sent_version = coalesce(r.sent_version, m.sent_version), let_go_at = case when r.state in ('waiting', 'failed') then null else coalesce(m.let_go_at, ${at}::timestamptz) end,
      maybe_since = case when r.maybe then coalesce(m.maybe_since, ${at}::timestamptz) end, attempts = m.attempts - case when r.begun then 0 else 1 end,
      finished_at = case when r.due_at is null then ${at}::timestamptz end
    from jsonb_to_recordset(${tx.json(rows)}) as r (id bigint, tries smallint, state text, due_at timestamptz, reason text, provider_ref text, sent_version integer, accepted boolean,
      maybe boolean, begun boolean)
    where m.workspace_id = ${workspaceId} and m.message_id = r.id
      and ((m.state in ('sending', 'unknown') and m.tries = r.tries) or (r.accepted and m.state not in ('sent', 'delivered') and not m.returned))
    returning m.message_id as id`;
  return new Set(changed.map(({ id }) => id));
}

/** Takes messages that were left for another try, or a question to the provider. */
export async function takeOver(tx: Tx, workspaceId: number, taken: readonly Due[], at: Date): Promise<void> {
  if (taken.length === 0) return;
  await tx`
    update message m set tries = m.tries + 1, attempts = m.attempts + 1, due_at = r.due_at, maybe_since = coalesce(m.maybe_since, ${at}::timestamptz)
    from jsonb_to_recordset(${tx.json(dueRows(taken))}) as r (id bigint, due_at timestamptz)
    where m.workspace_id = ${workspaceId} and m.message_id = r.id and m.state = 'sending'`;
}

/** Looks at messages that were left again at another time. */
export async function deferLeft(tx: Tx, workspaceId: number, later: readonly Due[]): Promise<void> {
  if (later.length === 0) return;
  await tx`
    update message m set due_at = r.due_at from jsonb_to_recordset(${tx.json(dueRows(later))}) as r (id bigint, due_at timestamptz)
    where m.workspace_id = ${workspaceId} and m.message_id = r.id and m.state = 'sending'`;
}

type Due = { readonly id: string; readonly dueMs: number };
const dueRows = (rows: readonly Due[]) => rows.map(({ id, dueMs }) => ({ id, due_at: iso(dueMs) }));

/** A line of a message's story. */
export type Note = {
  readonly messageId: string;
  readonly what: string;
  readonly reason: string;
  readonly rule: string | null;
  readonly details: VerdictDetails;
};

export async function addNotes(tx: Tx, workspaceId: number, notes: readonly Note[], at: Date): Promise<void> {
  if (notes.length === 0) return;
  const rows = notes.map(({ messageId, what, reason, rule, details }) => ({
    message_id: messageId,
    what,
    reason,
    rule,
    details: { ...details },
  }));
  await tx`
    insert into message_note (workspace_id, message_id, at, what, reason, rule, details)
    select ${workspaceId}, message_id, ${at}, what, reason, rule, details
    from jsonb_to_recordset(${tx.json(rows)}) as r (message_id bigint, what text, reason text, rule text, details jsonb)`;
}

/** How many messages a provider with a rate may be handed up to `untilMs`; one whose turn it is goes however slow the rate is. */
export function roomOf(nextMs: number, nowMs: number, untilMs: number, ratePerSecond: number): number {
  return Math.max(nextMs <= nowMs ? 1 : 0, Math.floor(((untilMs - Math.max(nextMs, nowMs)) * ratePerSecond) / 1_000));
}

/** When a provider takes the next message; undefined when it never took one. */
export async function loadPace(tx: Db, workspaceId: number, providerId: string): Promise<number | undefined> {
  const [row] = await tx<{ nextAt: Date }[]>`
    select next_at as "nextAt" from message_pace where workspace_id = ${workspaceId} and provider_id = ${providerId}`;
  return row?.nextAt.getTime();
}

/** Keeps the pace of a provider to this transaction; answers when it takes the next message, not before `now`. */
export async function lockPace(tx: Tx, workspaceId: number, providerId: string, now: Date): Promise<number> {
  const [row] = await tx<{ nextAt: Date }[]>`
    insert into message_pace as p (workspace_id, provider_id, next_at) values (${workspaceId}, ${providerId}, ${now})
    on conflict (workspace_id, provider_id) do update set next_at = greatest(p.next_at, ${now}) returning next_at as "nextAt"`;
  return row?.nextAt.getTime() ?? now.getTime();
}

export async function savePace(tx: Tx, workspaceId: number, providerId: string, next: Date): Promise<void> {
  await tx`update message_pace set next_at = ${next} where workspace_id = ${workspaceId} and provider_id = ${providerId}`;
}

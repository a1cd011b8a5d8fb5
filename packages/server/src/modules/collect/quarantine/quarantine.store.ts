import type { EventSource } from "@terrace/domain/event/feed-event";
import type { Db, Tx } from "../../../platform/storage/postgres.ts";

export type QuarantineForm = "item" | "event" | "draft";
/** A row to be written; the payload is encrypted already. */
export type NewQuarantineRow = {
  readonly workspaceId: number;
  readonly receivedAtMs: number;
  readonly source: EventSource;
  readonly name: string;
  readonly messageId: string;
  readonly code: string;
  readonly field: string;
  readonly detail: string;
  readonly payload: Uint8Array;
  readonly digest: string;
  readonly form: QuarantineForm;
  readonly truncated: boolean;
};

/** Adds rows; one that is there already (same message, reason and payload) stays as it is. */
export async function insertQuarantine(tx: Tx, rows: readonly NewQuarantineRow[]): Promise<void> {
  const sorted = rows.toSorted(
    (a, b) => a.workspaceId - b.workspaceId || compare(a.messageId, b.messageId) || compare(a.code, b.code) || compare(a.digest, b.digest),
  );
  await tx`
    insert into quarantine (workspace_id, received_at, source, name, message_id, code, field, detail, payload, payload_digest, form, truncated)
    select workspace_id, to_timestamp(received_ms / 1000.0), source, name, message_id, code, field, detail, decode(payload, 'base64'), payload_digest, form, truncated::bool
    from unnest(${sorted.map((row) => row.workspaceId)}::int[], ${sorted.map((row) => row.receivedAtMs)}::float8[], ${sorted.map((row) => row.source)}::text[], ${sorted.map((row) => row.name)}::text[],
      ${sorted.map((row) => row.messageId)}::text[], ${sorted.map((row) => row.code)}::text[], ${sorted.map((row) => row.field)}::text[], ${sorted.map((row) => row.detail)}::text[],
      ${sorted.map((row) => Buffer.from(row.payload).toString("base64"))}::text[], ${sorted.map((row) => row.digest)}::text[], ${sorted.map((row) => row.form)}::text[], ${sorted.map((row) => String(row.truncated))}::text[])
      as given (workspace_id, received_ms, source, name, message_id, code, field, detail, payload, payload_digest, form, truncated)
    on conflict (workspace_id, message_id, code, payload_digest) do nothing`;
}

/** Which open rows: by id, by code and name, or all of them. */
export type QuarantineSelection = {
  readonly ids?: readonly string[] | undefined;
  readonly code?: string | undefined;
  readonly name?: string | undefined;
  readonly all?: true | undefined;
};
export type OpenRow = {
  readonly id: string;
  readonly source: EventSource;
  readonly messageId: string;
  readonly payload: Uint8Array;
  readonly form: QuarantineForm;
  readonly truncated: boolean;
  readonly receivedAt: Date;
};

/** Up to `limit` open rows above `afterId`, in id order. */
export async function loadOpenRows(
  db: Db,
  workspaceId: number,
  selection: QuarantineSelection,
  page: { readonly afterId: string; readonly limit: number },
): Promise<readonly OpenRow[]> {
  return db<OpenRow[]>`
    select quarantine_id as id, source, message_id as "messageId", payload, form, truncated, received_at as "receivedAt" from quarantine
    where workspace_id = ${workspaceId} and state = 'open' and quarantine_id > ${page.afterId} ${selected(db, selection)}
    order by quarantine_id limit ${page.limit}`;
}

/** Marks rows as replayed or discarded; answers how many. */
export async function closeRows(
  tx: Tx,
  workspaceId: number,
  ids: readonly string[],
  outcome: { readonly state: "replayed" | "discarded"; readonly actor: string },
): Promise<number> {
  if (ids.length === 0) return 0;
  const closed = await tx`update quarantine set state = ${outcome.state}, state_changed_at = now(), state_changed_by = ${outcome.actor}
    where workspace_id = ${workspaceId} and state = 'open' and quarantine_id = any(${ids as string[]}::bigint[])`;
  return closed.count;
}

/** Discards every open row of a selection; answers how many. */
export async function discardRows(tx: Tx, workspaceId: number, selection: QuarantineSelection, actor: string): Promise<number> {
  const closed = await tx`update quarantine set state = 'discarded', state_changed_at = now(), state_changed_by = ${actor}
    where workspace_id = ${workspaceId} and state = 'open' ${selected(tx, selection)}`;
  return closed.count;
}

/** Deletes up to `limit` rows received before an instant; answers how many. */
export async function deleteOldRows(tx: Tx, before: Date, limit: number): Promise<number> {
  const gone = await tx`/* all workspaces: retention is one for the installation */
    delete from quarantine where quarantine_id in (select quarantine_id from quarantine where received_at < ${before} limit ${limit})`;
  return gone.count;
}

/** Deletes rows of a workspace that came before an instant: of one event, or of all but some. At most `limit`; answers how many. */
export async function deleteRowsOf(
  tx: Tx,
  workspaceId: number,
  of: { readonly event: string; readonly except: readonly string[]; readonly before: Date },
  limit: number,
): Promise<number> {
  const gone = await tx`
    delete from quarantine where workspace_id = ${workspaceId} and quarantine_id in (
      select quarantine_id from quarantine where workspace_id = ${workspaceId} and received_at < ${of.before}
        and ${of.event === "" ? tx`name <> all(${of.except as string[]})` : tx`name = ${of.event}`} limit ${limit})`;
  return gone.count;
}

/** Payloads in id order, whatever became of their rows. */
export async function loadPayloads(
  db: Db | Tx,
  workspaceId: number,
  page: { readonly afterId: string; readonly limit: number },
): Promise<readonly { readonly id: string; readonly code: string; readonly payload: Uint8Array; readonly receivedAt: Date }[]> {
  return db<{ id: string; code: string; payload: Uint8Array; receivedAt: Date }[]>`
    select quarantine_id as id, code, payload, received_at as "receivedAt" from quarantine
    where workspace_id = ${workspaceId} and quarantine_id > ${page.afterId} order by quarantine_id limit ${page.limit}`;
}

/** Deletes rows; answers how many. */
export async function deleteRows(tx: Tx, workspaceId: number, ids: readonly string[]): Promise<number> {
  if (ids.length === 0) return 0;
  const gone = await tx`delete from quarantine where workspace_id = ${workspaceId} and quarantine_id = any(${ids as string[]}::bigint[])`;
  return gone.count;
}

function selected(db: Db | Tx, { ids, code, name }: QuarantineSelection): ReturnType<Db> {
  return db`${ids === undefined ? db`` : db`and quarantine_id = any(${ids as string[]}::bigint[])`} ${code === undefined ? db`` : db`and code = ${code}`} ${name === undefined ? db`` : db`and name = ${name}`}`;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

import type { MessageChannel } from "@terrace/domain/messages/channel";
import type { Db, Tx } from "../../platform/storage/postgres.ts";

/** A message that is kept instead of being handed over; address and message are sealed. */
export type KeptRow = {
  readonly id: string;
  readonly providerId: string;
  readonly channel: MessageChannel;
  readonly reference: string;
  readonly personId: string | null;
  readonly address: Uint8Array;
  readonly message: Uint8Array;
  readonly at: Date;
};
export type NewKept = Omit<KeptRow, "id"> & { readonly until: Date };

/** A reference is kept once, however often it is handed over. */
export async function keepMessage(db: Db, workspaceId: number, kept: NewKept): Promise<void> {
  await db`
    insert into kept_message (workspace_id, provider_id, channel, reference, person_id, address, message, at, until)
    values (${workspaceId}, ${kept.providerId}::bigint, ${kept.channel}, ${kept.reference}, ${kept.personId}, ${kept.address}, ${kept.message}, ${kept.at}, ${kept.until})
    on conflict (workspace_id, provider_id, reference) do nothing`;
}

export async function isKept(db: Db, workspaceId: number, providerId: string, reference: string): Promise<boolean> {
  const rows =
    await db`select from kept_message where workspace_id = ${workspaceId} and provider_id = ${providerId}::bigint and reference = ${reference}`;
  return rows.length > 0;
}

/** What sandboxes kept, the newest first. */
export async function loadSandboxMessages(
  db: Db,
  workspaceId: number,
  page: { readonly beforeId?: string | undefined; readonly limit: number },
): Promise<readonly KeptRow[]> {
  return db<KeptRow[]>`
    select ${columns(db)} from kept_message m join channel_provider p on p.provider_id = m.provider_id and p.workspace_id = m.workspace_id
    where m.workspace_id = ${workspaceId} and m.person_id is null and p.kind = 'sandbox' ${page.beforeId === undefined ? db`` : db`and m.message_id < ${page.beforeId}::bigint`}
    order by m.message_id desc limit ${page.limit}`;
}

export async function loadSandboxMessage(db: Db, workspaceId: number, id: string): Promise<KeptRow | undefined> {
  const [row] = await db<KeptRow[]>`
    select ${columns(db)} from kept_message m join channel_provider p on p.provider_id = m.provider_id and p.workspace_id = m.workspace_id
    where m.workspace_id = ${workspaceId} and m.person_id is null and p.kind = 'sandbox' and m.message_id = ${id}::bigint`;
  return row;
}

type KeptPage = { readonly afterId: string; readonly limit: number };

/** What is kept for somebody's app to fetch, in the order in which it was kept. */
export async function loadKeptOf(
  db: Db | Tx,
  workspaceId: number,
  ids: readonly string[],
  { afterId, limit }: KeptPage,
): Promise<readonly KeptRow[]> {
  return db<KeptRow[]>`
    select ${columns(db)} from kept_message m
    where m.workspace_id = ${workspaceId} and m.person_id = any(${[...ids]}::text[]) and m.message_id > ${afterId}::bigint
    order by m.message_id limit ${limit}`;
}

/** What sandboxes kept, which do not know whose it is, in the order in which it was kept. */
export async function loadNobodysKept(db: Db | Tx, workspaceId: number, { afterId, limit }: KeptPage): Promise<readonly KeptRow[]> {
  return db<KeptRow[]>`
    select ${columns(db)} from kept_message m
    where m.workspace_id = ${workspaceId} and m.person_id is null and m.message_id > ${afterId}::bigint
    order by m.message_id limit ${limit}`;
}

export async function deleteKept(tx: Tx, workspaceId: number, ids: readonly string[]): Promise<number> {
  const gone = await tx`delete from kept_message where workspace_id = ${workspaceId} and message_id = any(${[...ids]}::bigint[])`;
  return gone.count;
}

/** Removes what nobody fetched in time, and tickets that their provider forgot. Answers with how many rows went. */
export async function deleteOutdated(db: Db, before: { readonly now: Date; readonly tickets: Date }, limit: number): Promise<number> {
  const kept = await db`
    /* all workspaces: what is kept ends by its own time */
    delete from kept_message where ctid = any(array(select ctid from kept_message where until < ${before.now} limit ${limit}))`;
  const tickets = await db`
    /* all workspaces: as above */
    delete from provider_ticket where ctid = any(array(select ctid from provider_ticket where at < ${before.tickets} limit ${limit}))`;
  return kept.count + tickets.count;
}

/** The ticket of a reference: the one it has, or this one from now on. */
export async function keepTicket(
  db: Db,
  workspaceId: number,
  asked: { readonly providerId: string; readonly reference: string; readonly ticket: string; readonly at: Date },
): Promise<void> {
  await db`
    insert into provider_ticket (workspace_id, provider_id, reference, ticket, at)
    values (${workspaceId}, ${asked.providerId}::bigint, ${asked.reference}, ${asked.ticket}, ${asked.at}) on conflict do nothing`;
}

export async function loadTicket(db: Db, workspaceId: number, providerId: string, reference: string): Promise<string | undefined> {
  const [row] = await db<{ ticket: string }[]>`
    select ticket from provider_ticket where workspace_id = ${workspaceId} and provider_id = ${providerId}::bigint and reference = ${reference}`;
  return row?.ticket;
}

function columns(sql: Db | Tx) {
  return sql`m.message_id::text as id, m.provider_id::text as "providerId", m.channel, m.reference, m.person_id as "personId", m.address, m.message, m.at`;
}

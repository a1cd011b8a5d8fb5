import { numbers } from "../../platform/storage/bulk-values.ts";
import type { Db, Tx } from "../../platform/storage/postgres.ts";
import type { SegmentsModule } from "../segments/module.ts";
import type { BroadcastRow } from "./broadcast.store.ts";

export type Recipient = { readonly place: number; readonly originId: string; readonly run: number; readonly variant: string | null };
type Of = Pick<BroadcastRow, "workspaceId" | "id">;

/** Writes down the people of a query, shuffled; answers how many. The shuffle is the broadcast's own, and the same whenever it is made. */
export async function writeDownAudience(
  tx: Tx,
  { workspaceId, id }: Of,
  members: ReturnType<SegmentsModule["membersOf"]>,
): Promise<number> {
  const written = await tx`
    insert into broadcast_recipient (broadcast_id, place, workspace_id, origin_id)
    select ${id}, row_number() over (order by md5(${id} || ' ' || person_id), person_id) - 1, ${workspaceId}, origin_id from (${members}) member`;
  return written.count;
}

/** Those at some places, from one on and before another. */
export async function loadRecipients(
  tx: Tx,
  { workspaceId, id }: Of,
  { from, to }: { readonly from: number; readonly to: number },
): Promise<readonly Recipient[]> {
  return tx<Recipient[]>`
    select place, origin_id as "originId", run, variant from broadcast_recipient
    where workspace_id = ${workspaceId} and broadcast_id = ${id} and place >= ${from} and place < ${to} order by place`;
}

/** Which of some ids were asked about already. */
export async function askedAmong(tx: Tx, { workspaceId, id }: Of, originIds: readonly string[]): Promise<ReadonlySet<string>> {
  const rows = await tx<{ originId: string }[]>`
    select origin_id as "originId" from broadcast_recipient
    where workspace_id = ${workspaceId} and origin_id = any(${numbers(originIds)}::bigint[]) and broadcast_id = ${id} and run > 0`;
  return new Set(rows.map(({ originId }) => originId));
}

/** Notes that people at some places were asked about in a run. */
export async function noteAsked(
  tx: Tx,
  { workspaceId, id }: Of,
  { run, asked }: { readonly run: number; readonly asked: readonly { readonly place: number; readonly variant: string }[] },
): Promise<void> {
  await tx`
    update broadcast_recipient r set run = ${run}, variant = n.variant
    from unnest(${numbers(asked.map(({ place }) => place))}::int[], ${asked.map(({ variant }) => variant)}::text[]) as n (place, variant)
    where r.workspace_id = ${workspaceId} and r.broadcast_id = ${id} and r.place = n.place`;
}

/**
 * Forgets to whom broadcasts went that were cancelled, or done before an instant, some rows at a time: their messages tell it. Answers how many rows. One that is
 * done may still be stopped and go on, for as long as messages of it wait.
 */
export async function forgetOver(
  db: Db,
  { doneBeforeMs, limit }: { readonly doneBeforeMs: number; readonly limit: number },
): Promise<number> {
  const gone = await db`/* all workspaces: what is over */
    delete from broadcast_recipient where (broadcast_id, place) in (
      select r.broadcast_id, r.place from broadcast b join broadcast_recipient r using (broadcast_id)
      where b.state = 'cancelled' or b.state = 'done' and b.ended_ms < ${doneBeforeMs} limit ${limit})`;
  return gone.count;
}

export async function countRecipientsOf(
  db: Db,
  workspaceId: number,
  originIds: readonly string[],
): Promise<readonly { readonly name: string }[]> {
  return db<{ name: string }[]>`
    select distinct b.name from broadcast_recipient r join broadcast b using (broadcast_id)
    where r.workspace_id = ${workspaceId} and r.origin_id = any(${numbers(originIds)}::bigint[]) order by b.name`;
}

export async function forgetRecipients(tx: Tx, workspaceId: number, originIds: readonly string[]): Promise<number> {
  const gone =
    await tx`delete from broadcast_recipient where workspace_id = ${workspaceId} and origin_id = any(${numbers(originIds)}::bigint[])`;
  return gone.count;
}

import type { Db, Tx } from "../../platform/storage/postgres.ts";

/** One post to a receiver; the body is sealed. */
export type CallRow = {
  readonly id: string;
  readonly at: Date;
  readonly state: "accepted" | "failed";
  readonly accepted: number;
  readonly rejected: number;
  readonly error: string;
  readonly body: Uint8Array;
};

export async function insertCall(tx: Tx, workspaceId: number, receiverId: string, call: Omit<CallRow, "id">): Promise<void> {
  await tx`
    insert into receiver_call (workspace_id, receiver_id, at, state, accepted, rejected, error, body)
    select ${workspaceId}, receiver_id, ${call.at}, ${call.state}, ${call.accepted}, ${call.rejected}, ${call.error}, ${call.body}
    from receiver where workspace_id = ${workspaceId} and receiver_id = ${receiverId}`;
}

export type CallQuery = {
  readonly receiverId: string;
  readonly state: "accepted" | "failed" | undefined;
  readonly beforeId: string | undefined;
  readonly limit: number;
};

/** Posts to a receiver, the newest first. */
export async function loadCalls(db: Db, workspaceId: number, query: CallQuery): Promise<readonly CallRow[]> {
  return db<CallRow[]>`
    select call_id as id, at, state, accepted, rejected, error, body from receiver_call
    where workspace_id = ${workspaceId} and receiver_id = ${query.receiverId}
      ${query.state === undefined ? db`` : db`and state = ${query.state}`} ${query.beforeId === undefined ? db`` : db`and call_id < ${query.beforeId}`}
    order by call_id desc limit ${query.limit}`;
}

/** Notes what became of a post that had failed before. */
export async function settleCall(
  tx: Tx,
  workspaceId: number,
  settled: Pick<CallRow, "id" | "state" | "accepted" | "rejected" | "error">,
): Promise<void> {
  await tx`
    update receiver_call set state = ${settled.state}, accepted = ${settled.accepted}, rejected = ${settled.rejected}, error = ${settled.error}
    where workspace_id = ${workspaceId} and call_id = ${settled.id}`;
}

export type CallCounts = { readonly receiverId: string; readonly accepted: number; readonly failed: number; readonly lastAt: Date };

export async function countCalls(db: Db, workspaceId: number, since: Date): Promise<readonly CallCounts[]> {
  return db<CallCounts[]>`
    select receiver_id as "receiverId", (coalesce(sum(accepted) filter (where at >= ${since}), 0))::int as accepted, (count(*) filter (where state = 'failed'))::int as failed, max(at) as "lastAt"
    from receiver_call where workspace_id = ${workspaceId} group by receiver_id limit 1000`;
}

/** Forgets old posts, those that made events earlier than those that wait. Answers how many; at most `limit`. */
export async function deleteOldCalls(db: Db, before: { readonly accepted: Date; readonly failed: Date }, limit: number): Promise<number> {
  const gone = await db`
    delete from receiver_call /* all workspaces: posts are kept equally long everywhere */ where call_id in (
      select call_id from receiver_call where (state = 'accepted' and at < ${before.accepted}) or at < ${before.failed} limit ${limit})`;
  return gone.count;
}

/** Posts to any receiver in id order. */
export async function loadCallsAfter(
  db: Db | Tx,
  workspaceId: number,
  page: { readonly afterId: string; readonly limit: number },
): Promise<readonly Pick<CallRow, "id" | "at" | "state" | "body">[]> {
  return db<Pick<CallRow, "id" | "at" | "state" | "body">[]>`
    select call_id as id, at, state, body from receiver_call where workspace_id = ${workspaceId} and call_id > ${page.afterId} order by call_id limit ${page.limit}`;
}

/** Forgets posts, for an erasure; answers how many. */
export async function deleteCalls(tx: Tx, workspaceId: number, ids: readonly string[]): Promise<number> {
  if (ids.length === 0) return 0;
  const gone = await tx`delete from receiver_call where workspace_id = ${workspaceId} and call_id = any(${ids as string[]}::bigint[])`;
  return gone.count;
}

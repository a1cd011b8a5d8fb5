import type { NoticeLanguage, TargetKind } from "@terrace/domain/notify/notice";
import type { Db, Tx } from "../../platform/storage/postgres.ts";

export type NoticeState = "waiting" | "delivered" | "failed";
export type NewNotice = { readonly targetId: string; readonly key: string; readonly notice: Uint8Array };

/** Queues notices; what a target was told, or is to be told, stays as it is. Answers how many are new. */
export async function insertNotices(tx: Tx, workspaceId: number, notices: readonly NewNotice[], at: Date): Promise<number> {
  let count = 0;
  for (const { targetId, key, notice } of notices) {
    const queued = await tx`
      insert into notice_delivery (workspace_id, target_id, notice_key, notice, state, due_at, created_at)
      select ${workspaceId}, target_id, ${key}, ${notice}, 'waiting', ${at}, ${at} from notice_target
      where workspace_id = ${workspaceId} and target_id = ${targetId} on conflict (target_id, notice_key) do nothing`;
    count += queued.count;
  }
  return count;
}

export type ClaimedNotice = {
  readonly id: string;
  readonly workspaceId: number;
  readonly targetId: string;
  readonly kind: TargetKind;
  readonly language: NoticeLanguage;
  readonly key: string;
  readonly attempts: number;
  readonly notice: Uint8Array;
  readonly place: Uint8Array;
};

/** Takes what is due, one per target that is free, the oldest first, and keeps others from it and from its target until `leaseUntil`. */
export async function claimNotices(tx: Tx, at: Date, leaseUntil: Date, limit: number): Promise<readonly ClaimedNotice[]> {
  /* all workspaces: one deliverer serves them all */
  return tx<ClaimedNotice[]>`
    with due as (
      select t.target_id, d.delivery_id from notice_target t cross join lateral (
        select delivery_id, due_at from notice_delivery where target_id = t.target_id and state = 'waiting' and due_at <= ${at} order by due_at, delivery_id limit 1) d
      where t.free_at <= ${at} order by d.due_at limit ${limit} for update of t skip locked
    ), busy as (
      update notice_target t set free_at = ${leaseUntil} from due where t.target_id = due.target_id returning t.*
    )
    update notice_delivery d set due_at = ${leaseUntil} from due join busy using (target_id) where d.delivery_id = due.delivery_id
    returning d.delivery_id as id, d.workspace_id as "workspaceId", d.target_id as "targetId", busy.kind, busy.language, d.notice_key as key, d.attempts, d.notice, busy.place`;
}

/** Keeps others from what is still being sent; nothing when the attempt is over. */
export async function holdNotice(db: Db, { workspaceId, id, attempts }: ClaimedNotice, leaseUntil: Date): Promise<void> {
  await db`
    with held as (
      update notice_delivery set due_at = ${leaseUntil}
      where workspace_id = ${workspaceId} and delivery_id = ${id} and state = 'waiting' and attempts = ${attempts} returning target_id)
    update notice_target t set free_at = ${leaseUntil} from held where t.workspace_id = ${workspaceId} and t.target_id = held.target_id`;
}

export type NoticeAttempt = { readonly at: string; readonly error?: string; readonly tookMs: number };
export type AttemptEnd = {
  readonly id: string;
  readonly targetId: string;
  readonly state: NoticeState;
  readonly dueAt: Date;
  /** When the target takes the next message. */
  readonly freeAt: Date;
  readonly finishedAt: Date | null;
  readonly note: NoticeAttempt;
};

const LOG_LINES_MAX = 12;

/** Records how an attempt ended. */
export async function noteNoticeAttempt(tx: Tx, workspaceId: number, end: AttemptEnd): Promise<void> {
  await tx`
    update notice_delivery set state = ${end.state}, attempts = attempts + 1, due_at = ${end.dueAt}, finished_at = ${end.finishedAt},
      log = jsonb_path_query_array(log || ${tx.json(end.note)}::jsonb, ${`$[last - ${LOG_LINES_MAX - 1} to last]`}::jsonpath)
    where workspace_id = ${workspaceId} and delivery_id = ${end.id} and state = 'waiting'`;
  await tx`update notice_target set free_at = ${end.freeAt} where workspace_id = ${workspaceId} and target_id = ${end.targetId}`;
}

export type NoticeDeliveryRow = {
  readonly id: string;
  readonly targetId: string;
  readonly targetName: string;
  readonly kind: TargetKind;
  readonly key: string;
  readonly state: NoticeState;
  readonly attempts: number;
  readonly dueAt: Date;
  readonly createdAt: Date;
  readonly finishedAt: Date | null;
  readonly log: readonly NoticeAttempt[];
};

/** What was told, newest first; of a thing, or everything. */
export async function loadNoticeDeliveries(
  db: Db,
  workspaceId: number,
  query: { readonly key: string | undefined; readonly beforeId: string | undefined; readonly limit: number },
): Promise<readonly NoticeDeliveryRow[]> {
  return db<NoticeDeliveryRow[]>`
    select d.delivery_id as id, d.target_id as "targetId", t.name as "targetName", t.kind, d.notice_key as key, d.state, d.attempts, d.due_at as "dueAt",
      d.created_at as "createdAt", d.finished_at as "finishedAt", d.log
    from notice_delivery d join notice_target t on t.target_id = d.target_id
    where d.workspace_id = ${workspaceId} ${query.key === undefined ? db`` : db`and d.notice_key = ${query.key}`}
      ${query.beforeId === undefined ? db`` : db`and d.delivery_id < ${query.beforeId}`}
    order by d.delivery_id desc limit ${query.limit}`;
}

/** Makes a delivery that was given up due again. False when it is none. */
export async function sendNoticeAgain(tx: Tx, workspaceId: number, id: string, at: Date): Promise<boolean> {
  const changed = await tx`
    update notice_delivery set state = 'waiting', attempts = 0, due_at = ${at}, finished_at = null
    where workspace_id = ${workspaceId} and delivery_id = ${id} and state = 'failed'`;
  return changed.count === 1;
}

/** Forgets old finished deliveries; answers how many, at most `limit`. */
export async function deleteOldNotices(db: Db, finishedBefore: Date, limit: number): Promise<number> {
  const gone = await db`
    delete from notice_delivery /* all workspaces: the log is kept equally long everywhere */ where delivery_id in (
      select delivery_id from notice_delivery where finished_at < ${finishedBefore} limit ${limit})`;
  return gone.count;
}

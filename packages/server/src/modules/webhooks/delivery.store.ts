import type { Db, Tx } from "../../platform/storage/postgres.ts";

export type DeliveryState = "waiting" | "delivered" | "failed";

/** A delivery to be queued; the body is sealed. */
export type NewDelivery = {
  readonly workspaceId: number;
  readonly webhookId: string;
  readonly eventKey: string;
  readonly eventName: string;
  readonly originId: string;
  readonly body: Uint8Array;
};

/** Queues deliveries; one that is there already stays as it is. */
export async function insertDeliveries(tx: Tx, deliveries: readonly NewDelivery[], at: Date): Promise<void> {
  if (deliveries.length === 0) return;
  await tx`
    insert into webhook_delivery (workspace_id, webhook_id, event_key, event_name, origin_id, body, state, due_at, created_at)
    select g.workspace_id, g.webhook_id, g.event_key, g.event_name, g.origin_id, decode(g.body, 'base64'), 'waiting', ${at}, ${at}
    from unnest(${deliveries.map((one) => one.workspaceId)}::int[], ${deliveries.map((one) => one.webhookId)}::bigint[], ${deliveries.map((one) => one.eventKey)}::text[],
      ${deliveries.map((one) => one.eventName)}::text[], ${deliveries.map((one) => one.originId)}::bigint[], ${deliveries.map((one) => Buffer.from(one.body).toString("base64"))}::text[])
      as g (workspace_id, webhook_id, event_key, event_name, origin_id, body)
    join webhook w on w.workspace_id = g.workspace_id and w.webhook_id = g.webhook_id
    on conflict (webhook_id, event_key) do nothing`;
}

/** A delivery taken to be sent, with what its webhook says. */
export type ClaimedDelivery = {
  readonly id: string;
  readonly workspaceId: number;
  readonly webhookId: string;
  readonly attempts: number;
  readonly originId: string;
  readonly body: Uint8Array;
  readonly address: Uint8Array;
  readonly secret: Uint8Array;
  readonly oldSecret: Uint8Array | null;
};

/** How much may be under way for one webhook, with what is, and how much to take in all. */
export type ClaimLimits = { readonly underWay: ReadonlyMap<string, number>; readonly perWebhook: number; readonly inAll: number };

/** Takes due deliveries of active webhooks, the oldest first, and keeps others from taking them until `leaseUntil`. */
export async function claimDue(tx: Tx, at: Date, leaseUntil: Date, limits: ClaimLimits): Promise<readonly ClaimedDelivery[]> {
  /* all workspaces: one deliverer serves them all */
  return tx<ClaimedDelivery[]>`
    with due as (
      select d.delivery_id from webhook w
      left join unnest(${[...limits.underWay.keys()]}::bigint[], ${[...limits.underWay.values()]}::int[]) as busy (webhook_id, deliveries) on busy.webhook_id = w.webhook_id
      cross join lateral (
        select delivery_id, due_at from webhook_delivery
        where webhook_id = w.webhook_id and state = 'waiting' and due_at <= ${at} order by due_at
        limit greatest(0, ${limits.perWebhook}::int - coalesce(busy.deliveries, 0))) d
      where w.state = 'active'
      order by d.due_at limit ${limits.inAll}
    ), taken as (
      select delivery_id from webhook_delivery where delivery_id in (select delivery_id from due) and state = 'waiting' for update skip locked
    )
    update webhook_delivery d set due_at = ${leaseUntil}
    from taken, webhook w where d.delivery_id = taken.delivery_id and w.webhook_id = d.webhook_id
    returning d.delivery_id as id, d.workspace_id as "workspaceId", d.webhook_id as "webhookId", d.attempts, d.origin_id as "originId", d.body, w.address, w.secret,
      case when w.old_secret_until > ${at} then w.old_secret end as "oldSecret"`;
}

/** One line of a delivery's log. */
export type AttemptNote = { readonly at: string; readonly status?: number; readonly error?: string; readonly tookMs: number };

const LOG_LINES_MAX = 12;

/** Records an attempt: finished, or due again. */
export async function noteAttempt(
  tx: Tx,
  workspaceId: number,
  noted: {
    readonly id: string;
    readonly state: DeliveryState;
    readonly dueAt: Date;
    readonly finishedAt: Date | null;
    readonly note: AttemptNote;
  },
): Promise<void> {
  await tx`
    update webhook_delivery set state = ${noted.state}, attempts = attempts + 1, due_at = ${noted.dueAt}, finished_at = ${noted.finishedAt},
      log = jsonb_path_query_array(log || ${tx.json(noted.note)}::jsonb, ${`$[last - ${LOG_LINES_MAX - 1} to last]`}::jsonpath)
    where workspace_id = ${workspaceId} and delivery_id = ${noted.id} and state = 'waiting'`;
}

export type DeliveryRow = {
  readonly id: string;
  readonly eventName: string;
  readonly state: DeliveryState;
  readonly attempts: number;
  readonly dueAt: Date;
  readonly createdAt: Date;
  readonly finishedAt: Date | null;
  readonly log: readonly AttemptNote[];
};

/** Deliveries of a webhook, the newest first. */
export async function loadDeliveries(
  db: Db,
  workspaceId: number,
  query: {
    readonly webhookId: string;
    readonly state: DeliveryState | undefined;
    readonly beforeId: string | undefined;
    readonly limit: number;
  },
): Promise<readonly DeliveryRow[]> {
  return db<DeliveryRow[]>`
    select delivery_id as id, event_name as "eventName", state, attempts, due_at as "dueAt", created_at as "createdAt", finished_at as "finishedAt", log
    from webhook_delivery where workspace_id = ${workspaceId} and webhook_id = ${query.webhookId}
      ${query.state === undefined ? db`` : db`and state = ${query.state}`}
      ${query.beforeId === undefined ? db`` : db`and delivery_id < ${query.beforeId}`}
    order by delivery_id desc limit ${query.limit}`;
}

/** One delivery with its sealed body. */
export async function findDelivery(
  db: Db,
  workspaceId: number,
  webhookId: string,
  id: string,
): Promise<(DeliveryRow & { readonly body: Uint8Array }) | undefined> {
  const [row] = await db<(DeliveryRow & { body: Uint8Array })[]>`
    select delivery_id as id, event_name as "eventName", state, attempts, due_at as "dueAt", created_at as "createdAt", finished_at as "finishedAt", log, body
    from webhook_delivery where workspace_id = ${workspaceId} and webhook_id = ${webhookId} and delivery_id = ${id}`;
  return row;
}

/** Makes deliveries due again: those named, or all that failed. Their attempts count anew; the log stays. Answers how many. */
export async function sendAgain(
  tx: Tx,
  workspaceId: number,
  webhookId: string,
  again: { readonly ids: readonly string[] | "failed"; readonly at: Date },
): Promise<number> {
  const which = again.ids === "failed" ? tx`state = 'failed'` : tx`delivery_id = any(${[...again.ids]}::bigint[])`;
  const changed = await tx`
    update webhook_delivery set state = 'waiting', attempts = 0, due_at = ${again.at}, finished_at = null
    where workspace_id = ${workspaceId} and webhook_id = ${webhookId} and ${which}`;
  return changed.count;
}

/** Figures of each webhook: what waits, and what ended since a time. */
export type DeliveryCounts = { readonly webhookId: string; readonly waiting: number; readonly delivered: number; readonly failed: number };

export async function countDeliveries(db: Db, workspaceId: number, since: Date): Promise<readonly DeliveryCounts[]> {
  return db<DeliveryCounts[]>`
    select webhook_id as "webhookId", (count(*) filter (where state = 'waiting'))::int as waiting,
      (count(*) filter (where state = 'delivered' and finished_at >= ${since}))::int as delivered, (count(*) filter (where state = 'failed' and finished_at >= ${since}))::int as failed
    from webhook_delivery where workspace_id = ${workspaceId} and (state = 'waiting' or finished_at >= ${since}) group by webhook_id limit 1000`;
}

/** Forgets deliveries that ended before a time; at most `limit` of them. Answers how many. */
export async function deleteFinished(db: Db, before: Date, limit: number): Promise<number> {
  const gone = await db`
    delete from webhook_delivery /* all workspaces: the log is kept equally long everywhere */ where delivery_id in (select delivery_id from webhook_delivery where finished_at < ${before} limit ${limit})`;
  return gone.count;
}

/** Deliveries of events filed under some ids, newest first, at most `limit`, and how many there are. */
export async function loadDeliveriesOf(
  db: Db,
  workspaceId: number,
  originIds: readonly string[],
  limit: number,
): Promise<{
  readonly total: number;
  readonly rows: readonly { readonly eventName: string; readonly state: DeliveryState; readonly createdAt: Date }[];
}> {
  const rows = await db<{ eventName: string; state: DeliveryState; createdAt: Date; total: number }[]>`
    select event_name as "eventName", state, created_at as "createdAt", count(*) over ()::int as total from webhook_delivery
    where workspace_id = ${workspaceId} and origin_id = any(${originIds as string[]}::bigint[]) order by delivery_id desc limit ${limit}`;
  return { total: rows[0]?.total ?? 0, rows };
}

/** Forgets deliveries of events filed under some ids, for an erasure; answers how many. */
export async function deleteDeliveriesOf(tx: Tx, workspaceId: number, originIds: readonly string[]): Promise<number> {
  const gone =
    await tx`delete from webhook_delivery where workspace_id = ${workspaceId} and origin_id = any(${originIds as string[]}::bigint[])`;
  return gone.count;
}

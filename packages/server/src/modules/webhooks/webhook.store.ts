import type { Db, Tx } from "../../platform/storage/postgres.ts";

export type WebhookState = "active" | "paused";
export type PausedBecause = "operator" | "gone" | "failing";

/** A webhook as stored; address and secrets are sealed. */
export type WebhookRow = {
  readonly id: string;
  readonly name: string;
  readonly address: Uint8Array;
  readonly events: readonly string[];
  readonly state: WebhookState;
  readonly pausedBecause: PausedBecause | null;
  readonly failingSince: Date | null;
  readonly createdAt: Date;
  readonly createdBy: string;
};

export const WEBHOOKS_MAX = 50;

export type NewWebhook = {
  readonly name: string;
  readonly address: Uint8Array;
  readonly events: readonly string[];
  readonly secret: Uint8Array;
  readonly createdAt: Date;
  readonly createdBy: string;
};

export async function countWebhooks(tx: Tx, workspaceId: number): Promise<number> {
  const [row] = await tx<{ count: number }[]>`select count(*)::int as count from webhook where workspace_id = ${workspaceId}`;
  return row?.count ?? 0;
}

export async function insertWebhook(tx: Tx, workspaceId: number, webhook: NewWebhook): Promise<string> {
  const [row] = await tx<{ id: string }[]>`
    insert into webhook (workspace_id, name, address, events, state, secret, created_at, created_by)
    values (${workspaceId}, ${webhook.name}, ${webhook.address}, ${[...webhook.events]}::text[], 'active', ${webhook.secret}, ${webhook.createdAt}, ${webhook.createdBy})
    returning webhook_id as id`;
  if (row === undefined) throw new Error("insert into webhook returned no row");
  return row.id;
}

/** All webhooks of a workspace, the newest first. */
export async function loadWebhooks(db: Db | Tx, workspaceId: number): Promise<readonly WebhookRow[]> {
  return db<WebhookRow[]>`
    select webhook_id as id, name, address, events, state, paused_because as "pausedBecause", failing_since as "failingSince", created_at as "createdAt", created_by as "createdBy"
    from webhook where workspace_id = ${workspaceId} order by webhook_id desc limit ${WEBHOOKS_MAX}`;
}

export type WebhookChange = {
  readonly name?: string | undefined;
  readonly address?: Uint8Array | undefined;
  readonly events?: readonly string[] | undefined;
  readonly state?: WebhookState | undefined;
};

/** False when there is no such webhook. Starting one again forgets how long it failed. */
export async function updateWebhook(tx: Tx, workspaceId: number, id: string, change: WebhookChange): Promise<boolean> {
  const { state } = change;
  const changed = await tx`
    update webhook set
      name = coalesce(${change.name ?? null}, name),
      address = coalesce(${change.address ?? null}::bytea, address),
      events = coalesce(${change.events === undefined ? null : [...change.events]}::text[], events)
      ${state === undefined ? tx`` : tx`, state = ${state}, paused_because = ${state === "paused" ? "operator" : null}, failing_since = null`}
    where workspace_id = ${workspaceId} and webhook_id = ${id}`;
  return changed.count === 1;
}

/** Puts a new secret in place; the one before signs beside it until `oldUntil`. */
export async function rotateSecret(
  tx: Tx,
  workspaceId: number,
  rotated: { readonly id: string; readonly secret: Uint8Array; readonly oldUntil: Date },
): Promise<boolean> {
  const changed = await tx`
    update webhook set old_secret = secret, old_secret_until = ${rotated.oldUntil}, secret = ${rotated.secret}
    where workspace_id = ${workspaceId} and webhook_id = ${rotated.id}`;
  return changed.count === 1;
}

/** The name of what was deleted, with its deliveries; undefined when there was none. */
export async function deleteWebhook(tx: Tx, workspaceId: number, id: string): Promise<string | undefined> {
  const [row] = await tx<{ name: string }[]>`delete from webhook where workspace_id = ${workspaceId} and webhook_id = ${id} returning name`;
  return row?.name;
}

/** What the pipeline needs to know of an active webhook. */
export type Listener = { readonly id: string; readonly workspaceId: number; readonly events: readonly string[]; readonly sinceMs: number };

export async function loadListeners(db: Db): Promise<readonly Listener[]> {
  /* all workspaces: the pipeline handles every workspace's events */
  return db<Listener[]>`
    select webhook_id as id, workspace_id as "workspaceId", events, (extract(epoch from created_at) * 1000)::float8 as "sinceMs"
    from webhook where state = 'active' order by webhook_id limit 100000`;
}

/** Notes how an attempt ended for the webhook as a whole; pauses it when it is gone or failed for too long. */
export async function noteOutcome(
  tx: Tx,
  workspaceId: number,
  noted: { readonly id: string; readonly outcome: "delivered" | "gone" | "retry"; readonly at: Date; readonly failingTooLongSince: Date },
): Promise<void> {
  if (noted.outcome === "delivered") {
    await tx`update webhook set failing_since = null where workspace_id = ${workspaceId} and webhook_id = ${noted.id} and failing_since is not null`;
    return;
  }
  await tx`
    update webhook set
      failing_since = coalesce(failing_since, ${noted.at}),
      state = case when ${noted.outcome === "gone"} or failing_since < ${noted.failingTooLongSince} then 'paused' else state end,
      paused_because = case when ${noted.outcome === "gone"} then 'gone' when failing_since < ${noted.failingTooLongSince} then 'failing' else paused_because end
    where workspace_id = ${workspaceId} and webhook_id = ${noted.id} and state = 'active'`;
}

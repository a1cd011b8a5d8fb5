-- Addresses that are told of events. Address and secrets are encrypted: addresses of chat robots are secrets themselves.
create table webhook (
  webhook_id bigint generated always as identity primary key,
  workspace_id integer not null references workspace,
  name text not null,
  address bytea not null,
  -- Names of events; none means every event.
  events text[] not null,
  state text not null check (state in ('active', 'paused')),
  paused_because text check (paused_because in ('operator', 'gone', 'failing')),
  secret bytea not null,
  -- Signs beside the new one for a while after it was changed, so that the receiver can change over.
  old_secret bytea,
  old_secret_until timestamptz,
  failing_since timestamptz,
  created_at timestamptz not null,
  created_by text not null
);
create index webhook_workspace on webhook (workspace_id, webhook_id);

-- What is to be told, and the log of telling it.
create table webhook_delivery (
  delivery_id bigint generated always as identity primary key,
  workspace_id integer not null,
  webhook_id bigint not null references webhook on delete cascade,
  -- The event's place in the feed; a replayed feed makes no second delivery.
  event_key text not null,
  event_name text not null,
  origin_id bigint not null,
  body bytea not null,
  state text not null check (state in ('waiting', 'delivered', 'failed')),
  attempts integer not null default 0,
  due_at timestamptz not null,
  created_at timestamptz not null,
  finished_at timestamptz,
  -- The last attempts: when, status or error, how long it took.
  log jsonb not null default '[]',
  unique (webhook_id, event_key)
) with (fillfactor = 80);
create index webhook_delivery_due on webhook_delivery (webhook_id, due_at) where state = 'waiting';
create index webhook_delivery_log on webhook_delivery (workspace_id, webhook_id, delivery_id);
create index webhook_delivery_origin on webhook_delivery (workspace_id, origin_id);
create index webhook_delivery_finished on webhook_delivery (finished_at) where finished_at is not null;

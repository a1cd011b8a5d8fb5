-- The mail server of a workspace; without a row the one of the installation. Encrypted: it holds a password.
create table mail_server (
  workspace_id integer primary key references workspace on delete cascade,
  server bytea not null,
  updated_by text not null,
  updated_at timestamptz not null
);

-- Where people are told of reports and alerts. The place is encrypted: addresses of robots are secrets themselves, e-mail addresses personal.
create table notice_target (
  target_id bigint generated always as identity primary key,
  workspace_id integer not null references workspace on delete cascade,
  name text not null,
  kind text not null check (kind in ('email', 'wecom', 'dingtalk', 'feishu', 'webhook')),
  language text not null check (language in ('zh', 'en')),
  place bytea not null,
  -- Robots take only so many messages a minute.
  free_at timestamptz not null default '-infinity',
  created_by text not null,
  created_at timestamptz not null
) with (fillfactor = 80);
create index notice_target_workspace on notice_target (workspace_id, target_id);

-- What is to be told, and the log of telling it.
create table notice_delivery (
  delivery_id bigint generated always as identity primary key,
  workspace_id integer not null references workspace on delete cascade,
  target_id bigint not null references notice_target on delete cascade,
  -- What it tells of, such as report:12; the same thing is told to a target once.
  notice_key text not null,
  notice bytea not null,
  state text not null check (state in ('waiting', 'delivered', 'failed')),
  attempts integer not null default 0,
  due_at timestamptz not null,
  created_at timestamptz not null,
  finished_at timestamptz,
  log jsonb not null default '[]',
  unique (target_id, notice_key)
) with (fillfactor = 80);
create index notice_delivery_due on notice_delivery (target_id, due_at) where state = 'waiting';
create index notice_delivery_log on notice_delivery (workspace_id, delivery_id);
create index notice_delivery_key on notice_delivery (workspace_id, notice_key);
create index notice_delivery_finished on notice_delivery (finished_at) where finished_at is not null;

-- Addresses of ours to which other systems post what happens there; each says how its JSON becomes events.
create table receiver (
  receiver_id bigint generated always as identity primary key,
  workspace_id integer not null references workspace,
  name text not null,
  -- The secret part of the address: to find it by, and to show it again.
  token_hash bytea not null unique,
  token bytea not null,
  -- A JSONata expression.
  expression text not null,
  signature jsonb not null,
  secret bytea,
  state text not null check (state in ('active', 'paused')),
  created_at timestamptz not null,
  created_by text not null
);
create index receiver_workspace on receiver (workspace_id, receiver_id);

-- What was posted lately, to write the expression by; what could not be turned into events stays until it is.
create table receiver_call (
  call_id bigint generated always as identity primary key,
  workspace_id integer not null,
  receiver_id bigint not null references receiver on delete cascade,
  at timestamptz not null,
  state text not null check (state in ('accepted', 'failed')),
  accepted integer not null default 0,
  rejected integer not null default 0,
  error text not null default '',
  body bytea not null
);
create index receiver_call_log on receiver_call (workspace_id, receiver_id, call_id);
create index receiver_call_at on receiver_call (at);

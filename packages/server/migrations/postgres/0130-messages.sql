-- Messages that people are to get (docs/decisions/0048-touch.md). No address and no content is in here: what was sent is told by template, version and variables.
create table message (
  workspace_id integer not null references workspace,
  message_id bigint generated always as identity,
  -- What asks again asks with the same key.
  key text not null,
  -- Ours, the same for every try; what providers and events name the message by.
  reference text not null unique,
  origin_id bigint not null,
  channel text not null,
  template text not null,
  -- Named by whoever asked; `sent_version` is the one that was handed over.
  template_version integer,
  sent_version integer,
  purpose text not null,
  tags text[] not null,
  transactional boolean not null,
  priority smallint not null check (priority between 1 and 9),
  source_kind text not null,
  source_id text not null,
  source_part text not null,
  source_run text not null,
  variables jsonb not null,
  asked_at timestamptz not null,
  not_before timestamptz not null,
  expires_at timestamptz,
  state text not null check (state in ('waiting', 'sending', 'sent', 'delivered', 'blocked', 'failed', 'unknown', 'expired', 'cancelled')),
  -- waiting: when it is decided upon; sending: when somebody else looks after it, because who handed it over is gone.
  due_at timestamptz,
  -- Grows with each try: who does not know the newest number has nothing to say.
  tries smallint not null default 0,
  -- When the governor let it go; it counts for caps while this is set.
  let_go_at timestamptz,
  finished_at timestamptz,
  provider_id text,
  repeating text check (repeating in ('idempotent', 'queryable', 'neither')),
  repeat_until timestamptz,
  provider_ref text,
  -- Stands for the address it went to.
  address_token text,
  -- A receipt said that it came back.
  returned boolean not null default false,
  -- Why it stands where it does.
  reason text not null default '',
  rule text,
  details jsonb not null default '{}',
  primary key (workspace_id, message_id),
  unique (workspace_id, key),
  check ((state in ('waiting', 'sending')) = (due_at is not null))
) with (fillfactor = 80);
create index message_due on message (workspace_id, channel, priority, due_at) where state = 'waiting';
create index message_sending on message (due_at) where state = 'sending';
create index message_origin on message (workspace_id, origin_id);
create index message_finished on message (finished_at) where finished_at is not null;
create index message_provider_ref on message (workspace_id, provider_ref) where provider_ref is not null;

-- What was decided, tried and told about messages, line by line.
create table message_note (
  note_id bigint generated always as identity primary key,
  workspace_id integer not null,
  message_id bigint not null,
  at timestamptz not null,
  -- send, defer, block: of the governor; accepted, refused, retry, unknown: of a try; the rest are receipts.
  what text not null,
  reason text not null default '',
  rule text,
  details jsonb not null default '{}'
);
create index message_note_message on message_note (workspace_id, message_id, note_id);
create index message_note_at on message_note (workspace_id, at);

-- From when on a provider with a rate takes the next message; all processes hand over by it.
create table message_pace (
  workspace_id integer not null references workspace,
  provider_id text not null,
  next_at timestamptz not null,
  primary key (workspace_id, provider_id)
);

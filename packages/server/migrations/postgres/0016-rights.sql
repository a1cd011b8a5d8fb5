-- Erasures that operators asked for, and how far each has come. Nothing in here is about a person once `state` is done.
create table erasure (
  erasure_id bigint generated always as identity primary key,
  workspace_id integer not null,
  reason text not null,
  requested_by text not null,
  requested_at timestamptz not null,
  people integer not null,
  ids integer not null,
  state text not null default 'running' check (state in ('running', 'done')),
  -- Everything is gone over twice: the second time for what arrived during the first.
  pass smallint not null default 1,
  -- The holder at work, and where each one is.
  holder text not null default '',
  cursors jsonb not null default '{}',
  removed jsonb not null default '{}',
  -- Runs that failed since the last good one, and when to try again.
  failures integer not null default 0,
  due_at timestamptz not null default now(),
  -- Only while it runs: tokens of phone numbers, e-mails and id cards to look for, and random bytes that pseudonyms are made from (encrypted).
  tokens text[],
  secret bytea,
  updated_at timestamptz not null,
  finished_at timestamptz,
  certificate jsonb
);
create index erasure_list on erasure (workspace_id, erasure_id desc);
create index erasure_running on erasure (due_at, erasure_id) where state = 'running';

-- The deny-list: keyed hashes of ids whose events are refused. Restoring a backup made before erases them again.
create table erased_id (
  workspace_id integer not null,
  origin_id bigint not null,
  erasure_id bigint not null,
  -- Which ids were one person's is forgotten with the erasure's end.
  person_id bigint,
  erased_at timestamptz not null,
  -- Grows with every change, in the order in which changes are committed.
  change_seq bigint not null,
  -- An operator let the id in again: events from this time on are taken.
  admitted_from_ms bigint,
  primary key (workspace_id, origin_id)
);
create unique index erased_id_change on erased_id (change_seq);
create index erased_id_erasure on erased_id (erasure_id);
create sequence erased_id_seq;

-- Events refused because of the deny-list, by day (UTC).
create table refused_tally (
  workspace_id integer not null,
  day date not null,
  events bigint not null,
  primary key (workspace_id, day)
);

-- Signs certificates; the private half is encrypted.
create table signing_key (
  only_row boolean primary key default true check (only_row),
  public_key bytea not null,
  private_key bytea not null,
  created_at timestamptz not null
);

-- Broadcasts: one message to everybody in a segment (docs/decisions/0058-broadcasts.md). Definitions are sealed: somebody may write a name into them.
create table broadcast (
  broadcast_id bigint generated always as identity primary key,
  workspace_id integer not null references workspace,
  name text not null,
  state text not null check (state in ('draft', 'in_review', 'scheduled', 'running', 'stopped', 'done', 'cancelled')),
  definition bytea not null,
  edition integer not null,
  created_at timestamptz not null,
  created_by text not null,
  approved_by text,
  begins_ms bigint,
  began_ms bigint,
  ended_ms bigint,
  -- When it is looked after again; null: there is nothing to do.
  next_ms bigint,
  -- People it goes to, in places from 0; those before `asked` were given to the governor.
  audience integer,
  asked integer not null default 0,
  -- Grows with each stop: what was taken back is asked for anew, under another key.
  run smallint not null default 1,
  -- After a stop: places before `redone_to` are looked through for what was taken back, and those before `redone` were.
  redone integer not null default 0,
  redone_to integer not null default 0,
  paced_from_ms double precision,
  -- When the last of the tested was asked for.
  tested_ms bigint,
  winner text,
  winner_counts jsonb,
  chosen_by text
);
create index broadcast_of on broadcast (workspace_id, broadcast_id desc);
create index broadcast_due on broadcast (next_ms) where next_ms is not null;

-- Whom a broadcast goes to, shuffled.
create table broadcast_recipient (
  broadcast_id bigint not null references broadcast on delete cascade,
  place integer not null,
  workspace_id integer not null,
  origin_id bigint not null,
  -- In which run they were asked about, with which variant; 0: in none yet, or left out because the same person has an earlier place.
  run smallint not null default 0,
  variant text,
  primary key (broadcast_id, place)
);
create index broadcast_recipient_origin on broadcast_recipient (workspace_id, origin_id);

create index message_source_waiting on message (workspace_id, source_kind, source_id, due_at) where state = 'waiting';
create index message_source on message (workspace_id, source_kind, source_id, message_id);

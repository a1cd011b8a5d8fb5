-- Event definitions: found by themselves when an event arrives, edited by operators.
create table event_definition (
  workspace_id integer not null references workspace on delete cascade,
  name text not null,
  display_name_zh text not null default '',
  display_name_en text not null default '',
  description text not null default '',
  status text not null default 'active' check (status in ('active', 'hidden')),
  enforcement text not null default 'accept' check (enforcement in ('accept', 'flag', 'quarantine')),
  schema jsonb,
  -- Times of events, not of receipt.
  first_seen_at timestamptz not null,
  last_seen_at timestamptz not null,
  volume bigint not null default 0,
  flagged bigint not null default 0,
  changed_at timestamptz not null default now(),
  primary key (workspace_id, name)
) with (fillfactor = 70);
create index event_definition_volume on event_definition (workspace_id, volume desc, name);
create index event_definition_changed on event_definition (changed_at);

create table event_property (
  workspace_id integer not null,
  event_name text not null,
  name text not null,
  -- One bit per type seen (domain/event-schema/property-types); 128 = held a personal value.
  type_bits smallint not null,
  marked_personal boolean not null default false,
  first_seen_at timestamptz not null,
  last_seen_at timestamptz not null,
  changed_at timestamptz not null default now(),
  primary key (workspace_id, event_name, name),
  foreign key (workspace_id, event_name) references event_definition on delete cascade
);
create index event_property_changed on event_property (changed_at);
create index event_property_personal on event_property (workspace_id) where marked_personal;

-- Volumes are counted by appending, one row per batch and name, so that no batch waits for another; a job adds them up.
create table event_tally (
  tally_id bigint generated always as identity primary key,
  workspace_id integer not null,
  name text not null,
  events integer not null,
  flagged integer not null,
  first_at timestamptz not null,
  last_at timestamptz not null
);

-- Events that could not be accepted, whole and encrypted, with the reason.
create table quarantine (
  quarantine_id bigint generated always as identity primary key,
  workspace_id integer not null references workspace on delete cascade,
  received_at timestamptz not null,
  source text not null,
  name text not null,
  message_id text not null,
  code text not null,
  field text not null,
  detail text not null,
  payload bytea not null,
  -- What the payload is: the item as it arrived, the event decoded from it, or a draft made by an import.
  form text not null check (form in ('item', 'event', 'draft')),
  -- Keyed, so that it gives nothing away about the payload.
  payload_digest text not null,
  truncated boolean not null,
  state text not null default 'open' check (state in ('open', 'replayed', 'discarded')),
  state_changed_at timestamptz,
  state_changed_by text,
  -- The same bad event met again (a retry, a crash) is one row.
  unique (workspace_id, message_id, code, payload_digest)
);
alter table quarantine alter column payload set storage external;
create index quarantine_list on quarantine (workspace_id, state, quarantine_id desc);
create index quarantine_reason on quarantine (workspace_id, state, code, name, quarantine_id);
create index quarantine_received on quarantine using brin (received_at);

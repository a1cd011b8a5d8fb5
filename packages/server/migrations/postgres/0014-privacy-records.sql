-- What operators say a property (in whatever event it stands) or a trait is. What Terrace recognises by itself needs no row.
create table property_class (
  workspace_id integer not null references workspace on delete cascade,
  scope text not null check (scope in ('property', 'trait')),
  name text not null,
  class text not null check (class in ('none', 'phone', 'email', 'id_card', 'name', 'address', 'ip', 'other', 'sensitive')),
  -- What Terrace recognised before anybody said anything: afterwards tokens are there because of this row.
  detected text not null,
  -- Values that nothing recognises by itself go behind tokens because of this row.
  hides boolean not null,
  set_by text not null,
  set_at timestamptz not null,
  -- By the database's clock: other processes find changes by it.
  changed_at timestamptz not null default now(),
  primary key (workspace_id, scope, name)
);
create index property_class_changed on property_class (changed_at);

-- For how many days events are kept; event_name '' = every event without a rule of its own, days null = for good.
create table retention_rule (
  workspace_id integer not null references workspace on delete cascade,
  event_name text not null,
  days integer check (days between 1 and 36500),
  changed_by text not null,
  changed_at timestamptz not null,
  primary key (workspace_id, event_name),
  check (event_name <> '' or days is not null)
);

-- When a workspace was last looked through for expired events, and the purge under way.
create table retention_check (
  workspace_id integer primary key references workspace on delete cascade,
  checked_at timestamptz not null
);
create table retention_run (
  run_id bigint primary key generated always as identity,
  workspace_id integer not null references workspace on delete cascade,
  started_at timestamptz not null,
  finished_at timestamptz,
  -- The zone, the windows and the counts before; and what was handed to the engine so far, by month.
  plan jsonb not null,
  counted jsonb not null default '{}'
);
create unique index retention_run_open on retention_run (workspace_id) where finished_at is null;

-- That expired events were deleted: never changed, each proof carries the digest of the one before.
create table retention_proof (
  proof_id bigint primary key generated always as identity,
  workspace_id integer not null,
  run_id bigint not null,
  proof jsonb not null,
  digest text not null,
  at timestamptz not null
);
create index retention_proof_workspace on retention_proof (workspace_id, proof_id desc);

-- What the configuration cannot tell: who the controller is, where the data are, and the like.
create table privacy_facts (
  workspace_id integer primary key references workspace on delete cascade,
  facts jsonb not null,
  changed_by text not null,
  changed_at timestamptz not null
);

-- Records of processing and impact assessments as they were when somebody kept one.
create table privacy_report (
  report_id bigint primary key generated always as identity,
  workspace_id integer not null,
  kind text not null check (kind in ('records', 'impact')),
  version integer not null,
  data jsonb not null,
  note text not null,
  made_by text not null,
  made_at timestamptz not null,
  unique (workspace_id, kind, version)
);

create function refuse_privacy_change() returns trigger language plpgsql as $$
begin
  raise exception 'this record is append-only' using errcode = 'insufficient_privilege';
end $$;
create trigger retention_proof_append_only before update or delete or truncate on retention_proof
  for each statement execute function refuse_privacy_change();
create trigger privacy_report_append_only before update or delete or truncate on privacy_report
  for each statement execute function refuse_privacy_change();
alter table retention_proof enable always trigger retention_proof_append_only;
alter table privacy_report enable always trigger privacy_report_append_only;

-- The register of imports: a file is read with a mapping once, however often it is handed in.
create table import (
  import_id bigint generated always as identity primary key,
  workspace_id integer not null references workspace on delete cascade,
  file_name text not null,
  -- SHA-256 of the unpacked content, and of the mapping.
  file_hash text not null,
  mapping_hash text not null,
  -- As it was given: the order of its keys is the order of the properties it makes.
  mapping json not null,
  kind text not null check (kind in ('events', 'people')),
  header jsonb,
  state text not null default 'running' check (state in ('running', 'done', 'failed')),
  rows_read bigint not null default 0,
  rows_accepted bigint not null default 0,
  rows_rejected bigint not null default 0,
  events_made bigint not null default 0,
  -- Rows of groups that are not complete yet; encrypted, they are raw data.
  carry bytea,
  -- Rows up to this one may have been accepted by a run that broke off before it could say so.
  recheck_to bigint not null default 0,
  -- The file was imported before with another mapping: its events are not made twice.
  recheck_always boolean not null default false,
  actor text not null default '',
  started_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  finished_at timestamptz,
  unique (workspace_id, file_hash, mapping_hash)
);
create index import_list on import (workspace_id, import_id desc);

-- Groups already made into events, while an import runs: a row that comes after its group is rejected, not lost. Keyed digests.
create table import_group (
  workspace_id integer not null,
  import_id bigint not null references import on delete cascade,
  group_digest text not null,
  primary key (import_id, group_digest)
);

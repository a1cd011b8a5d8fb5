-- Imports that Terrace runs by itself from an uploaded file, besides those whose rows a client hands in.
alter table import drop constraint import_kind_check;
alter table import add constraint import_kind_check check (kind in ('events', 'people', 'channels'));
alter table import drop constraint import_state_check;
alter table import add constraint import_state_check
  check (state in ('queued', 'running', 'paused', 'cancelled', 'done', 'failed', 'repeat', 'undoing', 'undone'));
-- The same file may be imported again after its import was undone, or given up.
alter table import drop constraint import_workspace_id_file_hash_mapping_hash_key;
create unique index import_of_file on import (workspace_id, file_hash, mapping_hash) where state in ('running', 'done', 'paused', 'undoing');
create index import_hash on import (workspace_id, file_hash);
alter table import
  -- How often imports of this file were undone before: events made anew have other message ids.
  add column generation integer not null default 0,
  -- The uploaded file, kept while the import can be undone; null for rows handed in by a client.
  add column upload_id bigint references blob on delete set null,
  -- Rejected rows as CSV, with their reasons.
  add column rejected_id bigint references blob on delete set null,
  -- What is asked of the job: '' (go on), 'pause' or 'cancel'.
  add column asked text not null default '' check (asked in ('', 'pause', 'cancel')),
  -- Who works on it, until when it need not be taken for dead.
  add column worker text not null default '',
  add column lease_until timestamptz,
  -- Lines of the file, or rows of the workbook, as far as they can be told before reading.
  add column rows_expected bigint,
  add column failure jsonb,
  -- The import of the same file that made this one needless.
  add column repeat_of bigint,
  add column undone_at timestamptz,
  add column undone_by text,
  add column undo_result jsonb;

create index import_job on import (import_id) where state in ('queued', 'running', 'undoing');

-- A file on its way here, or here: its bytes are the blob of the same id.
create table import_upload (
  upload_id bigint primary key references blob on delete cascade,
  workspace_id integer not null references workspace on delete cascade,
  file_name text not null,
  bytes bigint not null,
  actor text not null,
  created_at timestamptz not null default now()
);
create index import_upload_workspace on import_upload (workspace_id, upload_id);

-- A run over a file that changes nothing: what an import with this mapping would come to.
create table import_trial (
  trial_id bigint generated always as identity primary key,
  workspace_id integer not null references workspace on delete cascade,
  upload_id bigint not null references blob on delete cascade,
  mapping json not null,
  state text not null default 'queued' check (state in ('queued', 'running', 'done', 'failed', 'cancelled')),
  rows_read bigint not null default 0,
  -- What was found; encrypted, it shows rows of the file.
  result bytea,
  failure jsonb,
  worker text not null default '',
  lease_until timestamptz,
  created_at timestamptz not null default now()
);
create index import_trial_job on import_trial (trial_id) where state in ('queued', 'running');
create index import_trial_upload on import_trial (upload_id);

-- What a workspace calls a way of reading files: which column is what.
create table import_mapping (
  mapping_id bigint primary key generated always as identity,
  workspace_id integer not null references workspace on delete cascade,
  name text not null,
  -- The columns it was made for: a file with these is offered it.
  columns jsonb not null,
  plan json not null,
  created_by text not null,
  updated_at timestamptz not null default now(),
  unique (workspace_id, name)
);

-- Exposures, clicks and costs of a channel and campaign by day. Figures are corrected by importing them again: of the imports that
-- speak of a day, channel and campaign the newest counts, and when it is undone, the one before.
create table channel_figure (
  workspace_id integer not null references workspace on delete cascade,
  day date not null,
  channel text not null,
  campaign text not null default '',
  import_id bigint not null references import on delete cascade,
  exposures bigint not null default 0,
  clicks bigint not null default 0,
  cost numeric(20, 4) not null default 0,
  currency text not null default '',
  primary key (workspace_id, day, channel, campaign, import_id)
);

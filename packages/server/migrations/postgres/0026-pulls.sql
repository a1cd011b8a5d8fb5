-- Files and query results that are fetched by themselves and imported.
create table pull (
  pull_id bigint generated always as identity primary key,
  workspace_id integer not null references workspace on delete cascade,
  name text not null,
  -- Where it comes from, with query and credentials; encrypted.
  place bytea not null,
  mapping json not null,
  -- Either every so many minutes, or daily at a time of the workspace's day.
  every_minutes integer check (every_minutes between 5 and 10080),
  daily_at text check (daily_at ~ '^([01]\d|2[0-3]):[0-5]\d$'),
  paused boolean not null default false,
  -- What the next run asks for what is newer than; encrypted, it is a value of a row.
  since bytea,
  next_run_at timestamptz not null,
  -- Who asked for a run out of turn that has not begun yet; works while paused, too.
  asked_by text,
  -- Runs that failed in a row.
  failures integer not null default 0,
  created_by text not null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  check ((every_minutes is null) <> (daily_at is null))
) with (fillfactor = 80);
create index pull_workspace on pull (workspace_id, pull_id);
create index pull_due on pull (next_run_at) where not paused or asked_by is not null;

create table pull_run (
  run_id bigint generated always as identity primary key,
  workspace_id integer not null references workspace on delete cascade,
  pull_id bigint not null references pull on delete cascade,
  state text not null default 'running' check (state in ('running', 'done', 'failed')),
  asked_by text not null default '',
  rows_read bigint not null default 0,
  bytes_read bigint not null default 0,
  -- What it has fetched so far; handed over to the import at the end.
  blob_id bigint references blob on delete set null,
  -- The import that took the rows; null when there were none.
  import_id bigint references import on delete set null,
  failure jsonb,
  started_at timestamptz not null default now(),
  -- Moved on while it runs; one that stands still lost its process.
  touched_at timestamptz not null default now(),
  finished_at timestamptz
) with (fillfactor = 80);
create index pull_run_list on pull_run (workspace_id, pull_id, run_id desc);
create index pull_run_age on pull_run (started_at);
create index pull_run_blob on pull_run (blob_id) where blob_id is not null;
create index pull_run_import on pull_run (import_id) where import_id is not null;
create unique index pull_run_open on pull_run (pull_id) where state = 'running';

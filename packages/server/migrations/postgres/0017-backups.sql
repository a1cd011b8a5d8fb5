-- When and where backups are made by themselves. Neither table is in a backup: a restored installation must not write into, or clear, the folder of the one it was made from.
create table backup_plan (
  only_row boolean primary key default true check (only_row),
  enabled boolean not null,
  folder text not null,
  minute_of_day smallint not null check (minute_of_day between 0 and 1439),
  time_zone text not null,
  keep_daily smallint not null,
  keep_weekly smallint not null,
  keep_monthly smallint not null,
  -- Sealed with the master key: whoever runs this machine could read the data anyway, and the file alone stays shut.
  passphrase bytea,
  changed_by text not null,
  changed_at timestamptz not null
);

create table backup_run (
  run_id bigint generated always as identity primary key,
  -- By the plan; those asked for by hand are never taken away by it.
  planned boolean not null,
  asked_by text not null,
  state text not null check (state in ('asked', 'running', 'done', 'failed')),
  file text not null default '',
  started_at timestamptz not null,
  -- While it runs: its last sign of life.
  seen_at timestamptz not null,
  finished_at timestamptz,
  progress real not null default 0,
  size_bytes bigint,
  events bigint,
  people bigint,
  -- Read from end to end after it was made.
  verified boolean not null default false,
  fault text not null default '',
  -- When the plan took the file away.
  removed_at timestamptz
);
create unique index backup_run_one on backup_run ((true)) where state in ('asked', 'running');

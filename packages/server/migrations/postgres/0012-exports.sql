-- What was taken out: one row for each export that was asked for. The rows themselves are streamed and stored nowhere.
create table export (
  export_id bigint generated always as identity primary key,
  workspace_id integer not null references workspace on delete cascade,
  what text not null,
  format text not null check (format in ('csv', 'jsonl', 'parquet')),
  clear boolean not null,
  -- Filters, columns and reason; encrypted, people search for personal values.
  asked bytea not null,
  actor text not null,
  state text not null default 'waiting' check (state in ('waiting', 'running', 'done', 'aborted', 'failed')),
  rows_written bigint not null default 0,
  bytes_written bigint not null default 0,
  created_at timestamptz not null,
  started_at timestamptz,
  -- Moved on while rows are written; a running export that stands still lost its process.
  touched_at timestamptz,
  finished_at timestamptz
) with (fillfactor = 80);
create index export_list on export (workspace_id, export_id desc);
create index export_open on export (export_id) where state in ('waiting', 'running');

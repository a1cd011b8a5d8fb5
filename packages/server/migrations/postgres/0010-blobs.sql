-- Files too large for a row (uploads, rejected rows): cut into pieces, each compressed and sealed. Any process can read them, and one statement erases one.
create table blob (
  blob_id bigint generated always as identity primary key,
  workspace_id integer not null references workspace on delete cascade,
  -- What it is for, e.g. 'import.upload'; whoever made it sweeps it.
  purpose text not null,
  name text not null,
  size_bytes bigint not null default 0,
  created_at timestamptz not null default now(),
  -- Last time something was appended.
  touched_at timestamptz not null default now()
) with (fillfactor = 60);
create index blob_purpose on blob (purpose, touched_at);
create index blob_workspace on blob (workspace_id, purpose, blob_id);

create table blob_piece (
  blob_id bigint not null references blob on delete cascade,
  from_byte bigint not null,
  size_bytes integer not null,
  -- zstd, then AES-256-GCM: already incompressible
  payload bytea not null,
  primary key (blob_id, from_byte)
);
alter table blob_piece alter column payload set storage external;

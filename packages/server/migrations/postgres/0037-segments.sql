-- Groups of people with a name. `made_from` says of which question's answer a snapshot is (analysis, query, cell), sealed; null for a list of ids.
create table segment (
  segment_id bigint generated always as identity primary key,
  workspace_id integer not null references workspace,
  name text not null,
  kind text not null check (kind in ('snapshot')),
  made_from bytea,
  size integer not null default 0,
  created_at timestamptz not null,
  created_by text not null,
  archived_at timestamptz,
  -- When the event engine was told of the members; null while it does not know them all.
  copied_at timestamptz
);
create index segment_workspace on segment (workspace_id, segment_id);
create index segment_uncopied on segment (segment_id) where copied_at is null;

-- Members as they were when they came in: a person's id is also one of its ids, so whose it is now is found in `identity`.
create table segment_member (
  workspace_id integer not null,
  segment_id bigint not null references segment on delete cascade,
  person_id bigint not null,
  primary key (workspace_id, segment_id, person_id)
);
create index segment_member_person on segment_member (workspace_id, person_id) include (segment_id);

-- What happened on a day, noted by operators and shown on charts over time. The text is sealed: names of people can stand in it.
create table annotation (
  annotation_id bigint generated always as identity primary key,
  workspace_id integer not null references workspace,
  day date not null,
  text bytea not null,
  created_at timestamptz not null,
  created_by text not null
);
create index annotation_workspace on annotation (workspace_id, day, annotation_id);

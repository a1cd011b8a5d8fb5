-- Conditions kept as templates of a workspace, to begin rules with.
create table condition_template (
  template_id bigint generated always as identity primary key,
  workspace_id integer not null references workspace,
  name text not null,
  note text not null,
  -- Sealed: conditions can name personal values.
  rule bytea not null,
  created_at timestamptz not null,
  created_by text not null
);
create index condition_template_workspace on condition_template (workspace_id, template_id);

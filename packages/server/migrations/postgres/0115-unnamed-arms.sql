-- Since when no flag names an experiment whose arms are remembered: after some time they are forgotten (docs/guides/flags.md).
create table assignment_unnamed (
  workspace_id integer not null,
  experiment text not null,
  since timestamptz not null,
  primary key (workspace_id, experiment)
);

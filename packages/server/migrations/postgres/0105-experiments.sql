-- Experiments (docs/decisions/0041-how-experiments-are-kept.md). A definition is sealed: conditions in it can name personal values.
create table experiment (
  experiment_id bigint generated always as identity primary key,
  workspace_id integer not null references workspace on delete cascade,
  key text not null,
  name text not null,
  hypothesis text not null,
  state text not null check (state in ('draft', 'running', 'paused', 'stopped', 'archived')),
  definition bytea not null,
  started_at timestamptz check (started_at is not null or state in ('draft', 'archived')),
  stopped_at timestamptz check (stopped_at is not null or state in ('draft', 'running', 'paused', 'archived')),
  -- What was decided, with the key of the variant that is taken if one is.
  decision text check (decision in ('take', 'keep', 'repeat', 'none')),
  decided_variant text,
  learning text not null default '',
  -- When the figures of a day are to be kept next; null: no more.
  day_due_at timestamptz,
  created_by text not null,
  created_at timestamptz not null,
  unique (workspace_id, key)
);
create index experiment_list on experiment (workspace_id, experiment_id desc);
create index experiment_due on experiment (day_due_at, experiment_id) where day_due_at is not null;

-- What operators did with it, in order.
create table experiment_step (
  step_id bigint generated always as identity primary key,
  workspace_id integer not null references workspace on delete cascade,
  experiment_id bigint not null references experiment on delete cascade,
  action text not null,
  at timestamptz not null,
  by text not null
);
create index experiment_step_of on experiment_step (workspace_id, experiment_id, step_id);

-- Sums over people as of the end of a local day, and which metrics they are of.
create table experiment_day (
  workspace_id integer not null references workspace on delete cascade,
  experiment_id bigint not null references experiment on delete cascade,
  until timestamptz not null,
  metrics text[] not null,
  answer jsonb not null,
  primary key (workspace_id, experiment_id, until)
);

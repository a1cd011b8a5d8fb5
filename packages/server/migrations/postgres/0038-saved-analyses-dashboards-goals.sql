-- Questions that were kept. The query is sealed: conditions in it can hold personal values.
create table saved_analysis (
  analysis_id bigint generated always as identity primary key,
  workspace_id integer not null references workspace,
  name text not null,
  description text not null,
  kind text not null,
  query bytea not null,
  -- How the console draws the answer.
  display json not null,
  folder text not null,
  tags text[] not null,
  -- Segments that the query names.
  segments bigint[] not null,
  owner text not null,
  -- Roles that see it besides its owner: none; null means every role.
  shared_with text[],
  shared_may text not null check (shared_may in ('view', 'edit')),
  version integer not null,
  created_at timestamptz not null,
  changed_at timestamptz not null,
  changed_by text not null,
  archived_at timestamptz
);
create index saved_analysis_workspace on saved_analysis (workspace_id, analysis_id);

-- What a saved analysis was before and is now.
create table saved_analysis_version (
  workspace_id integer not null,
  analysis_id bigint not null references saved_analysis on delete cascade,
  version integer not null,
  name text not null,
  description text not null,
  kind text not null,
  query bytea not null,
  display json not null,
  changed_at timestamptz not null,
  changed_by text not null,
  primary key (analysis_id, version)
);

-- Tiles and the filter over all of them are sealed, for the same reason as queries.
create table dashboard (
  dashboard_id bigint generated always as identity primary key,
  workspace_id integer not null references workspace,
  name text not null,
  description text not null,
  content bytea not null,
  -- Saved analyses and segments that its tiles name.
  analyses bigint[] not null,
  segments bigint[] not null,
  tile_count integer not null,
  owner text not null,
  shared_with text[],
  shared_may text not null check (shared_may in ('view', 'edit')),
  version integer not null,
  created_at timestamptz not null,
  changed_at timestamptz not null,
  changed_by text not null
);
create index dashboard_workspace on dashboard (workspace_id, dashboard_id);

-- What a metric is meant to reach in a period: in the metric's own unit, money in minor units, shares as parts of 1.
create table goal (
  goal_id bigint generated always as identity primary key,
  workspace_id integer not null references workspace,
  metric text not null,
  unit text not null check (unit in ('day', 'week', 'month', 'quarter', 'year')),
  -- The local date on which the period begins.
  starts_on date not null,
  target double precision not null,
  owner text not null,
  note text not null,
  created_at timestamptz not null,
  created_by text not null,
  unique (workspace_id, metric, unit, starts_on)
);

-- Metrics of a workspace's own. Definitions are sealed: conditions in them can hold personal values.
create table metric (
  metric_id bigint generated always as identity primary key,
  workspace_id integer not null references workspace on delete cascade,
  version integer not null default 1,
  name text not null,
  name_en text not null,
  description text not null,
  unit text not null,
  better text not null,
  -- domain/insight/metrics/own-metric: OwnDefinition
  definition bytea not null,
  changed_at timestamptz not null,
  changed_by text not null,
  archived_at timestamptz
);
create index metric_workspace on metric (workspace_id, metric_id);

-- Every version that a metric had, the current one among them.
create table metric_version (
  workspace_id integer not null,
  metric_id bigint not null references metric on delete cascade,
  version integer not null,
  name text not null,
  unit text not null,
  definition bytea not null,
  at timestamptz not null,
  by text not null,
  primary key (workspace_id, metric_id, version)
);

-- Which events count as registration, login, order …, sealed; no row: the usual names that occur.
create table business_events (
  workspace_id integer primary key references workspace on delete cascade,
  events bytea not null,
  changed_at timestamptz not null,
  changed_by text not null
);

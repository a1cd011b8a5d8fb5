-- Figures that are watched. What is asked is encrypted: values of properties stand in its conditions.
create table alert (
  alert_id bigint generated always as identity primary key,
  workspace_id integer not null references workspace on delete cascade,
  name text not null,
  question bytea not null,
  rule jsonb not null,
  interval_unit text not null check (interval_unit in ('hour', 'day', 'week', 'month')),
  figure_unit text not null,
  target_ids bigint[] not null,
  paused boolean not null default false,
  muted_until timestamptz,
  -- Values of intervals that are over, oldest first: only the newest ones are read again each time.
  points jsonb not null default '[]',
  last_value double precision,
  evaluated_at timestamptz,
  failure text,
  due_at timestamptz not null,
  created_by text not null,
  created_at timestamptz not null
) with (fillfactor = 70);
create index alert_workspace on alert (workspace_id, alert_id desc);
create index alert_due on alert (due_at) where not paused;

-- Times of alarm. An interval begins at most one.
create table alert_event (
  event_id bigint generated always as identity primary key,
  workspace_id integer not null references workspace on delete cascade,
  alert_id bigint not null references alert on delete cascade,
  interval_from timestamptz not null,
  value double precision,
  low double precision,
  high double precision,
  began_at timestamptz not null,
  ended_at timestamptz,
  -- Nobody was told: it was muted.
  muted boolean not null,
  acknowledged_by text,
  acknowledged_at timestamptz,
  unique (alert_id, interval_from)
);
create unique index alert_event_open on alert_event (alert_id) where ended_at is null;
create index alert_event_list on alert_event (workspace_id, event_id desc);

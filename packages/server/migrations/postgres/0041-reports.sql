-- When reports are made by themselves, and who is told.
create table report_schedule (
  workspace_id integer not null references workspace on delete cascade,
  kind text not null check (kind in ('daily', 'weekly', 'monthly', 'quarterly', 'yearly')),
  -- Local time on the day after the period; until then its data may still arrive.
  made_at text not null check (made_at ~ '^([01]\d|2[0-3]):[0-5]\d$'),
  target_ids bigint[] not null,
  paused boolean not null default false,
  -- Periods that end on this day or before were queued.
  covered_to date,
  updated_by text not null,
  updated_at timestamptz not null,
  primary key (workspace_id, kind)
);

-- What was generated does not change; another look at the same period is another edition. The content is encrypted: values of properties stand in it.
create table report (
  report_id bigint generated always as identity primary key,
  workspace_id integer not null references workspace on delete cascade,
  kind text not null check (kind in ('daily', 'weekly', 'monthly', 'quarterly', 'yearly')),
  period_from date not null,
  period_to date not null,
  edition integer not null default 1,
  state text not null default 'waiting' check (state in ('waiting', 'running', 'done', 'failed')),
  -- Empty: by schedule.
  asked_by text not null,
  target_ids bigint[] not null,
  content bytea,
  attempts integer not null default 0,
  due_at timestamptz not null,
  -- Of the attempt that is under way; one that lost its process is taken over when it is past.
  lease_until timestamptz,
  failure text,
  created_at timestamptz not null,
  finished_at timestamptz,
  unique (workspace_id, kind, period_from, edition),
  check ((state = 'done') = (content is not null))
) with (fillfactor = 80);
create index report_list on report (workspace_id, report_id desc);
create index report_due on report (due_at) where state in ('waiting', 'running');

-- What was decided, and what came of it. Texts are encrypted: people may be named in them.
create table decision (
  decision_id bigint generated always as identity primary key,
  workspace_id integer not null references workspace on delete cascade,
  report_id bigint references report on delete set null,
  kind text not null,
  -- The figure it is to move; empty when none.
  figure text not null,
  decided bytea not null,
  expected bytea not null,
  figure_then double precision,
  decided_by text not null,
  decided_at timestamptz not null,
  review_on date not null,
  reminded_at timestamptz,
  outcome text check (outcome in ('worked', 'partly', 'failed', 'unclear')),
  result bytea,
  figure_at_review double precision,
  reviewed_by text,
  reviewed_at timestamptz,
  check ((outcome is null) = (reviewed_at is null))
);
create index decision_list on decision (workspace_id, decision_id desc);
create index decision_report on decision (report_id) where report_id is not null;
create index decision_due on decision (review_on) where reminded_at is null and outcome is null;

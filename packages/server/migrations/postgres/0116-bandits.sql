-- Experiments whose shares change (docs/decisions/0044-bandits.md): when the next shares are due; null: no more.
alter table experiment add column shares_due_at timestamptz;
create index experiment_shares_due on experiment (shares_due_at, experiment_id) where shares_due_at is not null;

-- One row for each time in which shares stay as they are: in force from its beginning to that of the next.
create table experiment_period (
  workspace_id integer not null references workspace on delete cascade,
  experiment_id bigint not null references experiment on delete cascade,
  period integer not null check (period >= 0),
  from_at timestamptz not null,
  -- Keys of the variants, and the share of each of 10,000.
  variants text[] not null,
  parts integer[] not null,
  -- How many of 10,000 buckets have another variant than before.
  moved integer not null,
  -- What was known of each variant when the shares were reckoned, and as of when; null of the first period.
  read_until timestamptz,
  arms jsonb,
  primary key (workspace_id, experiment_id, period)
);

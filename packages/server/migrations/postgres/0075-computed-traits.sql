-- Values reckoned from each person's own events (docs/decisions/0032-computed-traits.md); they stand in `person_profile.computed`.
create table computed_trait (
  trait_id bigint generated always as identity primary key,
  workspace_id integer not null references workspace,
  key text not null,
  name_zh text not null,
  name_en text not null,
  unit text not null,
  -- Sealed: conditions can name personal values.
  definition bytea not null,
  stage text not null check (stage in ('filling', 'settling', 'live')),
  why text not null check (why in ('build', 'rule', 'refill')),
  passed bigint not null default 0,
  live_at timestamptz,
  -- When the event engine last refused to count for it, while it waits for that.
  failed_at timestamptz,
  changed_at timestamptz,
  lags integer[] not null default '{}',
  created_at timestamptz not null,
  created_by text not null,
  updated_at timestamptz not null,
  unique (workspace_id, key)
);

-- Holdouts (docs/decisions/0042-holdouts.md): shares of people who are kept from programs so that their effect can be told.
create table holdout (
  holdout_id bigint generated always as identity primary key,
  workspace_id integer not null references workspace,
  key text not null,
  name text not null,
  -- "everything", or a list of {kind, key}.
  scope jsonb not null,
  -- {every, unit}; null: it does not rotate by itself.
  rotation jsonb,
  -- When the newest turn ends by itself, in the zone the workspace had when it began.
  rotates_at timestamptz,
  ended_at timestamptz,
  created_at timestamptz not null,
  created_by text not null,
  unique (workspace_id, key)
);
create index holdout_due on holdout (rotates_at) where ended_at is null and rotates_at is not null;

-- Turns: who is held does not change in one. They follow each other without a gap; the newest has no end while the holdout runs.
create table holdout_generation (
  workspace_id integer not null,
  holdout_id bigint not null references holdout on delete cascade,
  number integer not null,
  share integer not null check (share between 1 and 10000),
  from_at timestamptz not null,
  to_at timestamptz check (to_at >= from_at),
  primary key (workspace_id, holdout_id, number)
);

-- Groups of those who were asked about, under the id that stood for the person then.
create table holdout_group (
  workspace_id integer not null,
  holdout_id bigint not null references holdout on delete cascade,
  number integer not null,
  origin_id bigint not null,
  held boolean not null,
  at timestamptz not null,
  primary key (workspace_id, holdout_id, number, origin_id)
);
create index holdout_group_origin on holdout_group (workspace_id, origin_id);

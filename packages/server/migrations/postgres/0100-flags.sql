-- Feature flags (docs/decisions/0039-flags-are-compiled-for-their-clients.md). Definitions are sealed: conditions can name personal values.
create table flag_environment (
  workspace_id integer not null references workspace,
  key text not null,
  name text not null,
  -- A change here waits for the approval of somebody else.
  review boolean not null,
  place integer not null,
  primary key (workspace_id, key)
);

create table flag (
  flag_id bigint generated always as identity primary key,
  workspace_id integer not null references workspace,
  key text not null,
  name text not null,
  description text not null,
  version integer not null,
  definition bytea not null,
  killed boolean not null default false,
  expires_at timestamptz,
  archived_at timestamptz,
  created_at timestamptz not null,
  created_by text not null,
  changed_at timestamptz not null,
  changed_by text not null,
  unique (workspace_id, key)
);

create table flag_version (
  version_id bigint generated always as identity primary key,
  workspace_id integer not null,
  flag_id bigint not null references flag on delete cascade,
  version integer not null,
  definition bytea not null,
  note text not null,
  at timestamptz not null,
  by text not null,
  unique (flag_id, version)
);

create table flag_change (
  change_id bigint generated always as identity primary key,
  workspace_id integer not null,
  flag_id bigint not null references flag on delete cascade,
  base_version integer not null,
  definition bytea not null,
  environments text[] not null,
  state text not null check (state in ('open', 'approved', 'rejected', 'withdrawn')),
  note text not null,
  asked_at timestamptz not null,
  asked_by text not null,
  -- Who that is, whatever name or token they act under.
  asker text not null,
  decided_at timestamptz,
  decided_by text,
  reason text not null default ''
);
create unique index flag_change_open on flag_change (workspace_id, flag_id) where state = 'open';
create index flag_change_of on flag_change (workspace_id, flag_id, change_id);

-- Write keys that get another environment than production.
create table flag_key (
  workspace_id integer not null,
  key_id bigint not null references api_key on delete cascade,
  environment text not null,
  primary key (workspace_id, key_id),
  foreign key (workspace_id, environment) references flag_environment
);

-- Counts up with whatever clients would see of a workspace's flags: processes look at it to know that they have to read them again.
create table flag_revision (
  workspace_id integer primary key references workspace,
  revision bigint not null
);

-- How often the server evaluated a flag to a variant, by day in UTC.
create table flag_use (
  workspace_id integer not null,
  flag_id bigint not null references flag on delete cascade,
  environment text not null,
  day date not null,
  variant text not null,
  evaluations bigint not null,
  primary key (workspace_id, flag_id, day, environment, variant)
);

-- Which arm an id was given first. A merge moves nothing: the earliest of a person's ids holds.
create table assignment (
  workspace_id integer not null,
  origin_id bigint not null,
  experiment text not null,
  version integer not null,
  arm text not null,
  at timestamptz not null,
  primary key (workspace_id, origin_id, experiment, version)
);
create index assignment_experiment on assignment (workspace_id, experiment, version);

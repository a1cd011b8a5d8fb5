-- Simulated businesses: what decides each of them, and how far it has been played into its workspace. One row a workspace, which holds nothing else.
create table simulation (
  workspace_id integer primary key references workspace on delete cascade,
  -- The workspace from which it was asked for: whoever manages that one manages this.
  asked_in integer not null,
  seed integer not null,
  people integer not null,
  days integer not null,
  -- Where its past ends, Unix ms; from then on it lives or stands still.
  end_ms bigint not null,
  state text not null default 'filling' check (state in ('filling', 'filled')),
  live boolean not null default false,
  -- While it lives, one day of the business takes a day divided by this, counted from an instant of both clocks.
  speed real not null default 1 check (speed > 0),
  anchor_wall_ms bigint not null,
  anchor_model_ms bigint not null,
  -- Events handed to the feed so far, in the order of the simulation, and the time of the last of them there.
  events_sent bigint not null default 0,
  model_ms bigint not null,
  created_at timestamptz not null default now(),
  filled_at timestamptz
);

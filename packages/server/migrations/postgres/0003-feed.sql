-- The feed: the log between the edge and everything else. One row holds the events of one lane in one commit.
create table feed_lane (
  lane smallint primary key,
  last_seq bigint not null default 0
) with (fillfactor = 40);
insert into feed_lane (lane) select generate_series(0, 7);

create table feed (
  lane smallint not null,
  seq bigint not null,
  event_count integer not null,
  received_at timestamptz not null default now(),
  -- zstd, then AES-256-GCM: already incompressible
  payload bytea not null,
  primary key (lane, seq)
);
alter table feed alter column payload set storage external;
create index feed_received on feed using brin (received_at);

-- How far a consumer has come, per lane.
create table feed_cursor (
  consumer text not null,
  lane smallint not null,
  seq bigint not null,
  updated_at timestamptz not null default now(),
  primary key (consumer, lane)
) with (fillfactor = 40);

-- What one resolver transaction settled: the unit in which events go to the warehouse. Its id is the insert's de-duplication token,
-- so its borders must never change once written.
create table feed_batch (
  batch_id bigint generated always as identity primary key,
  ranges jsonb not null,
  event_count integer not null,
  generation integer not null default 0,
  settled_at timestamptz not null default now(),
  stored_at timestamptz
);
create index feed_batch_open on feed_batch (batch_id) where stored_at is null;
create index feed_batch_settled on feed_batch using brin (settled_at);

-- Events that consumers leave out: repeats, and events the resolver put in quarantine.
create table feed_dropped (
  lane smallint not null,
  seq bigint not null,
  indexes integer[] not null,
  primary key (lane, seq)
);

-- Message ids of the published window stand in tables of their own, one per UTC day (feed_seen_YYYYMMDD), made and dropped as days pass.

-- Workers that are alive, to share the lanes between them.
create table feed_worker (
  worker_id text primary key,
  seen_at timestamptz not null
);

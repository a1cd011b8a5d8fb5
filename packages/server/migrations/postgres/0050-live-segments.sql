-- Segments by rule, whose members stay right by themselves (docs/decisions/0027-live-segments.md).
alter table segment drop constraint segment_kind_check;
alter table segment add constraint segment_kind_check check (kind in ('snapshot', 'rule'));

create table segment_rule (
  segment_id bigint primary key references segment on delete cascade,
  workspace_id integer not null,
  -- Sealed: conditions can name personal values.
  condition bytea not null,
  stage text not null check (stage in ('filling', 'settling', 'live')),
  -- Why people come in and go while everyone is evaluated once: it was made, its rule was changed, or counters were filled anew.
  why text not null check (why in ('build', 'rule', 'refill')),
  -- How far everyone was evaluated: the last person.
  passed bigint not null default 0,
  live_at timestamptz,
  -- Of the last changes: from the receipt of what caused them to their commit, in ms, the newest last.
  lags integer[] not null default '{}',
  changed_at timestamptz
) with (fillfactor = 70);
create index segment_rule_workspace on segment_rule (workspace_id, segment_id);

-- Workspaces in which segments live. Its row is locked: shared by who counts events and evaluates, alone by who changes what is counted.
create table segment_engine (
  workspace_id integer primary key references workspace,
  -- Grows with whatever changes rules, their stages or trackers.
  version bigint not null default 1,
  -- The zone, and the virtual events that rules name: what trackers count depends on them.
  place jsonb not null,
  -- Whether a rule asks for traits, or tags: only then are people touched whose traits, or tags, change.
  asks_traits boolean not null default false,
  asks_tags boolean not null default false,
  -- The transaction that last changed this: until all that were under way then have ended, one may still write something without touching anyone.
  changed_txid xid8 not null default pg_current_xact_id()
) with (fillfactor = 50);

-- Trackers that wait to be filled: how far the events were counted when they were registered (`ends`, by lane), the newest settled batch then,
-- and the id up to which they are.
create table segment_fill (
  fill_id bigint generated always as identity primary key,
  workspace_id integer not null references segment_engine,
  ends jsonb not null,
  batch_id bigint not null,
  passed bigint not null default 0
);
create index segment_fill_workspace on segment_fill (workspace_id, fill_id);

-- What is counted of each id's events. `spec` is sealed: conditions on events can name personal values.
create table segment_tracker (
  tracker_id bigint generated always as identity primary key,
  workspace_id integer not null references segment_engine,
  spec bytea not null,
  fill_id bigint references segment_fill on delete set null
);
create index segment_tracker_workspace on segment_tracker (workspace_id, tracker_id);

-- How far events are counted in each lane: a replayed feed counts nothing twice.
create table segment_lane (
  lane smallint primary key,
  seq bigint not null
) with (fillfactor = 40);

-- Tracker -> buckets of the events of one id.
create table segment_counter (
  workspace_id integer not null,
  origin_id bigint not null,
  state json not null,
  primary key (workspace_id, origin_id)
) with (fillfactor = 80);

-- Ids of people to evaluate. Rows are only ever added, and taken by who evaluates: an upsert would lose what is not committed yet.
create table segment_touch (
  touch_id bigint generated always as identity primary key,
  workspace_id integer not null,
  origin_id bigint not null,
  why text not null check (why in ('event', 'trait', 'tag', 'merge')),
  -- When that which touched was received.
  at timestamptz not null
);
create index segment_touch_workspace on segment_touch (workspace_id, touch_id);

-- The next instant at which something may change for a person although nothing happens; by an id that is also one of the person's.
create table segment_due (
  workspace_id integer not null,
  person_id bigint not null,
  due_at timestamptz not null,
  primary key (workspace_id, person_id)
) with (fillfactor = 80);
create index segment_due_at on segment_due (workspace_id, due_at);

-- Stays in a segment, by an id that is also one of the person's.
create table segment_history (
  history_id bigint generated always as identity primary key,
  workspace_id integer not null,
  segment_id bigint not null references segment on delete cascade,
  person_id bigint not null,
  entered_at timestamptz not null,
  entered_why text not null,
  left_at timestamptz,
  left_why text
) with (fillfactor = 85);
create index segment_history_person on segment_history (workspace_id, person_id, history_id);
create index segment_history_segment on segment_history (workspace_id, segment_id, entered_at);
create unique index segment_history_open on segment_history (workspace_id, segment_id, person_id) where left_at is null;

-- Members who came or went, for the event engine's copy; rows go once they are there.
create table segment_change (
  change_seq bigint generated always as identity primary key,
  workspace_id integer not null,
  segment_id bigint not null,
  person_id bigint not null,
  is_gone boolean not null
);
create trigger segment_change_confirmed after delete on segment_change referencing old table as changed
  for each statement execute function note_data_change();

-- A new id may make a new person, for whom a rule may hold without any event.
create function touch_new_ids() returns trigger language plpgsql as $$
begin
  insert into segment_touch (workspace_id, origin_id, why, at)
  select c.workspace_id, c.origin_id, 'event', now() from segment_engine e join changed c on c.workspace_id = e.workspace_id;
  return null;
end $$;
create trigger identity_made after insert on identity referencing new table as changed
  for each statement execute function touch_new_ids();

-- Both whoever lost an id and whoever got it: a person's id is also one of its ids. Few ids change person, so this costs nothing where none does.
create function touch_moved_id() returns trigger language plpgsql as $$
begin
  insert into segment_touch (workspace_id, origin_id, why, at)
  select new.workspace_id, moved.id, 'merge', now() from segment_engine e, unnest(array[old.person_id, new.person_id]) as moved (id)
  where e.workspace_id = new.workspace_id;
  return null;
end $$;
create trigger identity_moved after update of person_id on identity
  for each row when (old.person_id is distinct from new.person_id) execute function touch_moved_id();

create function touch_changed_traits() returns trigger language plpgsql as $$
begin
  insert into segment_touch (workspace_id, origin_id, why, at)
  select c.workspace_id, c.person_id, 'trait', now() from segment_engine e join changed c on c.workspace_id = e.workspace_id where e.asks_traits;
  return null;
end $$;
create trigger person_profile_made_touches after insert on person_profile referencing new table as changed
  for each statement execute function touch_changed_traits();
create trigger person_profile_changed_touches after update on person_profile referencing new table as changed
  for each statement execute function touch_changed_traits();
create trigger person_profile_gone_touches after delete on person_profile referencing old table as changed
  for each statement execute function touch_changed_traits();

-- Tags are on ids.
create function touch_changed_tags() returns trigger language plpgsql as $$
begin
  insert into segment_touch (workspace_id, origin_id, why, at)
  select c.workspace_id, c.origin_id, 'tag', now() from segment_engine e join changed c on c.workspace_id = e.workspace_id where e.asks_tags;
  return null;
end $$;
create trigger person_tag_made_touches after insert on person_tag referencing new table as changed
  for each statement execute function touch_changed_tags();
create trigger person_tag_changed_touches after update on person_tag referencing new table as changed
  for each statement execute function touch_changed_tags();
create trigger person_tag_gone_touches after delete on person_tag referencing old table as changed
  for each statement execute function touch_changed_tags();

-- Pyramids: classes whose layers people are appointed to, keep and lose (docs/decisions/0031-pyramids.md).
alter table segment drop constraint segment_managed_by_check;
alter table segment add constraint segment_managed_by_check check (managed_by in ('tag', 'class', 'population', 'layer'));
-- Which classes are not changed as such.
alter table person_class add column managed_by text check (managed_by in ('pyramid'));

create table pyramid (
  pyramid_id bigint generated always as identity primary key,
  workspace_id integer not null references workspace,
  class_id bigint not null references person_class,
  key text not null,
  -- Sealed: conditions can name personal values.
  definition bytea not null,
  -- The last month that needs no review any more: months since year 0.
  reviewed integer not null,
  created_at timestamptz not null,
  created_by text not null,
  unique (workspace_id, key)
);

-- The lists behind a layer: who is appointed; of layers that people keep, who meets the condition and who stands.
create table pyramid_layer (
  layer_id bigint generated always as identity primary key,
  workspace_id integer not null,
  pyramid_id bigint not null references pyramid on delete cascade,
  key text not null,
  position integer not null,
  appointed_segment bigint not null,
  qualified_segment bigint,
  standing_segment bigint,
  -- Whether its class asks who stands; before, it asks the condition.
  begun boolean not null default false,
  -- What was known of who meets the condition when they were last compared with those who stand.
  looked text,
  unique (pyramid_id, key)
);
create index pyramid_layer_workspace on pyramid_layer (workspace_id, pyramid_id, position);

-- Who stands in a layer, by an id that is also one of the person's.
create table pyramid_standing (
  workspace_id integer not null,
  layer_id bigint not null references pyramid_layer on delete cascade,
  person_id bigint not null,
  since timestamptz not null,
  lapse_due timestamptz,
  warned_month integer,
  warned_due timestamptz,
  primary key (workspace_id, layer_id, person_id)
) with (fillfactor = 85);
create index pyramid_standing_person on pyramid_standing (workspace_id, person_id);
create index pyramid_standing_due on pyramid_standing (workspace_id, layer_id, least(lapse_due, warned_due)) where lapse_due is not null or warned_due is not null;

-- Who lost a layer for the minimum of a month and has not contributed it since.
create table pyramid_bar (
  workspace_id integer not null,
  layer_id bigint not null references pyramid_layer on delete cascade,
  person_id bigint not null,
  month integer not null,
  primary key (workspace_id, layer_id, person_id)
);
create index pyramid_bar_person on pyramid_bar (workspace_id, person_id);

create table pyramid_appointment (
  appointment_id bigint generated always as identity primary key,
  workspace_id integer not null,
  pyramid_id bigint not null references pyramid on delete cascade,
  layer text not null,
  person_id bigint not null,
  appointed_by text not null,
  appointed_at timestamptz not null,
  until timestamptz,
  note text not null,
  ended_at timestamptz,
  ended_by text
);
create unique index pyramid_appointment_open on pyramid_appointment (workspace_id, pyramid_id, person_id) where ended_at is null;
create index pyramid_appointment_person on pyramid_appointment (workspace_id, person_id);
create index pyramid_appointment_until on pyramid_appointment (until) where ended_at is null and until is not null;
create index pyramid_appointment_newest on pyramid_appointment (workspace_id, pyramid_id, appointment_id);

create table pyramid_care (
  workspace_id integer not null,
  pyramid_id bigint not null references pyramid on delete cascade,
  person_id bigint not null,
  -- Null: nobody any more.
  operator_id integer,
  set_by text not null,
  set_at timestamptz not null,
  primary key (workspace_id, pyramid_id, person_id)
);
create index pyramid_care_person on pyramid_care (workspace_id, person_id);

-- What happened to appointments and standings, and moves by a change of layers.
create table pyramid_change (
  change_id bigint generated always as identity primary key,
  workspace_id integer not null,
  pyramid_id bigint not null references pyramid on delete cascade,
  layer text not null,
  person_id bigint not null,
  at timestamptz not null,
  what text not null check (what in ('in', 'out')),
  why text not null,
  -- The month that a review was of.
  month integer,
  by text,
  -- The layer that went, of a move by a change of layers.
  from_layer text
);
create index pyramid_change_person on pyramid_change (workspace_id, person_id, pyramid_id, change_id);

create table pyramid_review (
  workspace_id integer not null,
  pyramid_id bigint not null references pyramid on delete cascade,
  month integer not null,
  at timestamptz not null,
  promoted integer not null,
  demoted integer not null,
  warned integer not null,
  primary key (pyramid_id, month)
);

-- Classes: each person has at most one of a list of values (docs/decisions/0030-what-rules-give.md). Each value is a segment that is not listed among the others.
create table person_class (
  class_id bigint generated always as identity primary key,
  workspace_id integer not null references workspace,
  key text not null,
  name text not null,
  created_at timestamptz not null,
  created_by text not null,
  unique (workspace_id, key)
);

create table class_value (
  segment_id bigint primary key references segment on delete cascade,
  workspace_id integer not null,
  class_id bigint not null references person_class on delete cascade,
  position integer not null,
  value text not null,
  -- Sealed: conditions can name personal values. Null for the value of whoever has none of the others.
  condition bytea
);
create index class_value_class on class_value (workspace_id, class_id, position);

-- What is reckoned of a person, beside what events said; `traits` and `facets` hold both.
alter table person_profile add column computed jsonb not null default '{}';
alter table person_profile add column computed_facets integer[] not null default '{}';

-- Numbers of changes that are told.
create sequence class_change_seq;

-- Somebody whose values could not be written at once, and whose value there is no more.
alter table segment_touch drop constraint segment_touch_why_check;
alter table segment_touch add constraint segment_touch_why_check check (why in ('event', 'trait', 'tag', 'merge', 'list', 'time', 'pass'));

-- Where people stand among all: leaves of rules that are reckoned for everyone on a schedule (docs/decisions/0028-population-conditions.md).
-- Each is a segment that nobody lists; its members are those who stood there when it was last reckoned.
alter table segment drop constraint segment_managed_by_check;
alter table segment add constraint segment_managed_by_check check (managed_by in ('tag', 'class', 'population', 'layer'));

create table segment_standing (
  segment_id bigint primary key references segment on delete cascade,
  workspace_id integer not null references segment_engine on delete cascade,
  -- Sealed: the leaf can name personal values. With its schedule, the zone, and the virtual events that it names.
  spec bytea not null,
  -- The instant that it was last reckoned for; null while it never was.
  as_of timestamptz,
  next_at timestamptz not null,
  -- Since when the event engine refuses to reckon it.
  failed_at timestamptz,
  tried_at timestamptz,
  -- From when it was due to when it was written, in ms.
  lag_ms integer
) with (fillfactor = 70);
create index segment_standing_workspace on segment_standing (workspace_id, next_at);

-- When the leaves about all people of a rule are reckoned; null goes by the default. And their segments, in the order of the leaves.
alter table segment_rule add column schedule jsonb;
alter table segment_rule add column standings bigint[] not null default '{}';

-- Somebody came to stand elsewhere.
alter table segment_touch drop constraint segment_touch_why_check;
alter table segment_touch add constraint segment_touch_why_check check (why in ('event', 'trait', 'tag', 'merge', 'list', 'time', 'pass', 'schedule'));

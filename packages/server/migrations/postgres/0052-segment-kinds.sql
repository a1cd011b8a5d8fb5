-- Lists of people by their ids, and segments put together from others (docs/guides/segments.md).
alter table segment drop constraint segment_kind_check;
alter table segment add constraint segment_kind_check check (kind in ('snapshot', 'rule', 'list', 'combination'));

-- What a combination puts together; `condition` is the rule that holds for the same people.
alter table segment_rule add column combination jsonb;

-- A list that a rule asks about changed.
alter table segment_touch drop constraint segment_touch_why_check;
alter table segment_touch add constraint segment_touch_why_check check (why in ('event', 'trait', 'tag', 'merge', 'list'));

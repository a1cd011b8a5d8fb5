-- A membership is a stay that has not ended: one row with two indexes, where there were a row of each kind with five (docs/decisions/0027-live-segments.md).
-- When a stay ends, its row goes to `segment_history`.
alter table segment_member rename to segment_member_before;
alter table segment_member_before rename constraint segment_member_pkey to segment_member_before_pkey;
drop index segment_member_person;

create table segment_member (
  workspace_id integer not null,
  segment_id bigint not null,
  -- An id that is also one of the person's.
  person_id bigint not null,
  entered_at timestamptz not null,
  -- Tells stays of one instant apart.
  stay_id bigint generated always as identity,
  entered_why text not null
);

select setval(pg_get_serial_sequence('segment_member', 'stay_id'), (select coalesce(max(history_id), 0) + 1 from segment_history), false);

-- Snapshots had no stays of their own: their members are in them from when they were taken.
insert into segment_member (workspace_id, segment_id, person_id, entered_at, stay_id, entered_why) overriding system value
select m.workspace_id, m.segment_id, m.person_id, coalesce(h.entered_at, s.created_at),
  coalesce(h.history_id, nextval(pg_get_serial_sequence('segment_member', 'stay_id'))), coalesce(h.entered_why, case when s.kind in ('snapshot', 'list') then s.kind else 'build' end)
from segment_member_before m join segment s using (workspace_id, segment_id)
left join (
  select distinct on (workspace_id, segment_id, person_id) workspace_id, segment_id, person_id, entered_at, history_id, entered_why from segment_history
  where left_at is null order by workspace_id, segment_id, person_id, entered_at, history_id) h using (workspace_id, segment_id, person_id)
order by m.workspace_id, m.segment_id, m.person_id;
drop table segment_member_before;

-- Who is in a segment, in the order in which they came.
-- Statements planned while the table was empty are kept until it is analysed. Then all indexes that fit cost the same, and the one made last is taken: that must
-- be the one by person, or each look at a person reads all members there are. So the other does not begin with the workspace, and is made first.
create index segment_member_entered on segment_member (segment_id, entered_at, stay_id) include (workspace_id);
-- In which segments somebody is, and whether in one.
alter table segment_member add primary key (workspace_id, person_id, segment_id);
analyze segment_member;

-- What is left of `segment_history` are the stays that ended.
delete from segment_history where left_at is null;
alter table segment_history drop constraint segment_history_pkey;
drop index segment_history_member;
drop index segment_history_entered;
drop index segment_history_left;
alter table segment_history alter column history_id drop identity;
alter table segment_history rename column history_id to stay_id;
alter table segment_history alter column left_at set not null, alter column left_why set not null;
-- A row is never changed.
alter table segment_history reset (fillfactor);
alter table segment_history add primary key (workspace_id, person_id, segment_id, stay_id);
-- Changes of a time by why they were, and who was in at an instant, without reading the rows.
create index segment_history_entered on segment_history (workspace_id, segment_id, entered_at, stay_id) include (left_at, entered_why, person_id);
create index segment_history_left on segment_history (workspace_id, segment_id, left_at, stay_id) include (left_why, person_id);

-- All stays, those that last first.
create view segment_stay as
select workspace_id, segment_id, person_id, stay_id, entered_at, entered_why, null::timestamptz as left_at, null::text as left_why from segment_member
union all
select workspace_id, segment_id, person_id, stay_id, entered_at, entered_why, left_at, left_why from segment_history;

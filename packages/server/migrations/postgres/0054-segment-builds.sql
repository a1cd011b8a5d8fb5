-- The members of a new rule are found by one query over everyone, before its counters are filled (docs/decisions/0027-live-segments.md).
-- Rules that were there before are evaluated person by person as they were begun.
alter table segment_rule add column wants_build boolean not null default false;
alter table segment_rule alter column wants_build set default true;
-- When that query was asked; null while it was not, and where the event engine would not answer it.
alter table segment_rule add column built_at timestamptz;

-- Members that the event engine is told of all at once: changes with a greater number are newer.
alter table segment add column copy_seq bigint not null default 1;

-- A check for each of a million rows takes longer than all the rest. Whoever deletes a segment deletes these first, while nobody evaluates.
alter table segment_member drop constraint segment_member_segment_id_fkey;
alter table segment_history drop constraint segment_history_segment_id_fkey;

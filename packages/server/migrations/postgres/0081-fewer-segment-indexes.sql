-- Writing who comes and goes is most of what live segments cost, and each index of a row most of writing it.

-- A stay begins and ends with the row of its membership, whose key says that there is one. Stays are found by person, by which of them, or by segment and
-- person (segment_history_member); never by their number alone.
alter table segment_history drop constraint segment_history_pkey;
drop index segment_history_open;
drop index segment_history_person;
alter table segment_history add primary key (workspace_id, person_id, history_id);

-- Touches are taken within a workspace.
alter table segment_touch drop constraint segment_touch_pkey;
drop index segment_touch_workspace;
alter table segment_touch add primary key (workspace_id, touch_id);

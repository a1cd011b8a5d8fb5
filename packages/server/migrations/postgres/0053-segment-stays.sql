-- Ids under which people were once known and that changed person at least once: stays under them may belong to somebody who has others.
create table former_person (
  workspace_id integer not null,
  person_id bigint not null,
  primary key (workspace_id, person_id)
);

create function note_former_person() returns trigger language plpgsql as $$
begin
  insert into former_person (workspace_id, person_id) values (old.workspace_id, old.origin_id) on conflict do nothing;
  return null;
end $$;
create trigger identity_former after update of person_id on identity
  for each row when (old.person_id = old.origin_id and new.person_id <> old.person_id) execute function note_former_person();

insert into former_person (workspace_id, person_id)
select distinct i.workspace_id, i.origin_id from identity i
where i.person_id <> i.origin_id and (
  exists (select from segment_history h where h.workspace_id = i.workspace_id and h.person_id = i.origin_id)
  or exists (select from segment_member m where m.workspace_id = i.workspace_id and m.person_id = i.origin_id));

-- Changes of a time, by why they were, without reading the rows.
drop index segment_history_segment;
create index segment_history_entered on segment_history (workspace_id, segment_id, entered_at, history_id) include (entered_why, person_id);
create index segment_history_left on segment_history (workspace_id, segment_id, left_at, history_id) include (left_why, person_id) where left_at is not null;
-- Who was in at an instant, in the order of their ids.
create index segment_history_member on segment_history (workspace_id, segment_id, person_id, entered_at) include (left_at);

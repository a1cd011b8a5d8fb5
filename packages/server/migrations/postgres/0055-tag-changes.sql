-- Tags that were put on or taken off an id, for the event engine's table of tags; rows go once they are there.
create table tag_change (
  change_seq bigint generated always as identity primary key,
  workspace_id integer not null,
  origin_id bigint not null,
  tag text not null
);
create index tag_change_origin on tag_change (workspace_id, origin_id);

-- The number is drawn while the tag's row is locked, so the numbers of a tag on an id grow in the order of their commits.
create function queue_tag_change() returns trigger language plpgsql as $$
begin
  insert into tag_change (workspace_id, origin_id, tag) select workspace_id, origin_id, tag from changed;
  return null;
end $$;
create trigger person_tag_made after insert on person_tag referencing new table as changed
  for each statement execute function queue_tag_change();
create trigger person_tag_changed after update on person_tag referencing new table as changed
  for each statement execute function queue_tag_change();
create trigger person_tag_gone after delete on person_tag referencing old table as changed
  for each statement execute function queue_tag_change();

-- A row of these goes when the event engine has the change.
create trigger tag_change_confirmed after delete on tag_change referencing old table as changed
  for each statement execute function note_data_change();

insert into tag_change (workspace_id, origin_id, tag) select workspace_id, origin_id, tag from person_tag;

-- People whose traits changed, for the event engine's table of traits; rows go once they are there.
create table trait_change (
  change_seq bigint generated always as identity primary key,
  workspace_id integer not null,
  person_id bigint not null
);
create index trait_change_person on trait_change (workspace_id, person_id);

-- Whatever writes a profile is followed. The number is drawn while the profile's row is locked, so a person's numbers grow in the order of their commits.
create function queue_trait_change() returns trigger language plpgsql as $$
begin
  insert into trait_change (workspace_id, person_id) select workspace_id, person_id from changed;
  return null;
end $$;
create trigger person_profile_made after insert on person_profile referencing new table as changed
  for each statement execute function queue_trait_change();
create trigger person_profile_changed after update on person_profile referencing new table as changed
  for each statement execute function queue_trait_change();
create trigger person_profile_gone after delete on person_profile referencing old table as changed
  for each statement execute function queue_trait_change();

insert into trait_change (workspace_id, person_id) select workspace_id, person_id from person_profile;

-- How often the data of a workspace that figures are made of have changed: kept answers hold for one generation. It grows once the event engine
-- answers with the change, never before, so an answer reckoned in a generation lacks nothing of it.
create table data_generation (
  workspace_id integer primary key,
  generation bigint not null
) with (fillfactor = 50);

-- In the order of workspaces, so that two transactions never wait for each other.
create function data_changed(changed integer[]) returns void language sql as $$
  insert into data_generation (workspace_id, generation) select distinct id, 1 from unnest(changed) as id order by id
  on conflict (workspace_id) do update set generation = data_generation.generation + 1
$$;

create function note_data_change() returns trigger language plpgsql as $$
begin
  if exists (select from changed) then perform data_changed(array(select distinct workspace_id from changed)); end if;
  return null;
end $$;

-- A row of these goes when the event engine has the change.
create trigger person_change_confirmed after delete on person_change referencing old table as changed
  for each statement execute function note_data_change();
create trigger trait_change_confirmed after delete on trait_change referencing old table as changed
  for each statement execute function note_data_change();
-- A segment is marked once its members are there.
create trigger segment_copied after update on segment referencing new table as changed
  for each statement execute function note_data_change();
create trigger segment_gone after delete on segment referencing old table as changed
  for each statement execute function note_data_change();
-- What figures mean.
create trigger metric_made after insert on metric referencing new table as changed
  for each statement execute function note_data_change();
create trigger metric_changed after update on metric referencing new table as changed
  for each statement execute function note_data_change();
create trigger metric_gone after delete on metric referencing old table as changed
  for each statement execute function note_data_change();
create trigger business_events_named after insert on business_events referencing new table as changed
  for each statement execute function note_data_change();
create trigger business_events_changed after update on business_events referencing new table as changed
  for each statement execute function note_data_change();

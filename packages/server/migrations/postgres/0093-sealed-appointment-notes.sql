-- Notes of appointments are sealed. Those written in clear before are sealed by the program (job segments.seal_notes), which empties `note`.
alter table pyramid_appointment add column sealed_note bytea;
alter table pyramid_appointment alter column note set default '';
create index pyramid_appointment_clear on pyramid_appointment (appointment_id) where sealed_note is null;

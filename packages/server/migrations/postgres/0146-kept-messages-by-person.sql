-- Erasing somebody reads their own in-app messages and what sandboxes kept, not everybody's.
create index kept_message_person on kept_message (workspace_id, person_id, message_id) where person_id is not null;
create index kept_message_nobodys on kept_message (workspace_id, message_id) where person_id is null;

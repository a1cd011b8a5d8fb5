-- A provider's own ids of messages are its own: two providers may give the same.
drop index message_provider_ref;
create index message_provider_ref on message (workspace_id, provider_id, provider_ref) where provider_ref is not null;

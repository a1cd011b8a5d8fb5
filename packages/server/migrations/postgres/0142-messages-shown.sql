-- What templates may name beside the person is sealed, as what journeys keep is: it holds what somebody wrote or bought. Nothing was asked for before.
alter table message drop column variables;
alter table message add column variables bytea;

-- What was asked for in one enrolment is taken back when somebody leaves.
create index message_run on message (workspace_id, source_kind, source_id, source_run) where state = 'waiting';
-- What waits for a person, and what they were sent: read for each decision, however long their history is.
create index message_waits on message (workspace_id, origin_id) where state = 'waiting';
create index message_let_go on message (workspace_id, origin_id, let_go_at) where let_go_at is not null;
-- The record, the newest first; what somebody has to look at by its state.
create index message_asked on message (workspace_id, asked_at, message_id);
create index message_trouble on message (workspace_id, state, asked_at, message_id) where state in ('unknown', 'failed');

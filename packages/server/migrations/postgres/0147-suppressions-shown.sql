-- What a suppressed address is called in answers.
alter table suppression add suppression_id bigint generated always as identity;
create unique index suppression_number on suppression (workspace_id, suppression_id);
-- An id of whoever the address belongs to, by which it is shown masked. It goes when they are erased; that the address gets nothing stays.
alter table suppression add origin_id bigint;
create index suppression_origin on suppression (workspace_id, origin_id) where origin_id is not null;

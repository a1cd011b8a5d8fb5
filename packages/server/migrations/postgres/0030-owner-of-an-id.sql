-- Whose an id is, is asked for tens of thousands of ids at once (everyone who has a tag): with the person in the index no row is read for it.
create unique index identity_owner on identity (workspace_id, origin_id) include (person_id);
alter table identity drop constraint identity_pkey;
alter table identity add constraint identity_pkey primary key using index identity_owner;

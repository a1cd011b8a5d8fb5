-- A member who is told by mail of what is theirs without anybody having set up a target for it: one per address, in no list of targets.
alter table notice_target add column member_email text;
create unique index notice_target_member on notice_target (workspace_id, member_email) where member_email is not null;

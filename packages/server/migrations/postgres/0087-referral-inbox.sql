-- What events and servers said, until it is heard under the lock of settling: whoever hears events never waits for a large tree.
create table referral_inbox (
  inbox_id bigint generated always as identity primary key,
  workspace_id integer not null,
  program_id bigint not null,
  invitee_origin bigint not null,
  -- Null: the person did something at `at_ms` that may be a conversion.
  inviter_origin bigint,
  code text collate "C",
  at_ms bigint not null,
  invited_ms bigint,
  trusted boolean not null default false,
  network text not null default '',
  device bigint
);
create index referral_inbox_workspace on referral_inbox (workspace_id, inbox_id);

-- Whether the next look decides anew, or adds to the conversion that is known: events may have been deleted since.
alter table referral_claim add column look_anew boolean not null default false;
create index referral_claim_untold_bound on referral_claim (workspace_id, claim_id) where state = 'bound' and not told_bound;
create index referral_claim_untold_converted on referral_claim (workspace_id, claim_id) where converted_ms is not null and not told_converted;

-- joined: the person may have got ids; parted: the person may have lost some.
alter table referral_touch add column change text not null default 'heard' check (change in ('heard', 'joined', 'parted'));
create or replace function touch_referred_id() returns trigger language plpgsql as $$
begin
  insert into referral_touch (workspace_id, origin_id, change)
  select new.workspace_id, touched.id, case when old.person_id = new.person_id then 'heard' else touched.change end
  from (values (new.origin_id, 'heard'), (old.person_id, 'parted'), (new.person_id, 'joined')) as touched (id, change)
  where exists (select from referral_program p where p.workspace_id = new.workspace_id);
  return null;
end $$;

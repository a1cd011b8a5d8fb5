-- Referral programs: codes, who was invited by whom, and the tree that follows from it (docs/decisions/0033-the-referral-tree.md).
create table referral_program (
  program_id bigint generated always as identity primary key,
  workspace_id integer not null references workspace,
  name text not null,
  -- Everything else that an operator sets, as the contract has it, but for the condition of a conversion.
  settings jsonb not null,
  conversion_event text not null,
  -- Sealed: conditions can name personal values. Null without one.
  conversion_where bytea,
  created_at timestamptz not null,
  created_by text not null,
  archived_at timestamptz
);
create index referral_program_workspace on referral_program (workspace_id, program_id);

-- Codes are one space for the installation: a short link names nothing else.
create table referral_code (
  code text collate "C" primary key,
  workspace_id integer not null,
  program_id bigint not null references referral_program on delete cascade,
  -- An id of the inviter.
  origin_id bigint not null,
  label text not null,
  -- By an operator's hand: a seed user.
  given boolean not null,
  created_at timestamptz not null,
  created_by text not null,
  retired_at timestamptz
);
create index referral_code_program on referral_code (workspace_id, program_id, created_at, code);
create index referral_code_owner on referral_code (workspace_id, origin_id);

-- What was said about who was invited by whom, at its earliest; and, from `state` on, what was made of it.
create table referral_claim (
  claim_id bigint generated always as identity primary key,
  workspace_id integer not null,
  program_id bigint not null references referral_program on delete cascade,
  invitee_origin bigint not null,
  inviter_origin bigint not null,
  code text collate "C",
  at_ms bigint not null,
  -- When the code was given.
  invited_ms bigint,
  trusted boolean not null,
  -- Where the event came from that said so: part of a network address, and an id of the device.
  network text not null default '',
  device bigint,
  state text not null default 'waiting' check (state in ('waiting', 'bound', 'later', 'self', 'circle', 'known', 'late')),
  -- Whose the two ids were when this was settled.
  invitee_id bigint,
  inviter_id bigint,
  generation integer,
  converted_ms bigint,
  revenue_minor bigint not null default 0,
  -- The settled batch up to which the event engine must hold events before it is asked for a conversion; null: nothing to ask.
  look_batch bigint,
  told_bound boolean not null default false,
  told_converted boolean not null default false,
  unique nulls not distinct (program_id, invitee_origin, inviter_origin, code)
) with (fillfactor = 80);
-- None begins with the workspace: ids of people and programs are of one workspace each, and of a table that just grew the planner would take an
-- index of workspaces for as good as one of people.
create index referral_claim_invitee_origin on referral_claim (invitee_origin);
create index referral_claim_inviter_origin on referral_claim (inviter_origin);
create unique index referral_claim_invitee on referral_claim (invitee_id, program_id, workspace_id) where state = 'bound';
create index referral_claim_inviter on referral_claim (inviter_id, program_id, at_ms) where state = 'bound';
create index referral_claim_bound on referral_claim (program_id, at_ms, claim_id) where state = 'bound';
create index referral_claim_code on referral_claim (code) where state = 'bound' and code is not null;
create index referral_claim_look on referral_claim (look_batch, claim_id) where look_batch is not null;

-- Ids whose people have to be settled. Rows are only ever added, and taken by who settles.
create table referral_touch (
  touch_id bigint generated always as identity primary key,
  workspace_id integer not null,
  origin_id bigint not null
);
create index referral_touch_workspace on referral_touch (workspace_id, touch_id);

-- Both whoever lost an id and whoever got it: a person's id is also one of its ids.
create function touch_referred_id() returns trigger language plpgsql as $$
begin
  insert into referral_touch (workspace_id, origin_id)
  select new.workspace_id, touched.id from unnest(array[new.origin_id, old.person_id, new.person_id]) as touched (id)
  where exists (select from referral_program p where p.workspace_id = new.workspace_id);
  return null;
end $$;
create trigger identity_moved_referrals after update of person_id on identity
  for each row when (old.person_id is distinct from new.person_id) execute function touch_referred_id();
-- Whether somebody was new hangs on when they were first seen.
create trigger identity_seen_earlier_referrals after update of first_seen_ms on identity
  for each row when (new.first_seen_ms < old.first_seen_ms) execute function touch_referred_id();
-- Somebody whom others spoke of before they were seen.
create function touch_spoken_of() returns trigger language plpgsql as $$
begin
  insert into referral_touch (workspace_id, origin_id)
  select made.workspace_id, made.origin_id from made
  where exists (select from referral_claim c where c.workspace_id = made.workspace_id and c.invitee_origin = made.origin_id)
    or exists (select from referral_claim c where c.workspace_id = made.workspace_id and c.inviter_origin = made.origin_id);
  return null;
end $$;
create trigger identity_made_referrals after insert on identity referencing new table as made
  for each statement execute function touch_spoken_of();

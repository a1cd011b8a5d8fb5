-- Tags that rules put on (docs/decisions/0030-what-rules-give.md). The rule is a segment that is not listed among the others.
alter table segment add column managed_by text check (managed_by in ('tag', 'class'));

create table tag_rule (
  segment_id bigint primary key references segment on delete cascade,
  workspace_id integer not null,
  tag text not null,
  -- While somebody meets the rule, for ever, or some days from when they came to meet it.
  keep text not null check (keep in ('while', 'forever', 'days')),
  days integer check ((days is not null) = (keep = 'days'))
);
create index tag_rule_workspace on tag_rule (workspace_id, segment_id);

-- Which rule put a tag on; 0 for those given otherwise. Beside each other: neither takes the other's away.
alter table person_tag add column rule_id bigint not null default 0;
alter table person_tag drop constraint person_tag_pkey;
alter table person_tag add primary key (workspace_id, origin_id, tag, rule_id);
create index person_tag_rule on person_tag (workspace_id, rule_id, origin_id) where rule_id <> 0;

-- The event engine keeps them apart too: numbers grow in the order of commits for each row, not for each tag.
alter table tag_change add column rule_id bigint not null default 0;
create or replace function queue_tag_change() returns trigger language plpgsql as $$
begin
  insert into tag_change (workspace_id, origin_id, tag, rule_id) select workspace_id, origin_id, tag, rule_id from changed;
  return null;
end $$;

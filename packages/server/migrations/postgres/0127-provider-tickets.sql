-- Numbers that a provider hands out and takes once: kept before the first attempt, so that another attempt uses the same.
create table provider_ticket (
  workspace_id integer not null,
  provider_id bigint not null references channel_provider on delete cascade,
  reference text not null,
  ticket text not null,
  at timestamptz not null,
  primary key (workspace_id, provider_id, reference)
);
create index provider_ticket_at on provider_ticket (at);

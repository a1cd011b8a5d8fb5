-- Who carries messages (docs/decisions/0050-channels.md). Secrets, and the part of the receipts' address that is one, are sealed.
create table channel_provider (
  provider_id bigint generated always as identity primary key,
  workspace_id integer not null references workspace,
  channel text not null,
  kind text not null,
  name text not null,
  settings jsonb not null,
  secrets bytea not null,
  secrets_at timestamptz not null,
  state text not null check (state in ('on', 'off')),
  is_default boolean not null,
  rate_per_second integer check (rate_per_second > 0),
  token bytea not null,
  token_hash bytea not null unique,
  -- Grows with every change: what was opened of an older one is not used any more.
  version integer not null,
  created_at timestamptz not null,
  created_by text not null,
  unique (workspace_id, channel, name)
);
create unique index channel_provider_default on channel_provider (workspace_id, channel) where is_default;

-- Messages that are kept here instead of being handed over: by a sandbox, or for the app that fetches them.
create table kept_message (
  workspace_id integer not null,
  message_id bigint generated always as identity,
  provider_id bigint not null references channel_provider on delete cascade,
  channel text not null,
  reference text not null,
  -- Whose it is, where the app fetches it; a sandbox does not know.
  person_id text,
  address bytea not null,
  message bytea not null,
  at timestamptz not null,
  until timestamptz not null,
  primary key (workspace_id, message_id),
  unique (workspace_id, provider_id, reference)
);
create index kept_message_until on kept_message (until);

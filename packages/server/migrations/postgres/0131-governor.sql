-- What a workspace lays down about when people get messages (docs/decisions/0049-governor.md): every version stays; the newest holds.
create table governor_rules (
  workspace_id integer not null references workspace,
  version integer not null,
  rules jsonb not null,
  reason text not null,
  changed_by text not null,
  changed_at timestamptz not null,
  primary key (workspace_id, version)
);

-- Addresses to which nothing is sent, by the tokens that stand for them. The newest word holds.
create table suppression (
  workspace_id integer not null references workspace,
  channel text not null,
  address_token text not null,
  reason text not null,
  -- What the provider said, or why an operator did it; never an address.
  detail text not null,
  made_by text not null,
  at timestamptz not null,
  primary key (workspace_id, channel, address_token)
);
create index suppression_at on suppression (workspace_id, at);

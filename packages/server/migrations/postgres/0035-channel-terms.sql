-- What was agreed with channels, partners and people others follow, and by which other names their events and figures go.
create table channel_terms (
  workspace_id integer not null references workspace on delete cascade,
  channel text not null,
  -- domain/insight/channels/channel-terms: ChannelKind
  kind text not null check (kind in ('channel', 'partner', 'kol')),
  aliases text[] not null default '{}',
  -- Of net revenue, in hundredths of a percent.
  share_basis_points integer not null default 0 check (share_basis_points between 0 and 10000),
  -- Fixed, in minor units, for the days from the first up to and without the second.
  fee_minor bigint not null default 0 check (fee_minor >= 0),
  fee_from date,
  fee_to date check (fee_to > fee_from),
  updated_by text not null,
  updated_at timestamptz not null,
  check (fee_minor = 0 or (fee_from is not null and fee_to is not null)),
  primary key (workspace_id, channel)
);

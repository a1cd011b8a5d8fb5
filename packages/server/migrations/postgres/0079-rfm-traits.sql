-- Everyone's RFM scores and group as traits, reckoned each day (docs/decisions/0028-population-conditions.md). The values are those of classes without rules.
create table rfm_scoring (
  workspace_id integer primary key references workspace,
  -- Sealed: which events are orders and refunds can name personal values.
  spec bytea not null,
  daily_at text not null,
  -- The instant up to which orders were counted; null while nobody was scored as the spec says.
  as_of timestamptz,
  next_at timestamptz not null,
  failed_at timestamptz,
  tried_at timestamptz,
  lag_ms integer
);

-- What programs cost, as whoever gives something books it; each once by the id it was sent with.
create table program_cost (
  workspace_id integer not null references workspace,
  cost_id text not null,
  kind text not null,
  key text not null,
  at timestamptz not null,
  amount_minor bigint not null check (amount_minor >= 0),
  primary key (workspace_id, cost_id)
);
create index program_cost_at on program_cost (workspace_id, at, cost_id);

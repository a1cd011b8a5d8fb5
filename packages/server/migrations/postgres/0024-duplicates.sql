-- What is done about people with the same phone, id card …; signs without a row wait for an operator.
create table merge_rule (
  workspace_id integer not null references workspace,
  sign text not null,
  action text not null check (action in ('ask', 'merge')),
  primary key (workspace_id, sign)
);

-- People of whom an operator said that they are two, by an id of each: ids never move, people do.
create table distinct_pair (
  workspace_id integer not null,
  low bigint not null,
  high bigint not null,
  decided_by text not null,
  decided_at timestamptz not null,
  primary key (workspace_id, low, high),
  check (low < high)
);

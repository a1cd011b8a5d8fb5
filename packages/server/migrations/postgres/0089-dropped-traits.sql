-- Traits that were reckoned and are not any more: they are taken away from everyone page after page, people up to `passed` first.
create table dropped_trait (
  workspace_id integer not null references workspace,
  trait text not null,
  passed bigint not null default 0,
  dropped_at timestamptz not null,
  primary key (workspace_id, trait)
);

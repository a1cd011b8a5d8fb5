-- Which import said which line of the consent ledger: undoing an import takes back what no other import said.
create table consent_import (
  workspace_id integer not null references workspace on delete cascade,
  import_id bigint not null,
  origin_id bigint not null,
  purpose text not null,
  channel text not null,
  state text not null,
  at_ms bigint not null,
  primary key (workspace_id, origin_id, purpose, channel, at_ms, state, import_id)
);
create index consent_import_import on consent_import (workspace_id, import_id);

-- What ids said about themselves before an import spoke of them, so that it can be taken back. Kept while its file is.
create table trait_before (
  workspace_id integer not null,
  -- What changed the traits, e.g. `import:12`.
  mark text not null,
  origin_id bigint not null,
  state json not null,
  blind json not null,
  primary key (workspace_id, mark, origin_id)
);

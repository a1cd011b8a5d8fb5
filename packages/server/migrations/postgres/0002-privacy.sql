-- The master key that the values below are sealed with, by fingerprint: a start with another key is refused before it does harm.
create table master_key (
  only_row boolean primary key default true check (only_row),
  key_id bytea not null,
  created_at timestamptz not null default now()
);

-- One random data key per origin, wrapped by a key derived from the master key. Deleting the row makes its values unreadable for good.
create table person_key (
  workspace_id integer not null,
  origin_id bigint not null,
  wrapped_key bytea not null,
  created_at timestamptz not null default now(),
  primary key (workspace_id, origin_id)
);

-- Personal values, AES-256-GCM under the key of their origin. Everything outside this table knows only the token.
create table vault_value (
  workspace_id integer not null,
  origin_id bigint not null,
  token text not null,
  class text not null,
  ciphertext bytea not null,
  created_at timestamptz not null default now(),
  primary key (workspace_id, origin_id, token)
);

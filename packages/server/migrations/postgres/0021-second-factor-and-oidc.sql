-- Time-based one-time codes (RFC 6238). The secret is encrypted with the installation's key.
create table second_factor (
  operator_id integer primary key references operator,
  secret bytea not null,
  started_at timestamptz not null,
  -- Null while it is being set up.
  confirmed_at timestamptz,
  -- The last time step a code was taken of: no code works twice.
  last_step bigint not null default 0
);

create table recovery_code (
  operator_id integer not null references operator,
  hash bytea not null,
  primary key (operator_id, hash)
);

-- How everyone signs in; one row for the installation.
create table oidc_config (
  only_one boolean primary key default true check (only_one),
  is_on boolean not null,
  label text not null,
  issuer text not null,
  client_id text not null,
  client_secret bytea,
  allowed_domains text[] not null,
  require_verified_email boolean not null,
  create_accounts boolean not null,
  default_workspace_id integer references workspace,
  default_role text not null,
  groups_claim text not null,
  mapping jsonb not null,
  password_off boolean not null
);

-- Which account of the identity provider is which operator.
create table oidc_account (
  issuer text not null,
  subject text not null,
  operator_id integer not null references operator,
  primary key (issuer, subject)
);
create index oidc_account_operator on oidc_account (operator_id);

-- Sign-ins under way at the identity provider, by the hash of their state; each is taken once.
create table oidc_flow (
  state_hash bytea primary key,
  -- Hash of the cookie of the browser that began.
  browser_hash bytea not null,
  nonce text not null,
  verifier text not null,
  next text not null,
  expires_at timestamptz not null
);

-- Who works here and what they may do.
create table workspace (
  workspace_id integer primary key generated always as identity,
  name text not null,
  time_zone text not null default 'Asia/Shanghai',
  currency text not null default 'CNY',
  -- Where the data comes from: '' (the business itself), 'sample' or 'simulated'.
  label text not null default '' check (label in ('', 'sample', 'simulated')),
  created_at timestamptz not null default now()
);

-- Someone who works in the console. Operators belong to no workspace by themselves; `member` says where they work.
create table operator (
  operator_id integer primary key generated always as identity,
  email text not null unique check (email = lower(email)),
  name text not null default '',
  -- argon2id; null until the operator sets a password in a session opened by a one-time link.
  password_hash text,
  last_seen_at timestamptz,
  created_at timestamptz not null default now()
);

create table member (
  workspace_id integer not null references workspace,
  operator_id integer not null references operator,
  role text not null check (role in ('owner', 'admin', 'operator', 'analyst', 'support')),
  created_at timestamptz not null default now(),
  primary key (workspace_id, operator_id)
);
create index member_operator on member (operator_id);

create table session (
  session_id bigint primary key generated always as identity,
  token_hash bytea not null unique,
  operator_id integer not null references operator,
  -- A session opened by a one-time link may set a password without knowing the old one.
  opened_by_link boolean not null,
  created_at timestamptz not null,
  last_seen_at timestamptz not null,
  expires_at timestamptz not null
) with (fillfactor = 80);
create index session_operator on session (operator_id);
create index session_expiry on session (expires_at);

create table sign_in_token (
  token_hash bytea primary key,
  operator_id integer not null references operator,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  used_at timestamptz
);
create index sign_in_token_operator on sign_in_token (operator_id);

-- Failed sign-ins by SHA-256 of the e-mail, known or not, so that both answer alike.
create table sign_in_attempt (
  account bytea primary key,
  failures integer not null,
  last_at timestamptz not null,
  locked_until timestamptz
);

create table api_key (
  key_id bigint primary key generated always as identity,
  workspace_id integer not null references workspace,
  kind text not null check (kind in ('write', 'secret')),
  name text not null,
  hint text not null,
  hash bytea not null,
  scopes text[] not null default '{}',
  created_at timestamptz not null,
  created_by text not null,
  last_used_at timestamptz,
  revoked_at timestamptz,
  revoked_by text,
  unique (kind, hash)
) with (fillfactor = 80);
create index api_key_workspace on api_key (workspace_id, key_id desc);

-- Every change and every view of unmasked personal data. Rows are only ever added.
create table audit_entry (
  audit_id bigint primary key generated always as identity,
  workspace_id integer not null references workspace,
  at timestamptz not null,
  actor text not null,
  action text not null,
  target text not null,
  detail jsonb not null default '{}',
  ip text not null default ''
);
create index audit_entry_workspace on audit_entry (workspace_id, audit_id desc);
create index audit_entry_action on audit_entry (workspace_id, action, audit_id desc);
create index audit_entry_actor on audit_entry (workspace_id, actor, audit_id desc);

create function refuse_audit_change() returns trigger language plpgsql as $$
begin
  raise exception 'the audit log is append-only' using errcode = 'insufficient_privilege';
end $$;
create trigger audit_entry_append_only before update or delete or truncate on audit_entry
  for each statement execute function refuse_audit_change();
-- Also while triggers are switched off for replication roles.
alter table audit_entry enable always trigger audit_entry_append_only;

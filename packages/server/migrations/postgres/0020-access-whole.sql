-- Roles of a workspace besides the built-in ones: what they may do, and which fields they see.
create table custom_role (
  workspace_id integer not null references workspace,
  role_id integer not null generated always as identity,
  name text not null,
  permissions text[] not null,
  -- { classes, traits, properties }: name → hidden | masked | clear
  fields jsonb not null,
  created_at timestamptz not null,
  primary key (workspace_id, role_id),
  unique (workspace_id, name)
);

-- A member has a built-in role, or 'custom' with the number of one of the workspace's roles.
alter table member drop constraint member_role_check;
alter table member add constraint member_role_check check (role in ('owner', 'admin', 'operator', 'analyst', 'support', 'custom'));
alter table member add column custom_role_id integer;
alter table member add constraint member_custom_role check ((role = 'custom') = (custom_role_id is not null));
-- A role in use cannot be deleted.
alter table member add foreign key (workspace_id, custom_role_id) references custom_role;
create index member_custom_role_id on member (workspace_id, custom_role_id) where custom_role_id is not null;

-- The id of a member in the directory that provisions them, and since when they are shut out.
alter table member add column external_id text;
alter table member add column deactivated_at timestamptz;
create unique index member_external_id on member (workspace_id, external_id) where external_id is not null;

create table invitation (
  workspace_id integer not null references workspace,
  invitation_id bigint not null generated always as identity,
  email text not null check (email = lower(email)),
  name text not null,
  role text not null check (role in ('owner', 'admin', 'operator', 'analyst', 'support', 'custom')),
  custom_role_id integer,
  token_hash bytea not null unique,
  created_at timestamptz not null,
  created_by text not null,
  expires_at timestamptz not null,
  primary key (workspace_id, invitation_id),
  unique (workspace_id, email),
  check ((role = 'custom') = (custom_role_id is not null)),
  foreign key (workspace_id, custom_role_id) references custom_role
);

-- Who may come in from where.
create table security_policy (
  workspace_id integer primary key references workspace,
  ip_ranges text[] not null default '{}',
  second_factor_required boolean not null default false
);

-- What the list of one's sessions shows. The address is kept as its network only.
alter table session add column user_agent text not null default '';
alter table session add column ip_prefix text not null default '';
alter table session add column way text not null default 'password' check (way in ('password', 'link', 'oidc', 'break_glass', 'invitation'));
-- The second factor is still due: such a session opens nothing.
alter table session add column second_factor_due boolean not null default false;
update session set way = 'link' where opened_by_link;

-- A link made on the server itself for someone who is locked out: its session stands above address lists and second factors, for an hour.
alter table sign_in_token add column break_glass boolean not null default false;

-- The maker's field rules bind the key too.
alter table api_key add column fields jsonb;

-- Tokens by which an operator calls the API as themselves.
create table personal_token (
  token_id bigint primary key generated always as identity,
  workspace_id integer not null references workspace,
  operator_id integer not null references operator,
  name text not null,
  hint text not null,
  hash bytea not null unique,
  scopes text[] not null,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  last_used_at timestamptz,
  revoked_at timestamptz
) with (fillfactor = 80);
create index personal_token_operator on personal_token (operator_id, token_id desc);
create index personal_token_workspace on personal_token (workspace_id, operator_id);

-- Verification (docs/decisions/0035-verification-is-a-tag-with-a-giver.md). A kind gives its tag under its own number, which is drawn with those of segments:
-- both stand in person_tag.rule_id.
create table verification_kind (
  kind_id bigint primary key default nextval(pg_get_serial_sequence('segment', 'segment_id')),
  workspace_id integer not null references workspace,
  key text not null,
  name jsonb not null,
  badge jsonb not null,
  tag text not null,
  fields jsonb not null,
  -- Sealed: conditions can name personal values. Null: anyone can apply.
  eligibility bytea,
  valid_days integer,
  open boolean not null,
  created_at timestamptz not null,
  created_by text not null,
  unique (workspace_id, key)
);

create table verification (
  verification_id bigint generated always as identity primary key,
  workspace_id integer not null,
  kind_id bigint not null references verification_kind on delete cascade,
  -- The id that named the person when they applied: joined people have the applications of all their ids.
  origin_id bigint not null,
  state text not null check (state in ('submitted', 'approved', 'rejected', 'withdrawn', 'revoked', 'expired', 'replaced')),
  -- Sealed.
  evidence bytea not null,
  valid_until timestamptz check (valid_until is null or state not in ('submitted', 'rejected', 'withdrawn'))
);
create index verification_origin on verification (workspace_id, origin_id, kind_id);
create index verification_state on verification (workspace_id, state, verification_id);
create index verification_kind_state on verification (workspace_id, kind_id, state, verification_id);
create index verification_due on verification (valid_until, verification_id) where state = 'approved' and valid_until is not null;

-- What happened to an application, in order; the first row is that it was submitted.
create table verification_step (
  step_id bigint generated always as identity primary key,
  workspace_id integer not null,
  verification_id bigint not null references verification on delete cascade,
  state text not null,
  at timestamptz not null,
  -- Empty: by itself, with time.
  by text not null,
  -- Sealed.
  reason bytea not null
);
create unique index verification_step_of on verification_step (workspace_id, verification_id, state);

-- What personal data are used for; rows are the purposes a workspace changed or added (the defaults are in domain/consent).
create table consent_purpose (
  workspace_id integer not null references workspace on delete cascade,
  key text not null,
  name_zh text not null,
  name_en text not null,
  description_zh text not null,
  description_en text not null,
  basis text not null check (basis in ('consent', 'contract', 'legal_duty', 'emergency', 'public_interest', 'disclosed')),
  text_key text not null default '',
  active boolean not null default true,
  changed_by text not null,
  changed_at timestamptz not null,
  primary key (workspace_id, key)
);

-- What people were shown when they were asked. A version is never changed.
create table consent_text (
  workspace_id integer not null,
  key text not null,
  version integer not null,
  title_zh text not null,
  title_en text not null,
  body_zh text not null,
  body_en text not null,
  made_by text not null,
  made_at timestamptz not null,
  primary key (workspace_id, key, version)
);

-- The ledger: who allowed or forbade what, and when. Facts hang on the id that said so, so joining and parting people moves none of them.
create table consent_fact (
  fact_id bigint generated always as identity primary key,
  workspace_id integer not null,
  origin_id bigint not null,
  -- '*' = every purpose, '' = every channel.
  purpose text not null,
  channel text not null,
  state text not null check (state in ('given', 'withdrawn')),
  at_ms bigint not null,
  source text not null,
  text_key text not null,
  text_version integer not null,
  -- JSON, encrypted: evidence can hold personal values.
  evidence bytea not null,
  actor text not null,
  learned_at timestamptz not null,
  -- The same word met again (a repeat, the event of a direct record) is one fact.
  unique (workspace_id, origin_id, purpose, channel, at_ms, state),
  check (purpose <> '*' or state = 'withdrawn')
);
create index consent_fact_purpose on consent_fact (workspace_id, purpose, channel, origin_id);

create function refuse_consent_change() returns trigger language plpgsql as $$
begin
  -- Forgetting a person takes its facts too; that is said by name, so that no other statement can.
  if tg_op = 'DELETE' and current_setting('terrace.erasing', true) = 'on' then return null; end if;
  raise exception 'the consent ledger is append-only' using errcode = 'insufficient_privilege';
end $$;
create trigger consent_fact_append_only before update or delete or truncate on consent_fact
  for each statement execute function refuse_consent_change();
create trigger consent_text_append_only before update or delete or truncate on consent_text
  for each statement execute function refuse_consent_change();
alter table consent_fact enable always trigger consent_fact_append_only;
alter table consent_text enable always trigger consent_text_append_only;

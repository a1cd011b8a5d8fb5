-- Every id that was ever seen, and whose it is now. Its origin never changes; `person_id` does when people are joined or parted.
create table identity (
  workspace_id integer not null,
  origin_id bigint not null,
  person_id bigint not null,
  first_seen_ms bigint not null,
  -- Of events filed under this id; null while it was only ever seen beside a stronger one.
  last_seen_ms bigint,
  -- When a sender last took the id away from its person: automatic links up to then no longer hold.
  severed_ms bigint,
  kind text not null,
  -- In clear, or the token when it is personal; then `class` says of which class.
  value text not null,
  class text not null default '',
  primary key (workspace_id, origin_id)
) with (fillfactor = 85);
-- With the origin, so that what hangs on the origins of a person is found without reading their rows.
create index identity_person on identity (workspace_id, person_id) include (origin_id);
create index identity_kind on identity (workspace_id, kind);
create index identity_value on identity (workspace_id, lower(value) collate "C") where kind in ('user_id', 'member_no') and class = '';

-- People are a function of identities, links and merges; a row is what that function gives, kept for speed.
create table person (
  workspace_id integer not null,
  person_id bigint not null,
  first_seen_ms bigint not null,
  last_seen_ms bigint not null,
  -- Time of the last link that holds the person together.
  joined_at_ms bigint not null,
  -- The transaction that last changed whose ids these are; tells a reader that it looked before that.
  changed_txid xid8 not null default pg_current_xact_id(),
  ids_count integer not null,
  -- One bit per kind of identity, in the order of IDENTITY_KINDS.
  kinds smallint not null,
  waived boolean not null default false,
  identified boolean not null,
  primary key (workspace_id, person_id)
) with (fillfactor = 85);
create index person_known_last on person (workspace_id, last_seen_ms, person_id) where identified;
create index person_anonymous_last on person (workspace_id, last_seen_ms, person_id) where not identified;
create index person_known_first on person (workspace_id, first_seen_ms, person_id) where identified;
create index person_anonymous_first on person (workspace_id, first_seen_ms, person_id) where not identified;

-- What events said about two ids belonging together, at its earliest.
create table link (
  workspace_id integer not null,
  low bigint not null,
  high bigint not null,
  first_at_ms bigint not null,
  -- The latest time a sender asked for the join by name (alias, bind).
  asserted_at_ms bigint,
  -- Why the two are two people all the same; null when the link holds.
  refused text check (refused in ('two_identified', 'too_many_ids')),
  -- An operator decided that this link says nothing.
  kept_apart boolean not null default false,
  primary key (workspace_id, low, high),
  check (low < high)
);
create index link_high on link (workspace_id, high);

-- Joins made by operators. One that is taken back stays as history and no longer counts.
create table merge (
  merge_id bigint generated always as identity primary key,
  workspace_id integer not null,
  low bigint not null,
  high bigint not null,
  at_ms bigint not null,
  waived boolean not null,
  survivor bigint not null,
  reason text not null,
  made_by text not null,
  created_at timestamptz not null,
  taken_back_at timestamptz,
  taken_back_by text,
  check (low < high)
);
create index merge_workspace on merge (workspace_id, merge_id);
create index merge_low on merge (workspace_id, low) where taken_back_at is null;
create index merge_high on merge (workspace_id, high) where taken_back_at is null;

-- Refused joins that wait for a decision.
create table merge_conflict (
  conflict_id bigint generated always as identity primary key,
  workspace_id integer not null,
  low bigint not null,
  high bigint not null,
  reason text not null check (reason in ('two_identified', 'too_many_ids')),
  seen integer not null default 1,
  first_seen_ms bigint not null,
  last_seen_ms bigint not null,
  state text not null default 'open' check (state in ('open', 'merged', 'kept_apart')),
  decided_by text,
  decided_at timestamptz,
  unique (workspace_id, low, high)
) with (fillfactor = 85);
create index merge_conflict_state on merge_conflict (workspace_id, state, conflict_id);

-- What the events of one id said about traits: enough to give the same traits in whatever order they came (domain/traits).
create table origin_trait (
  workspace_id integer not null,
  origin_id bigint not null,
  state json not null,
  -- Blind search terms of the tokens in `state`, by token.
  blind json not null default '{}',
  primary key (workspace_id, origin_id)
) with (fillfactor = 85);

-- The traits of a person, folded from those of its ids. `facets` holds hashes of each key and of each key with its value.
create table person_profile (
  workspace_id integer not null,
  person_id bigint not null,
  traits jsonb not null,
  facets integer[] not null,
  primary key (workspace_id, person_id)
) with (fillfactor = 85);
create index person_profile_facets on person_profile using gin (facets);

-- The search index: `t:` and the start of a text trait in lower case, or `~` and a blind term of something personal.
create table person_term (
  workspace_id integer not null,
  term text collate "C" not null,
  origin_id bigint not null,
  primary key (workspace_id, term, origin_id)
);

-- Tags and notes hang on the id that named the person when they were written, so joining and parting people moves none of them.
create table person_tag (
  workspace_id integer not null,
  origin_id bigint not null,
  tag text not null,
  owner text not null,
  created_at timestamptz not null,
  expires_at timestamptz,
  primary key (workspace_id, origin_id, tag)
);
create index person_tag_tag on person_tag (workspace_id, tag, origin_id) include (expires_at);
create index person_tag_expiry on person_tag (expires_at) where expires_at is not null;

create table person_note (
  note_id bigint generated always as identity primary key,
  workspace_id integer not null,
  origin_id bigint not null,
  -- Encrypted: operators write phone numbers into notes.
  body bytea not null,
  author text not null,
  created_at timestamptz not null
);
create index person_note_origin on person_note (workspace_id, origin_id);

-- Changes of whose an origin is, for the event engine's dictionary; rows go once they are there.
create table person_change (
  change_seq bigint generated always as identity primary key,
  workspace_id integer not null,
  origin_id bigint not null,
  person_id bigint not null
);

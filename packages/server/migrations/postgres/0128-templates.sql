-- What is said (docs/decisions/0052-templates.md). Contents are sealed: somebody may write a name into them.
create table message_template (
  template_id bigint generated always as identity primary key,
  workspace_id integer not null references workspace,
  key text not null,
  name text not null,
  description text not null,
  channel text not null,
  -- JSON: purpose, tags, transactional, default language, contents by language.
  draft bytea not null,
  -- For lists and filters; what the draft says.
  purpose text not null,
  tags text[] not null,
  transactional boolean not null,
  languages text[] not null,
  -- Snippets that the draft names.
  snippets text[] not null,
  edition integer not null,
  published_version integer,
  -- The edition that was published.
  published_edition integer,
  archived_at timestamptz,
  created_at timestamptz not null,
  created_by text not null,
  changed_at timestamptz not null,
  changed_by text not null,
  unique (workspace_id, key)
);
create index message_template_changed on message_template (workspace_id, changed_at desc, template_id desc);

-- A published version; it never changes.
create table message_template_version (
  workspace_id integer not null references workspace,
  template_id bigint not null references message_template on delete cascade,
  version integer not null,
  -- JSON: as it was written, with the names of snippets.
  substance bytea not null,
  -- JSON: by language what is filled, with snippets in their places and mails compiled.
  compiled bytea not null,
  note text not null,
  published_at timestamptz not null,
  published_by text not null,
  primary key (template_id, version)
);

-- Shared parts of contents, by language.
create table message_snippet (
  snippet_id bigint generated always as identity primary key,
  workspace_id integer not null references workspace,
  key text not null,
  name text not null,
  texts bytea not null,
  -- Snippets that it names itself.
  snippets text[] not null,
  changed_at timestamptz not null,
  changed_by text not null,
  unique (workspace_id, key)
);

-- What messages say of the business.
create table message_business (
  workspace_id integer primary key references workspace,
  name text not null,
  address text not null,
  website text not null
);

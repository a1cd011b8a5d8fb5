-- Consent that somebody asked for and has not confirmed yet (docs/decisions/0054-links.md): it counts for nothing until a line of the ledger says so.
create table consent_pending (
  workspace_id integer not null references workspace,
  origin_id bigint not null,
  purpose text not null,
  channel text not null,
  asked_at timestamptz not null,
  expires_at timestamptz not null,
  primary key (workspace_id, origin_id, purpose, channel)
);
create index consent_pending_over on consent_pending (expires_at);

-- How the page on which people choose what they get works in a workspace.
create table preference_centre (
  workspace_id integer primary key references workspace,
  -- The transactional mail that asks to confirm an e-mail address; null: consent to e-mail counts at once.
  confirm_template text,
  -- Whether letters tell that they were opened, and which of their links were followed.
  track_opens boolean not null,
  track_clicks boolean not null,
  changed_by text not null,
  changed_at timestamptz not null
);

-- When this installation was last restored from a backup: what led to a message before that may have been sent by the installation that was.
create table installation_restore (
  only_one boolean primary key default true check (only_one),
  restored_at timestamptz not null
);

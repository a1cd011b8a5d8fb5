-- Names that operators gave to captured clicks; they are resolved when events are read, so that the past counts too.
create table virtual_event (
  workspace_id integer not null references workspace on delete cascade,
  name text not null,
  display_name_zh text not null default '',
  display_name_en text not null default '',
  description text not null default '',
  -- domain/event/virtual-event: VirtualMatcher
  matcher jsonb not null,
  created_by text not null,
  created_at timestamptz not null default now(),
  primary key (workspace_id, name)
);

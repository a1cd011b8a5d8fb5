-- Message ids of the published window, as 128-bit hashes. Written one segment per batch and put together now and then, because one row and
-- one index entry per id cost a hundred times as much as soon as they no longer fit into memory (docs/decisions/0005).
do $$ declare days record; begin
  for days in select relname from pg_class where relnamespace = current_schema()::regnamespace and relkind = 'r' and relname ~ '^feed_seen_[0-9]{8}$'
  loop execute format('drop table %I', days.relname); end loop;
end $$;

create table feed_seen (
  segment bigint generated always as identity primary key,
  -- Tells readers what was committed since they last looked.
  txid xid8 not null default pg_current_xact_id(),
  key_count integer not null,
  seen_from timestamptz not null,
  seen_until timestamptz not null,
  -- Short segments hold their keys, 16 bytes each; large ones hold a filter, and their keys stand in pages by their first `page_bits` bits.
  keys bytea,
  page_bits smallint,
  filter bytea,
  check ((keys is null) = (filter is not null) and (page_bits is null) = (filter is null))
);
-- Hashes do not compress.
alter table feed_seen alter column keys set storage external, alter column filter set storage external;

create table feed_seen_page (
  segment bigint not null references feed_seen on delete cascade,
  page integer not null,
  keys bytea not null,
  primary key (segment, page)
);
alter table feed_seen_page alter column keys set storage external;

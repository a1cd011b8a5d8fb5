-- The audit log as a chain: each entry's hash covers the hash before it, per workspace, so that nobody can change, remove or slip in an entry
-- without breaking every hash after it. In a table of its own, because entries that exist are never touched.
create table audit_chain (
  workspace_id integer not null,
  position bigint not null,
  audit_id bigint not null unique,
  hash bytea not null,
  primary key (workspace_id, position)
);

-- SHA-256 over the hash before ('' for the first) and everything the entry says, as the text of a JSON array.
create function audit_hash(before bytea, entry audit_entry) returns bytea language sql stable as $$
  select sha256(convert_to(jsonb_build_array(encode(before, 'hex'), entry.audit_id, entry.workspace_id,
    to_char(entry.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), entry.actor, entry.action, entry.target, entry.detail, entry.ip)::text, 'UTF8'))
$$;

-- Runs when a transaction commits: the lock is the last one it takes, so nobody waits for longer than a commit. One lock for all workspaces, so
-- that transactions which write into several cannot wait for each other in a circle.
create function chain_audit() returns trigger language plpgsql as $$
declare newest audit_chain;
begin
  perform pg_advisory_xact_lock(7261005);
  select * into newest from audit_chain where workspace_id = new.workspace_id order by position desc limit 1;
  insert into audit_chain (workspace_id, position, audit_id, hash)
  values (new.workspace_id, coalesce(newest.position, 0) + 1, new.audit_id, audit_hash(coalesce(newest.hash, ''), new));
  return null;
end $$;

-- Entries made before there was a chain, in their order.
do $$
declare
  entry audit_entry;
  link bytea := '';
  place bigint := 0;
  workspace integer := 0;
begin
  for entry in select * from audit_entry order by workspace_id, audit_id loop
    if entry.workspace_id <> workspace then
      workspace := entry.workspace_id;
      link := '';
      place := 0;
    end if;
    link := audit_hash(link, entry);
    place := place + 1;
    insert into audit_chain (workspace_id, position, audit_id, hash) values (workspace, place, entry.audit_id, link);
  end loop;
end $$;

create constraint trigger audit_entry_chain after insert on audit_entry
  deferrable initially deferred for each row execute function chain_audit();
create trigger audit_chain_append_only before update or delete or truncate on audit_chain
  for each statement execute function refuse_audit_change();
alter table audit_chain enable always trigger audit_chain_append_only;

-- Journeys into which people come on a date in one of their traits (docs/decisions/0055-entries-by-the-clock.md). One calendar for each time a journey begins to take people by dates.
create table journey_calendar (
  calendar_id bigint generated always as identity primary key,
  workspace_id integer not null,
  journey_id bigint not null references journey on delete cascade,
  -- Dates up to this instant are passed by.
  from_ms bigint not null,
  -- Up to which person dates were looked up.
  filled_to bigint not null default -9223372036854775808,
  filled boolean not null default false,
  -- Nobody comes in by it any more: its dates are taken away little by little.
  ended boolean not null default false,
  -- Whoever changes somebody after this transaction notes it.
  begun_by xid8 not null default pg_current_xact_id()
);
create unique index journey_calendar_journey on journey_calendar (journey_id) where not ended;
create index journey_calendar_workspace on journey_calendar (workspace_id) where not ended;

-- When somebody is next brought in.
create table journey_date (
  calendar_id bigint not null references journey_calendar on delete cascade,
  person_id bigint not null,
  workspace_id integer not null,
  due_ms bigint not null,
  primary key (calendar_id, person_id)
);
create index journey_date_due on journey_date (calendar_id, due_ms);

-- People whose traits changed where a journey goes by dates; rows go once their dates are looked up anew.
create table journey_date_change (
  change_seq bigint generated always as identity primary key,
  workspace_id integer not null,
  person_id bigint not null
);

create function queue_journey_date_change() returns trigger language plpgsql as $$
begin
  insert into journey_date_change (workspace_id, person_id)
  select workspace_id, person_id from changed c where exists (select from journey_calendar j where j.workspace_id = c.workspace_id and not j.ended);
  return null;
end $$;
create trigger journey_date_made after insert on person_profile referencing new table as changed
  for each statement execute function queue_journey_date_change();
create trigger journey_date_changed after update on person_profile referencing new table as changed
  for each statement execute function queue_journey_date_change();
create trigger journey_date_gone after delete on person_profile referencing old table as changed
  for each statement execute function queue_journey_date_change();

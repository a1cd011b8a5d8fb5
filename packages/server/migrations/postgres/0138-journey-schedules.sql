-- Journeys into which the members of a segment come by a schedule (docs/decisions/0055-entries-by-the-clock.md).
create table journey_schedule (
  journey_id bigint primary key references journey on delete cascade,
  workspace_id integer not null,
  -- Instants up to this one are done with.
  done_ms bigint not null,
  -- The planned instant whose people are being taken in, and the last member that was: a kill goes on there. Null: none is.
  run_ms bigint,
  after_at timestamptz,
  after_stay bigint
);
create index journey_schedule_workspace on journey_schedule (workspace_id);

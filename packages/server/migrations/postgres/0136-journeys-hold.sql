-- Journeys whose goals are looked for until their time is over, that hear each event once, and that one person's fault does not stop (docs/decisions/0051-journeys.md).
alter table journey add column started_ms bigint;

-- Until when the goal can be reached, in, out or held back; null: there is none, it was reached, or it is not looked for any more.
alter table journey_enrolment add column watched_until_ms bigint;
-- Whoever an event can matter to is found without those who are through with it.
drop index journey_enrolment_origin;
create index journey_enrolment_origin on journey_enrolment (workspace_id, origin_id, (state in (0, 1) or watched_until_ms is not null));
create index journey_enrolment_watched on journey_enrolment (journey_id, watched_until_ms) where watched_until_ms is not null;

-- Whose step failed by itself: tried again after a growing pause, while everybody else goes on.
create table journey_parked (
  enrolment_id bigint primary key references journey_enrolment on delete cascade,
  workspace_id integer not null,
  journey_id bigint not null,
  tries integer not null,
  since_ms bigint not null,
  fault text not null
);
create index journey_parked_journey on journey_parked (workspace_id, journey_id);

-- Up to where each lane of the feed was heard, so that a replay does nothing again.
create table journey_mark (
  lane smallint primary key,
  seq bigint not null
);

-- Journeys (docs/decisions/0051-journeys.md). Definitions are sealed: conditions can name personal values.
create table journey (
  journey_id bigint generated always as identity primary key,
  workspace_id integer not null references workspace,
  name text not null,
  state text not null check (state in ('draft', 'live', 'paused', 'archived')),
  live_version integer,
  created_at timestamptz not null,
  created_by text not null
);
create index journey_workspace on journey (workspace_id, journey_id);

create table journey_version (
  version_id bigint generated always as identity primary key,
  workspace_id integer not null,
  journey_id bigint not null references journey on delete cascade,
  version integer not null,
  state text not null check (state in ('draft', 'in_review', 'approved', 'live', 'retired')),
  definition bytea not null,
  saved_at timestamptz not null,
  saved_by text not null,
  approved_by text,
  unique (journey_id, version)
);

-- One person in one journey: few columns, because a million of them wait. Instants are Unix ms.
create table journey_enrolment (
  enrolment_id bigint generated always as identity primary key,
  origin_id bigint not null,
  journey_id bigint not null references journey on delete cascade,
  entered_ms bigint not null,
  since_ms bigint not null,
  -- When there is something to do; null: an answer is awaited, or nothing is to be done any more.
  due_ms bigint,
  -- Since when an answer is awaited.
  asked_ms bigint,
  goal_ms bigint,
  ended_ms bigint,
  workspace_id integer not null,
  version integer not null,
  steps integer not null,
  -- 0 whether they may come in is asked, 1 in, 2 out, 3 held back.
  state smallint not null,
  -- 0 arriving, 1 asking, 2 waiting.
  phase smallint not null,
  exits_asked boolean not null,
  node text not null,
  -- For what they came in; empty: for nothing in particular.
  entry_key text not null,
  end_reason text,
  -- What is seldom there: {asked, eventsFromMs, passed}.
  more jsonb,
  -- Properties of the event that brought them in, and answers: sealed JSON.
  kept bytea
) with (fillfactor = 85);
create index journey_enrolment_origin on journey_enrolment (workspace_id, origin_id);
create index journey_enrolment_due on journey_enrolment (journey_id, due_ms) where due_ms is not null;
create index journey_enrolment_asked on journey_enrolment (journey_id, asked_ms) where asked_ms is not null;
create index journey_enrolment_journey on journey_enrolment (journey_id, enrolment_id);

-- Every step that somebody took, with the reason of its turn.
create table journey_passage (
  workspace_id integer not null,
  enrolment_id bigint not null references journey_enrolment on delete cascade,
  step integer not null,
  journey_id bigint not null,
  node text not null,
  came_ms bigint not null,
  left_ms bigint not null,
  -- Null: they left the journey here.
  out text,
  why jsonb not null,
  primary key (enrolment_id, step)
);
create index journey_passage_way on journey_passage (journey_id, node, out);

-- Events that came while somebody was on their way to where they may be awaited: sealed JSON.
create table journey_heard (
  workspace_id integer not null,
  enrolment_id bigint not null references journey_enrolment on delete cascade,
  event_id text not null,
  body bytea not null,
  primary key (enrolment_id, event_id)
);

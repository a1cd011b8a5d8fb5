-- What the doctor was asked and what it found; counts and names of checks, nothing about people. Not in a backup: it speaks of this installation.
create table examination (
  examination_id bigint generated always as identity primary key,
  -- Mends what is safe besides looking.
  mend boolean not null,
  asked_by text not null,
  state text not null check (state in ('asked', 'running', 'done', 'failed')),
  started_at timestamptz not null,
  -- While it runs: its last sign of life.
  seen_at timestamptz not null,
  finished_at timestamptz,
  checks smallint not null,
  findings jsonb not null default '[]'
);
create unique index examination_one on examination ((true)) where state in ('asked', 'running');

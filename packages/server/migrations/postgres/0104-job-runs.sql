-- When work that is to be done once a day was done last: a process that is restarted each day would never come to it otherwise.
create table job_run (
  name text primary key,
  ran_at timestamptz not null
);

-- Moves of experiments that change what flags give where changes are reviewed wait in the same list as changes of flags
-- (docs/decisions/0046-moves-of-experiments-are-reviewed.md). A change is either of a flag or of an experiment, whose steps so far are its base then.
alter table flag_change alter column flag_id drop not null;
alter table flag_change alter column definition drop not null;
-- Of a table that is made after this one: who deletes a draft deletes what was asked of it.
alter table flag_change add column experiment_id bigint;
alter table flag_change add column experiment text;
alter table flag_change add column action text check (action in ('start', 'resume', 'stop', 'decide'));
alter table flag_change add column decision text check (decision in ('take', 'keep', 'repeat', 'none'));
alter table flag_change add column variant text;
alter table flag_change add column learning text;
alter table flag_change add constraint flag_change_of_one check (
  (flag_id is null) = (definition is null) and (flag_id is null) = (experiment_id is not null)
  and (experiment_id is null) = (experiment is null) and (experiment_id is null) = (action is null));
create unique index flag_change_open_move on flag_change (workspace_id, experiment_id) where state = 'open' and experiment_id is not null;

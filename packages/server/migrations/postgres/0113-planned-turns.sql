-- When a turn was to end by the calendar, as it stood when the turn began; null: not at all, or it is not known any more. Only a turn that ended then was read once.
alter table holdout_generation add column planned_to timestamptz;

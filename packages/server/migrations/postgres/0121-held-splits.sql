-- How the rules of an experiment that is under way split people: keys of the arms in order, unit, version and lowest version. It stays, whatever becomes of the rule
-- that said so first (docs/decisions/0043-experiments-reach-their-flags.md). Null before the start, and until a rule splits people.
alter table experiment add column split jsonb;

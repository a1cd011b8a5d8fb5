-- By which shares of an experiment whose shares change an arm was drawn (docs/decisions/0044-bandits.md); null: they do not change, or it was given before this was kept.
alter table assignment add column period integer;

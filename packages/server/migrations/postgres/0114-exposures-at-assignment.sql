-- Whether being given a variant is the exposure: then the server tells it when it gives one (docs/decisions/0043-experiments-reach-their-flags.md).
-- It stands in the sealed definition, too; flags read it for all experiments at once.
alter table experiment add column tells_given boolean not null default false;

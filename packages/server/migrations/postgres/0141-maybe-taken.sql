-- Since when the provider may have it: from then on it is handed over again only by the same reference, and is not decided anew.
alter table message add maybe_since timestamptz;
-- Tries that were begun; `tries` numbers those that are written down.
alter table message add attempts smallint not null default 0;
-- Stands for the provider's account that it was handed over to: another one knows nothing of it.
alter table message add provider_trust text;

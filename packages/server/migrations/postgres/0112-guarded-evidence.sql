-- The class of personal data that a field of evidence ever had, by key: what people gave stays masked as that when the field is said to hold none, or was taken
-- away and comes back.
alter table verification_kind add column guarded jsonb not null default '{}';

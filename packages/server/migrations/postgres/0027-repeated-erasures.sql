-- Erasures done again after a backup from before them was restored: which ones, by number and time, for the certificate.
alter table erasure add column repeats jsonb;

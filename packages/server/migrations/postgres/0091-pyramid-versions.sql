-- Grows with every change of a pyramid's layers and rules, so that nobody writes over what somebody else changed meanwhile.
alter table pyramid add column version integer not null default 1;

-- A time in which an alert could not be looked at stands in its history like an alarm; `failure` is the code of the fault, empty for an alarm.
alter table alert_event add column failure text not null default '';
-- Whether people were told that it could not be looked at: not of one failure that may pass by itself.
alter table alert_event add column failure_told boolean not null default false;
drop index alert_event_open;
create unique index alert_event_open on alert_event (alert_id) where ended_at is null and failure = '';
create unique index alert_event_failing on alert_event (alert_id) where ended_at is null and failure <> '';
alter table alert_event drop constraint alert_event_alert_id_interval_from_key;
create unique index alert_event_interval on alert_event (alert_id, interval_from) where failure = '';
create index alert_event_alert on alert_event (alert_id);

-- How long the last look took: those that take long wait until the others have been looked at.
alter table alert add column took_ms integer not null default 0;

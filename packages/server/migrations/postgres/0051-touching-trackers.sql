-- What was counted of an id: then only rules that it matters to are asked. Trackers with commas between them; null where anything may have changed.
alter table segment_touch add column trackers text;

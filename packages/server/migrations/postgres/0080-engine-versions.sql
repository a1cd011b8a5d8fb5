-- What is known of an engine is remembered by its version: one that was ended and begun again must not come to a version that it had before.
create sequence segment_engine_version;
select setval('segment_engine_version', (select coalesce(max(version), 0) + 1 from segment_engine));
alter table segment_engine alter column version set default nextval('segment_engine_version');

-- Traits that are written because an operator made or changed a rule touch their people with that as the reason: nobody enters a segment by such a decision.
create or replace function touch_changed_traits() returns trigger language plpgsql as $$
begin
  insert into segment_touch (workspace_id, origin_id, why, at)
  select c.workspace_id, c.person_id, coalesce(nullif(current_setting('terrace.touch_why', true), ''), 'trait'), now()
  from segment_engine e join changed c on c.workspace_id = e.workspace_id where e.asks_traits;
  return null;
end $$;

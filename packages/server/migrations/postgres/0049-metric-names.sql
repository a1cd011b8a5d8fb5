-- An own metric is known by its name: two of one name cannot be told apart where one is chosen. Later ones of the same name take their number into it.
do $$
begin
  loop
    update metric set name = metric.name || ' (' || metric.metric_id || ')'
    from (select metric_id, row_number() over (partition by workspace_id, lower(name) order by metric_id) as place from metric) numbered
    where numbered.metric_id = metric.metric_id and numbered.place > 1;
    exit when not found;
  end loop;
end $$;
create unique index metric_name on metric (workspace_id, lower(name));

-- Which of somebody's segments are still being found is asked with every look at a person: hardly ever any.
create index segment_rule_unsettled on segment_rule (workspace_id, segment_id) where stage <> 'live';

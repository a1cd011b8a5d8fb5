-- Each field of evidence says of which class of personal data its values are; null: of none as a whole, what looks personal in it is found by its shape.
update verification_kind set fields = (
  select coalesce(jsonb_agg(field || '{"personal": null}' order by place), '[]') from jsonb_array_elements(fields) with ordinality as f (field, place));

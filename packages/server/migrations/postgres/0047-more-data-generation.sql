-- Figures of channels are read from here, and by the names that were agreed on.
create trigger channel_figure_made after insert on channel_figure referencing new table as changed
  for each statement execute function note_data_change();
create trigger channel_figure_changed after update on channel_figure referencing new table as changed
  for each statement execute function note_data_change();
create trigger channel_figure_gone after delete on channel_figure referencing old table as changed
  for each statement execute function note_data_change();
create trigger channel_terms_made after insert on channel_terms referencing new table as changed
  for each statement execute function note_data_change();
create trigger channel_terms_changed after update on channel_terms referencing new table as changed
  for each statement execute function note_data_change();
create trigger channel_terms_gone after delete on channel_terms referencing old table as changed
  for each statement execute function note_data_change();
-- The usual names count again.
create trigger business_events_forgotten after delete on business_events referencing old table as changed
  for each statement execute function note_data_change();

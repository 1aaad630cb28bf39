-- Nobody searches by what these hold, and looking at them took most of the time of looking at a table that has grown: a sample of
-- thirty thousand documents is unpacked and sorted.
alter table inbox alter message set statistics 0;
alter table messages alter content set statistics 0, alter payload set statistics 0, alter notes set statistics 0,
  alter error set statistics 0, alter pricing set statistics 0;
alter table interactions alter parameters_used set statistics 0, alter backend_chain set statistics 0,
  alter replies set statistics 0, alter shadow set statistics 0;
alter table webhook_events alter headers set statistics 0, alter body set statistics 0;
alter table conversations alter address set statistics 0, alter menu set statistics 0, alter slots set statistics 0,
  alter memory set statistics 0;

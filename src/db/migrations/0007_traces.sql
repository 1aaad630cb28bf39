-- Where the spans of a message belong (W3C `traceparent`), while traces are on: whatever process takes the message up next
-- goes on with its trace.
alter table inbox add column trace text;
alter table messages add column trace text;

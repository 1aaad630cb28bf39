-- Sessions of browsers that were ended before their time. A row is of use until its session would have ended by itself.
create table sign_outs (
  session_id uuid primary key,
  ends_at timestamptz not null
);
create index sign_outs_end on sign_outs (ends_at);

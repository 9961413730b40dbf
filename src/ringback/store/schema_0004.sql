-- Rotation of keys (C17): each run, how far it has come, and when it ended. Rows are found again by the key number that
-- their own bytes name, so that a run that was killed goes on where it was.
create table key_run (
  practice int not null, id uuid not null, kind text not null check (kind in ('practice', 'provider')), number int not null,
  began_at timestamptz not null, changed int not null default 0, left_over int, ended_at timestamptz,
  primary key (practice, id)
);

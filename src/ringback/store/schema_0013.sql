-- Callbacks: acts on many tasks at once, who a caller showed themselves to be, who set the call-back flag. Ids only.

-- One press on many tasks. `acts`: a list of {"case", "task", "was"} (ids; `was` is who had the task). An act of kind `done`
-- waits here until its window is over (`due`) and becomes events then, by whoever comes first: the page or the house.
create table bulk_act (
  practice int not null, id uuid not null, "by" text not null, kind text not null check (kind in ('claim', 'release', 'hand', 'done')),
  word text not null default '', at timestamptz not null, due timestamptz not null, acts jsonb not null,
  undone_at timestamptz, done_at timestamptz,
  primary key (practice, id)
);
create index bulk_act_waits on bulk_act (practice, due) where done_at is null and undone_at is null;
create index bulk_act_mine on bulk_act (practice, "by", at);

-- A check of who is on the phone: which kinds of answer were compared, and whether all of them were right. Never an answer.
create table identity_check (
  practice int not null, id uuid not null, case_id uuid not null, task text not null, at timestamptz not null,
  "by" text not null, factors text[] not null, good boolean not null, person uuid,
  primary key (practice, id)
);
create index identity_check_of on identity_check (practice, case_id, at);

-- Who said that a patient is waiting for a call back, and who took it back. `person.callback_requested` is what holds.
create table callback_flag (
  practice int not null, id uuid not null, person uuid not null, raised boolean not null, at timestamptz not null,
  "by" text not null,
  primary key (practice, id)
);
create index callback_flag_of on callback_flag (practice, person, at);

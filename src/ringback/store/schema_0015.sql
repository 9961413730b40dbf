-- The secure thread: words both ways are messages of their own kinds, sealed with the caller's key like every other;
-- a code is one for as long as it is good. Who they are between, and when they were seen, stands beside them.
alter table message drop constraint message_kind_check;
alter table message add constraint message_kind_check
  check (kind in ('text', 'voicemail', 'note', 'secure_out', 'secure_in', 'code'));
create table secure_word (
  practice int not null, message uuid not null, case_id uuid not null, person uuid not null, at timestamptz not null,
  seen_at timestamptz,
  primary key (practice, message)
);
create index on secure_word (practice, case_id);
create table secure_file (
  practice int not null, id uuid not null, message uuid not null, case_id uuid not null, at timestamptz not null,
  kind text not null, bytes int not null, name bytea not null, sealed bytea not null,
  primary key (practice, id)
);
create index on secure_file (practice, case_id);
-- Codes and tries are by link; `message` holds the code itself, sealed, until it is used or renewed.
create table secure_code (
  practice int not null, message uuid not null, case_id uuid not null, token_hash bytea not null, person uuid not null,
  at timestamptz not null, expires_at timestamptz not null, tries smallint not null default 0, used_at timestamptz,
  primary key (practice, message)
);
create index on secure_code (practice, token_hash);
create index on secure_code (practice, case_id);

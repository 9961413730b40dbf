-- Replies of staff: what they wrote is a message of its own kind, until it is a text with the gate's answer.
alter table message drop constraint message_kind_check;
alter table message add constraint message_kind_check check (kind in ('text', 'voicemail', 'note', 'reply', 'secure_out', 'secure_in', 'code'));
-- Who has a case open just now, and who writes to its caller; old rows mean nobody.
create table presence (
  practice int not null, case_id uuid not null, staff int not null, seen_at timestamptz not null, typing_at timestamptz,
  primary key (practice, case_id, staff)
) with (fillfactor = 70);
-- Who was named in a note, and has looked since.
create table mention (
  practice int not null, staff int not null, message uuid not null, case_id uuid not null, at timestamptz not null,
  by int not null, seen_at timestamptz,
  primary key (practice, staff, message)
);
create index on mention (practice, staff) where seen_at is null;

-- The on-call roster. What stands now is one row a practice, so that paging reads one row; each state before a change is
-- kept beside it, so that the last change can be taken back and it stays known who was on call. Ids and moments only.
create table duty (
  practice int not null, version int not null, plan jsonb not null, changed_at timestamptz not null, "by" int,
  act text not null,
  primary key (practice)
);
create table duty_before (
  practice int not null, version int not null, plan jsonb not null, changed_at timestamptz not null, "by" int,
  act text not null, replaced_at timestamptz not null,
  primary key (practice, version)
);
-- A asks B to take over A's span and may offer to take one of B's in return; nothing changes before B agrees.
create table duty_swap (
  practice int not null, id uuid not null, asked_by int not null, asked_of int not null,
  begins timestamptz not null, ends timestamptz not null, back_begins timestamptz, back_ends timestamptz,
  state text not null default 'asked' check (state in ('asked', 'agreed', 'declined', 'withdrawn')),
  asked_at timestamptz not null, answered_at timestamptz,
  primary key (practice, id),
  constraint two_people check (asked_by <> asked_of),
  constraint a_span check (ends > begins),
  constraint a_span_back check ((back_begins is null) = (back_ends is null) and (back_begins is null or back_ends > back_begins))
);
create index on duty_swap (practice, asked_at) where state = 'asked';
-- How a member of staff is reached when paged; `sealed` is the address. A test page carries a link, and only its
-- recipient's press makes the method tested. `notice` is the test page under way.
create table contact_method (
  practice int not null, id uuid not null, staff int not null,
  kind text not null check (kind in ('sms', 'voice', 'email', 'push')), sealed bytea not null,
  made_at timestamptz not null, notice uuid, sent_at timestamptz, tested_at timestamptz, tested_by int,
  primary key (practice, id)
);
create index on contact_method (practice, staff);
create index on contact_method (practice, notice) where notice is not null;
alter table notice drop constraint notice_kind_check;
alter table notice add constraint notice_kind_check check (kind in ('page', 'alert', 'test'));

-- The ground. Every table carries its practice; ids are UUIDv7 made by the application (a value is sealed to its row
-- before the row exists); personal data is `bytea` sealed by store/crypt.py; numbers are found by keyed HMAC
-- (`number_index`). `cases` is plural because `case` is a word of SQL.

create table practice (
  practice int primary key,
  name text not null,
  alias text not null check (length(alias) <= 28),
  phone text not null,
  zone text not null,
  live boolean not null default false,
  kill boolean not null default false,
  gate jsonb not null default '{}',
  policy_version int not null default 1,
  version int not null default 1,
  created_at timestamptz not null
);
create table policy (
  practice int not null, version int not null, body jsonb not null, at timestamptz not null, by text not null default '',
  primary key (practice, version)
);
create table data_key (
  practice int not null, number int not null, purpose text not null check (purpose in ('data', 'index')),
  wrapped bytea not null, created_at timestamptz not null,
  primary key (practice, purpose, number)
);
create table location (
  practice int not null, id int not null, name text not null, zone text not null, hours jsonb not null,
  primary key (practice, id)
);
create table connection (
  practice int not null, id int not null, system text not null, kind text not null check (kind in ('phone', 'text')),
  account text not null default '', settings bytea not null, created_at timestamptz not null,
  primary key (practice, id)
);
create table line (
  practice int not null, id int not null, number text not null, name text not null, location int not null,
  phone_connection int, text_connection int, sender text not null,
  mode text not null default 'shadow' check (mode in ('live', 'shadow', 'off')),
  class text not null default 'general', sensitive_allowed boolean not null default false,
  greeting_notice_on date, greeting text not null default '', forward_to bytea,
  primary key (practice, id), unique (practice, number)
);
create table template (
  practice int not null, id text not null, version int not null, purpose text not null, lang text not null,
  workflow text not null default '', menu text not null default '', body text not null, hash text not null,
  unprompted boolean not null, author text not null default '', approver text not null default '',
  language_reviewer text not null default '', published_at timestamptz,
  primary key (practice, id, version)
);
create table person (
  practice int not null, id uuid not null, sealed bytea not null, record_index bytea not null,
  lang text not null default '', next_visit timestamptz, callback_requested boolean not null default false,
  open_refill boolean not null default false, recent_visit boolean not null default false,
  changed_at timestamptz not null,
  primary key (practice, id), unique (practice, record_index)
);
create table phone (
  practice int not null, number_index bytea not null, person uuid not null, kind text not null default 'mobile',
  sealed bytea not null,
  primary key (practice, number_index, person)
);
create index on phone (practice, person);
create table known_number (
  practice int not null, number_index bytea not null,
  kind text not null check (kind in ('staff', 'own', 'blocked', 'do_not_contact', 'line_type', 'unlinked')),
  detail text not null default '', at timestamptz not null,
  primary key (practice, number_index, kind)
);
create table suppression (
  practice int not null, id uuid not null, number_index bytea not null, source text not null,
  wrong_number boolean not null default false, at timestamptz not null, lifted_at timestamptz, lifted_by text,
  primary key (practice, id)
);
create index on suppression (practice, number_index) where lifted_at is null;
create table consent (
  practice int not null, id uuid not null, number_index bytea not null, category text not null, method text not null,
  wording text not null default '', at timestamptz not null, by text not null default '', revoked_at timestamptz,
  primary key (practice, id)
);
create index on consent (practice, number_index);
create table staff (
  practice int not null, id int not null, account bigint, role text not null, sealed bytea not null,
  active boolean not null default true,
  primary key (practice, id)
);
create table on_call (
  practice int not null, id int not null, staff int not null, place int not null, role text not null default 'oncall',
  starts_at timestamptz, ends_at timestamptz,
  primary key (practice, id)
);
create table seen (
  practice int not null, source int not null, key bytea not null, at timestamptz not null,
  primary key (practice, source, key)
);
create table arrival (
  practice int not null, id uuid not null, at timestamptz not null, source int not null, sealed bytea not null,
  state text not null default 'new' check (state in ('new', 'read', 'not_understood')), error text not null default '',
  primary key (practice, id)
) partition by range (id);
create table call (
  practice int not null, id uuid not null, source int not null, key text not null, line int, began timestamptz,
  ended timestamptz, number_index bytea, number bytea, facts jsonb not null, verdict text not null default 'unknown',
  why text not null default '', case_id uuid, closure text, closure_reason text not null default '',
  at timestamptz not null, closed_at timestamptz,
  primary key (practice, id), unique (practice, source, key)
) with (fillfactor = 80);
create index on call (practice, case_id) where case_id is not null;
create index on call (practice, at);
create table cases (
  practice int not null, id uuid not null, line int not null, number_index bytea, number bytea, person uuid,
  phase text not null, workflow text not null, due timestamptz, opened_at timestamptz not null,
  last_call_at timestamptz, changed_at timestamptz not null, closed_at timestamptz, closure text,
  closure_reason text not null default '', steps int not null default 0, state jsonb not null,
  primary key (practice, id),
  constraint open_case_is_due check ((phase = 'closed') = (due is null)),
  constraint one_closure check ((phase = 'closed') = (closure is not null))
) with (fillfactor = 70);
create unique index one_open_case_a_caller on cases (practice, number_index)
  where phase <> 'closed' and number_index is not null;
create index on cases (practice, changed_at desc);
create index on cases (practice, number_index, changed_at desc);
create table step (
  practice int not null, id uuid not null, case_id uuid not null, seq int not null, at timestamptz not null,
  event text not null, why text not null, phase text not null, effects jsonb not null default '[]',
  primary key (practice, id)
) partition by range (id);
create index on step (practice, case_id, seq);
create table task (
  practice int not null, case_id uuid not null, id text not null, queue text not null, kind text not null,
  priority text not null, state text not null, owner text not null default '', opened_at timestamptz not null,
  due timestamptz not null, lease_until timestamptz, attempts int not null default 0, overdue boolean not null default false,
  disposition text not null default '', done_at timestamptz, not_before timestamptz,
  primary key (practice, case_id, id)
) with (fillfactor = 80);
create index on task (practice, queue, due) where state in ('open', 'claimed');
create table message (
  practice int not null, id uuid not null, case_id uuid, at timestamptz not null,
  kind text not null check (kind in ('text', 'voicemail', 'note')), sealed bytea not null, key text not null default '',
  reading jsonb not null default '{}', number_index bytea, by text not null default '', media int not null default 0,
  primary key (practice, id)
);
create index on message (practice, case_id);
create index on message (practice, number_index, at desc);
create table outgoing (
  practice int not null, id uuid not null, case_id uuid not null, line int not null, created_at timestamptz not null,
  purpose text not null, template text not null, lang text not null default 'en', basis text not null,
  unprompted boolean not null, reply_to text not null default '', reply_to_at timestamptz,
  number_index bytea not null, number bytea not null, body bytea not null, segments smallint not null default 1,
  state text not null check (state in ('queued', 'held', 'sending', 'sent', 'delivered', 'failed', 'denied',
    'cancelled', 'uncertain')),
  rank smallint not null default 0, verdict text not null default '', verdict_why text not null default '',
  message_id text, code text not null default '', reason text not null default '', attempts smallint not null default 0,
  claimed_at timestamptz, sent_at timestamptz, delivered_at timestamptz,
  primary key (practice, id)
) partition by range (id);
create index on outgoing (practice, number_index, created_at);
create index on outgoing (practice, case_id);
create index on outgoing (practice, message_id) where message_id is not null;
create table event (
  practice int not null, id uuid not null, case_id uuid not null, at timestamptz not null, body jsonb not null,
  by text not null default '', done_at timestamptz, why text not null default '',
  primary key (practice, id)
);
create table notice (
  practice int not null, id uuid not null, case_id uuid, kind text not null check (kind in ('page', 'alert')),
  role text not null, turn int not null default 0, about text not null, task text not null default '',
  staff int, channel text not null default '', state text not null default 'queued'
    check (state in ('queued', 'sent', 'failed', 'acknowledged', 'nobody')),
  token_hash bytea, created_at timestamptz not null, sent_at timestamptz, acked_at timestamptz, error text not null default '',
  primary key (practice, id)
);
create index on notice (practice, case_id);
create index on notice (practice, token_hash) where token_hash is not null;
create table link (
  practice int not null, token_hash bytea not null, case_id uuid not null, kind text not null,
  created_at timestamptz not null, expires_at timestamptz not null, used_at timestamptz, tries int not null default 0,
  last_try_at timestamptz,
  primary key (practice, token_hash)
);
create table slot (
  practice int not null, id uuid not null, location int not null, starts_at timestamptz not null, minutes int not null,
  taken_by uuid, taken_at timestamptz,
  primary key (practice, id), unique (practice, location, starts_at)
);
create table tally (
  practice int not null, line int not null, minute timestamptz not null, texts int not null, segments int not null,
  primary key (practice, line, minute)
);
-- Ids and moments only: where the loop finds what is due, across practices. `lock` orders work on one caller.
-- kind: 1 arrival, 2 case, 3 event, 4 outgoing, 5 notice.
create table work (
  practice int not null, kind smallint not null, id uuid not null, due timestamptz not null, lock bigint not null default 0,
  primary key (kind, id)
) with (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_cost_delay = 0);
create index work_due on work (due, kind);
-- The demo's moved clock: shifts case time only, never sessions or signatures.
create table moved_clock (
  practice int primary key, shift interval not null default '0'
);

-- Sessions, emergency access, and who works where (C2, C6, C8, C9). Moments here are real time, never the demo's.

-- One row a sign-in at one browser. The session's key is kept as a digest to find it and sealed to end it; `shown_at` is
-- when a factor was last shown. `glass`: signed in with a sealed code for an emergency, to read only.
create table session (
  practice int not null, id uuid not null, staff int not null, account bigint not null, key_hash bytea not null,
  begun_at timestamptz not null, seen_at timestamptz not null, shown_at timestamptz not null,
  kiosk boolean not null default false, tries int not null default 0, glass uuid, locked_at timestamptz,
  ended_at timestamptz, ended_why text not null default '', browser text not null default '', sealed bytea not null,
  primary key (practice, id)
) with (fillfactor = 70);
create index on session (practice, account) where ended_at is null;
-- Sign-ins of an account from before this moment are dead, also those that have made no row yet.
create table session_cut (
  practice int not null, account bigint not null, at timestamptz not null,
  primary key (practice, account)
);
-- Emergency access. Each row is also its review: owed until `reviewed_at`.
create table glass (
  practice int not null, id uuid not null, staff int not null, category text not null, sealed bytea not null,
  by_code uuid, begun_at timestamptz not null, ends_at timestamptz not null, ended_at timestamptz,
  reviewed_at timestamptz, reviewed_by int, verdict text check (verdict in ('right', 'wrong')), review bytea,
  primary key (practice, id),
  constraint nobody_reviews_oneself check (reviewed_by is null or reviewed_by <> staff)
);
create index on glass (practice, staff, ends_at);
-- Codes in a sealed envelope, for when the sign-on service is down. Each works once; only its Argon2id hash is kept.
create table glass_code (
  practice int not null, id uuid not null, mark int not null, hash text not null, made_at timestamptz not null,
  made_by int not null, used_at timestamptz, used_by int, withdrawn_at timestamptz,
  primary key (practice, id), unique (practice, mark)
);
-- Where a member of staff works. No row: everywhere.
create table staff_location (
  practice int not null, staff int not null, location int not null,
  primary key (practice, staff, location)
);
-- Practices that share staff; it counts when both name each other. When somebody leaves one, the other is told (C9).
create table linked_practice (
  practice int not null, other int not null, since timestamptz not null,
  primary key (practice, other), constraint another check (other <> practice)
);
